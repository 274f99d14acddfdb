// What is looked at, and the tree and table that it makes. No drawing here.

const defaults = {
  type: data.type, at: data.snapshots.length - 1, vs: data.difference ? 0 : -1, width: "after",
  focus: [], ignore: [], from: "", zoom: "", q: "", sandwich: "", lines: data.lines,
  inverted: false, flip: false,
};

function readState(text) {
  const fields = new URLSearchParams(text.replace(/^#/, ""));
  const state = structuredClone(defaults);
  const index = data.types.findIndex((type) => type[0] === fields.get("type"));
  if (index >= 0) state.type = index;
  const snapshot = (key) => {
    const value = Number(fields.get(key));
    return fields.has(key) && Number.isInteger(value) && value < data.snapshots.length
      ? value : state[key];
  };
  state.at = Math.max(0, snapshot("at"));
  state.vs = Math.max(-1, snapshot("vs"));
  if (["after", "before", "change"].includes(fields.get("width"))) state.width = fields.get("width");
  for (const key of ["focus", "ignore"]) state[key] = fields.getAll(key).slice(0, 30);
  for (const key of ["from", "zoom", "q", "sandwich"]) state[key] = fields.get(key) || "";
  for (const key of ["lines", "inverted", "flip"]) {
    if (fields.has(key)) state[key] = fields.get(key) === "1";
  }
  return state;
}

function writeState(state) {
  const fields = new URLSearchParams();
  for (const key of Object.keys(defaults)) {
    const value = state[key];
    if (Array.isArray(value)) {
      for (const item of value) fields.append(key, item);
    } else if (value !== defaults[key]) {
      fields.set(key, key === "type" ? data.types[value][0] : value === true ? "1"
        : value === false ? "0" : value);
    }
  }
  return "#" + fields.toString();
}

/**
 * The samples that the filters leave, as own values of the tree's nodes:
 * `width` is what is drawn, `after` and `before` what is written.
 */
function select(state) {
  const columns = data.types.length;
  const after = tree.own[state.at * columns + state.type];
  const before = state.vs >= 0 ? tree.own[state.vs * columns + state.type] : null;
  const focus = state.focus.map(framesMatching), ignore = state.ignore.map(framesMatching);
  const from = state.from ? framesMatching(state.from) : null;
  const bits = new Int32Array(frames.count), all = 2 ** focus.length - 1;
  focus.forEach((matches, index) => matches.forEach((hit, frame) => {
    if (hit) bits[frame] |= 1 << index;
  }));
  const seen = new Int32Array(tree.count), dropped = new Uint8Array(tree.count);
  const started = new Uint8Array(tree.count);
  const own = {
    width: new Float64Array(tree.count), after: new Float64Array(tree.count),
    before: new Float64Array(tree.count),
  };
  for (let node = 0; node < tree.count; node++) {
    const parent = tree.parent[node], frame = tree.frame[node];
    seen[node] = bits[frame] | (parent < 0 ? 0 : seen[parent]);
    dropped[node] = (parent >= 0 && dropped[parent]) || ignore.some((matches) => matches[frame])
      ? 1 : 0;
    started[node] = !from || from[frame] || (parent >= 0 && started[parent]) ? 1 : 0;
    if (seen[node] !== all || dropped[node] || !started[node]) continue;
    const now = after[node], then = before ? before[node] : 0;
    own.after[node] = now;
    own.before[node] = then;
    own.width[node] = !before || state.width === "after" ? Math.abs(now)
      : state.width === "before" ? Math.abs(then) : Math.abs(now - then);
  }
  const total = {};
  for (const key of Object.keys(own)) {
    const sums = Float64Array.from(own[key]);
    for (let node = tree.count - 1; node >= 0; node--) {
      if (tree.parent[node] >= 0) sums[tree.parent[node]] += sums[node];
    }
    total[key] = sums;
  }
  return { own, total, started, isDifference: before !== null };
}

/** Grows a tree of distinct paths, for drawing. Node 0 is the root of all. */
class PathTree {
  constructor() {
    this.keys = [-1];
    this.parents = [-1];
    this.width = [0];
    this.after = [0];
    this.before = [0];
    this.blamed = [0];
    this.hot = [0];
    this.children = new Map();
  }

  child(parent, key) {
    const place = parent * (frames.count + 1) + key;
    let node = this.children.get(place);
    if (node === undefined) {
      node = this.keys.length;
      this.children.set(place, node);
      this.keys.push(key);
      this.parents.push(parent);
      this.width.push(0);
      this.after.push(0);
      this.before.push(0);
      this.blamed.push(0);
      this.hot.push(0);
    }
    return node;
  }

  add(node, source, values) {
    this.width[node] += values.width[source];
    this.after[node] += values.after[source];
    this.before[node] += values.before[source];
    if (node > 0) {
      this.blamed[node] = this.blamed[node] || tree.blamed[source];
      this.hot[node] = this.hot[node] || tree.hot[source];
    }
  }

  /** Numbers the nodes in preorder, children by name, and places them. */
  laidOut(mapping) {
    const count = this.keys.length;
    const lists = Array.from({ length: count }, () => null);
    for (let node = 1; node < count; node++) {
      const parent = this.parents[node];
      (lists[parent] || (lists[parent] = [])).push(node);
    }
    const view = {
      count, key: new Int32Array(count), parent: new Int32Array(count),
      depth: new Int32Array(count), end: new Int32Array(count), x: new Float64Array(count),
      width: new Float64Array(count), after: new Float64Array(count),
      before: new Float64Array(count), blamed: new Uint8Array(count), hot: new Uint8Array(count),
      rows: [], mapping,
    };
    const numbers = new Int32Array(count), next = new Float64Array(count);
    const pending = [0];
    let number = 0;
    while (pending.length) {
      const node = pending.pop(), parent = number === 0 ? -1 : numbers[this.parents[node]];
      numbers[node] = number;
      view.key[number] = this.keys[node];
      view.parent[number] = parent;
      view.depth[number] = parent < 0 ? 0 : view.depth[parent] + 1;
      for (const field of ["width", "after", "before", "blamed", "hot"]) {
        view[field][number] = this[field][node];
      }
      view.x[number] = parent < 0 ? 0 : next[parent];
      if (parent >= 0) next[parent] += view.width[number];
      next[number] = view.x[number];
      (view.rows[view.depth[number]] || (view.rows[view.depth[number]] = [])).push(number);
      if (lists[node]) {
        lists[node].sort((one, other) => this.keys[other] - this.keys[one]);
        for (const child of lists[node]) pending.push(child);
      }
      number++;
    }
    view.end.fill(0);
    for (let node = count - 1; node >= 0; node--) {
      view.end[node] = Math.max(view.end[node], node + 1);
      const parent = view.parent[node];
      if (parent >= 0) view.end[parent] = Math.max(view.end[parent], view.end[node]);
    }
    if (mapping) for (let node = 0; node < mapping.length; node++) {
      if (mapping[node] >= 0) mapping[node] = numbers[mapping[node]];
    }
    return view;
  }
}

const keyOf = (state, frame) => state.lines ? frame : frames.func[frame];
const functionOf = (state, key) => functions[state.lines ? frames.func[key] : key];

/** What a box is called. */
function nameOf(state, key) {
  if (key < 0) return "all";
  const name = functionOf(state, key).name;
  return state.lines && frames.line[key] ? `${name} ${placeOf(key)}` : name;
}

function placeOf(frame) {
  const file = data.files[frames.file[frame]], line = frames.line[frame];
  return line ? `${file}:${line}` : file;
}

/** Callers before callees, as the stacks have them. */
function callTree(state, selected) {
  const paths = new PathTree();
  const mapping = new Int32Array(tree.count).fill(-1);
  const { width, after, before } = selected.total;
  for (let node = 0; node < tree.count; node++) {
    if (!selected.started[node] || !(width[node] || after[node] || before[node])) continue;
    const parent = tree.parent[node] < 0 ? -1 : mapping[tree.parent[node]];
    mapping[node] = paths.child(Math.max(0, parent), keyOf(state, tree.frame[node]));
    paths.add(mapping[node], node, selected.total);
    if (parent < 0) paths.add(0, node, selected.total);
  }
  return paths.laidOut(mapping);
}

/** From the functions that allocate outward. */
function invertedTree(state, selected) {
  const paths = new PathTree();
  const { width, after, before } = selected.own;
  for (let node = 0; node < tree.count; node++) {
    if (!(width[node] || after[node] || before[node])) continue;
    paths.add(0, node, selected.own);
    let place = 0;
    for (let at = node; at >= 0 && selected.started[at]; at = tree.parent[at]) {
      place = paths.child(place, keyOf(state, tree.frame[at]));
      paths.add(place, node, selected.own);
    }
  }
  return paths.laidOut(null);
}

/** A function with its callers on one side and its callees on the other. */
function sandwichTrees(state, selected) {
  const key = functions.findIndex((known) => known.name === state.sandwich);
  const callers = new PathTree(), callees = new PathTree();
  const inside = new Int32Array(tree.count).fill(-1);
  const { width, after, before } = selected.total;
  for (let node = 0; node < tree.count; node++) {
    if (!selected.started[node] || !(width[node] || after[node] || before[node])) continue;
    const parent = tree.parent[node];
    if (parent >= 0 && inside[parent] >= 0) {
      inside[node] = callees.child(inside[parent], keyOf(state, tree.frame[node]));
      callees.add(inside[node], node, selected.total);
    } else if (frames.func[tree.frame[node]] === key) {
      // The outermost call counts, so that recursion is not counted twice.
      inside[node] = 0;
      callees.add(0, node, selected.total);
      callers.add(0, node, selected.total);
      let place = 0;
      for (let at = parent; at >= 0 && selected.started[at]; at = tree.parent[at]) {
        place = callers.child(place, keyOf(state, tree.frame[at]));
        callers.add(place, node, selected.total);
      }
    }
  }
  const trees = { callers: callers.laidOut(null), callees: callees.laidOut(null) };
  for (const view of Object.values(trees)) view.root = state.sandwich;
  return trees;
}

/** Flat and cum of each function: cum once a stack however often it recurs. */
function functionTable(selected) {
  const rows = functions.map((known, index) => ({
    index, name: known.name, flat: 0, cum: 0, flatBefore: 0, cumBefore: 0,
  }));
  const open = new Int32Array(functions.length), path = [];
  for (let node = 0; node < tree.count; node++) {
    while (path.length && path[path.length - 1] !== tree.parent[node]) {
      open[frames.func[tree.frame[path.pop()]]]--;
    }
    path.push(node);
    const func = frames.func[tree.frame[node]], row = rows[func];
    if (selected.started[node]) {
      row.flat += selected.own.after[node];
      row.flatBefore += selected.own.before[node];
      if (open[func] === 0) {
        row.cum += selected.total.after[node];
        row.cumBefore += selected.total.before[node];
      }
    }
    // Frames above the first that is shown are no part of the stack.
    if (selected.started[node]) open[func]++; else path.pop();
  }
  return rows.filter((row) => row.cum || row.flat || row.cumBefore || row.flatBefore);
}

/** What matches a search: the boxes, and the bytes below the outermost ones. */
function searched(state, view) {
  const matcher = state.q ? expression(state.q) : null;
  if (!matcher) return null;
  const hits = functions.map((known) => matcher.test(known.name));
  const isHit = (key) => key >= 0 && hits[state.lines ? frames.func[key] : key];
  let sum = 0;
  for (let node = 1; node < view.count;) {
    if (isHit(view.key[node])) {
      sum += view.after[node];
      node = view.end[node];
    } else {
      node++;
    }
  }
  const present = new Set();
  for (let node = 1; node < view.count; node++) {
    if (isHit(view.key[node])) {
      present.add(state.lines ? frames.func[view.key[node]] : view.key[node]);
    }
  }
  return { isHit, sum, count: present.size };
}
