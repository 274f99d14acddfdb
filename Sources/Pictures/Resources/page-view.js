// What is looked at, and the tree and table that it makes. No drawing here.

const defaults = {
  type: data.type, at: data.snapshots.length - 1, vs: data.difference ? 0 : -1, width: "after",
  focus: [], ignore: [], from: "", zoom: "", q: "", sandwich: "", lines: data.lines,
  inverted: false, flip: false, heavy: false, sort: "cum", rows: "", list: "functions", of: "",
};

const lists = [["functions", "Functions"], ["source", "Source"], ["peek", "Peek"], ["tree", "Tree"]];

/** What the table can be sorted by; with `-` in front the other way round. */
const sortKeys = {
  name: (row) => -row.index, flat: (row) => row.flat, cum: (row) => row.cum,
  flatChange: (row) => row.flat - row.flatBefore, cumChange: (row) => row.cum - row.cumBefore,
};

/** Names for the settings that change neither trees nor table. */
const outward = { zoom: "", q: "", sort: "cum", rows: "", flip: false, list: "functions", of: "" };

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
  for (const key of ["from", "zoom", "q", "sandwich", "rows", "of"]) state[key] = fields.get(key) || "";
  const sort = fields.get("sort") || "";
  if (Object.hasOwn(sortKeys, sort.replace(/^-/, ""))) state.sort = sort;
  if (lists.some(([key]) => key === fields.get("list"))) state.list = fields.get("list");
  for (const key of ["lines", "inverted", "flip", "heavy"]) {
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
  const ignored = new Uint8Array(frames.count);
  for (const matches of ignore) matches.forEach((hit, frame) => { if (hit) ignored[frame] = 1; });
  const seen = new Int32Array(tree.count), dropped = new Uint8Array(tree.count);
  const started = new Uint8Array(tree.count), kept = new Uint8Array(tree.count);
  const own = {
    width: new Float64Array(tree.count), after: new Float64Array(tree.count),
    before: new Float64Array(tree.count),
  };
  for (let node = 0; node < tree.count; node++) {
    const parent = tree.parent[node], frame = tree.frame[node];
    seen[node] = bits[frame] | (parent < 0 ? 0 : seen[parent]);
    dropped[node] = (parent >= 0 && dropped[parent]) || ignored[frame] ? 1 : 0;
    started[node] = !from || from[frame] || (parent >= 0 && started[parent]) ? 1 : 0;
    if (seen[node] !== all || dropped[node] || !started[node]) continue;
    kept[node] = 1;
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
  return { own, total, started, kept, isDifference: before !== null };
}

/** Grows a tree of distinct paths, for drawing. Node 0 is the root of all. */
class PathTree {
  constructor(room) {
    this.count = 1;
    this.allocate(Math.max(64, room));
    this.key[0] = this.parent[0] = -1;
  }

  allocate(room) {
    const grown = (name, type) => {
      const array = new type(room);
      if (this[name]) array.set(this[name]);
      this[name] = array;
    };
    for (const name of ["key", "parent"]) grown(name, Int32Array);
    for (const name of ["width", "after", "before"]) grown(name, Float64Array);
    for (const name of ["blamed", "hot"]) grown(name, Uint8Array);
    // Open addressing; 0 is free, as the root is nobody's child.
    this.mask = 2 ** Math.ceil(Math.log2(room * 2)) - 1;
    this.slots = new Int32Array(this.mask + 1);
    for (let node = 1; node < this.count; node++) {
      this.slots[this.slot(this.parent[node], this.key[node])] = node;
    }
  }

  slot(parent, key) {
    let slot = Math.imul(parent, 0x9e3779b1) ^ Math.imul(key, 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & this.mask;
    for (;;) {
      const node = this.slots[slot];
      if (node === 0 || (this.parent[node] === parent && this.key[node] === key)) return slot;
      slot = (slot + 1) & this.mask;
    }
  }

  child(parent, key) {
    let slot = this.slot(parent, key);
    if (this.slots[slot]) return this.slots[slot];
    if (this.count === this.key.length) {
      this.allocate(this.count * 2);
      slot = this.slot(parent, key);
    }
    const node = this.count++;
    this.slots[slot] = node;
    this.key[node] = key;
    this.parent[node] = parent;
    return node;
  }

  /** Adds what a node of the tree has; the marks are those of the frame that the box shows. */
  add(node, source, values, frame) {
    this.width[node] += values.width[source];
    this.after[node] += values.after[source];
    this.before[node] += values.before[source];
    if (frame >= 0) {
      if (!this.blamed[node]) this.blamed[node] = tree.blamed[frame];
      if (tree.hot[frame]) this.hot[node] = 1;
    }
  }

  /** Numbers the nodes in preorder, children by name or the widest first, and places them. */
  laidOut(mapping, isHeavy) {
    const count = this.count, key = this.key;
    // The children of each node side by side.
    const starts = new Int32Array(count + 1), children = new Int32Array(count);
    for (let node = 1; node < count; node++) starts[this.parent[node] + 1]++;
    for (let node = 0; node < count; node++) starts[node + 1] += starts[node];
    const free = starts.slice();
    for (let node = 1; node < count; node++) children[free[this.parent[node]]++] = node;
    const view = {
      count, key: new Int32Array(count), parent: new Int32Array(count),
      depth: new Int32Array(count), end: new Int32Array(count), x: new Float64Array(count),
      width: new Float64Array(count), after: new Float64Array(count),
      before: new Float64Array(count), blamed: new Uint8Array(count), hot: new Uint8Array(count),
      rows: [], mapping,
    };
    const { width } = this;
    const order = isHeavy ? (one, other) => width[other] - width[one] || key[one] - key[other]
      : (one, other) => key[one] - key[other];
    const numbers = new Int32Array(count), next = new Float64Array(count);
    const pending = new Int32Array(count), rowCounts = [];
    let top = 1, number = 0;
    while (top > 0) {
      const node = pending[--top], parent = number === 0 ? -1 : numbers[this.parent[node]];
      const depth = parent < 0 ? 0 : view.depth[parent] + 1;
      numbers[node] = number;
      view.key[number] = key[node];
      view.parent[number] = parent;
      view.depth[number] = depth;
      view.width[number] = this.width[node];
      view.after[number] = this.after[node];
      view.before[number] = this.before[node];
      view.blamed[number] = this.blamed[node];
      view.hot[number] = this.hot[node];
      if (parent >= 0) {
        view.x[number] = next[parent];
        next[parent] += this.width[node];
      }
      next[number] = view.x[number];
      rowCounts[depth] = (rowCounts[depth] || 0) + 1;
      const first = starts[node], end = starts[node + 1];
      for (let place = first + 1; place < end; place++) {
        if (order(children[place - 1], children[place]) > 0) {
          children.subarray(first, end).sort(order);
          break;
        }
      }
      for (let place = end - 1; place >= first; place--) pending[top++] = children[place];
      number++;
    }
    view.rows = rowCounts.map((count) => new Int32Array(count));
    rowCounts.fill(0);
    for (let node = 0; node < count; node++) {
      const depth = view.depth[node];
      view.rows[depth][rowCounts[depth]++] = node;
    }
    for (let node = count - 1; node >= 0; node--) {
      if (view.end[node] === 0) view.end[node] = node + 1;
      const parent = view.parent[node];
      if (parent >= 0 && view.end[parent] < view.end[node]) view.end[parent] = view.end[node];
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

/** Callers before callees, as the stacks have them. */
function callTree(state, selected) {
  const paths = new PathTree(tree.count + 1);
  const mapping = new Int32Array(tree.count).fill(-1);
  const { width, after, before } = selected.total;
  for (let node = 0; node < tree.count; node++) {
    if (!selected.started[node] || !(width[node] || after[node] || before[node])) continue;
    const parent = tree.parent[node] < 0 ? -1 : mapping[tree.parent[node]];
    mapping[node] = paths.child(Math.max(0, parent), keyOf(state, tree.frame[node]));
    paths.add(mapping[node], node, selected.total, node);
    if (parent < 0) paths.add(0, node, selected.total, -1);
  }
  return paths.laidOut(mapping, state.heavy);
}

/** From the functions that allocate outward. */
function invertedTree(state, selected) {
  const paths = new PathTree(tree.count * 4);
  const { width, after, before } = selected.own;
  for (let node = 0; node < tree.count; node++) {
    if (!(width[node] || after[node] || before[node])) continue;
    paths.add(0, node, selected.own, -1);
    let place = 0;
    for (let at = node; at >= 0 && selected.started[at]; at = tree.parent[at]) {
      place = paths.child(place, keyOf(state, tree.frame[at]));
      paths.add(place, node, selected.own, at);
    }
  }
  return paths.laidOut(null, state.heavy);
}

/** A function with its callers on one side and its callees on the other. */
function sandwichTrees(state, selected) {
  const key = functions.findIndex((known) => known.name === state.sandwich);
  const callers = new PathTree(1024), callees = new PathTree(1024);
  const inside = new Int32Array(tree.count).fill(-1);
  const { width, after, before } = selected.total;
  for (let node = 0; node < tree.count; node++) {
    if (!selected.started[node] || !(width[node] || after[node] || before[node])) continue;
    const parent = tree.parent[node];
    if (parent >= 0 && inside[parent] >= 0) {
      inside[node] = callees.child(inside[parent], keyOf(state, tree.frame[node]));
      callees.add(inside[node], node, selected.total, node);
    } else if (frames.func[tree.frame[node]] === key) {
      // The outermost call counts, so that recursion is not counted twice.
      inside[node] = 0;
      callees.add(0, node, selected.total, node);
      callers.add(0, node, selected.total, -1);
      let place = 0;
      for (let at = parent; at >= 0 && selected.started[at]; at = tree.parent[at]) {
        place = callers.child(place, keyOf(state, tree.frame[at]));
        callers.add(place, node, selected.total, at);
      }
    }
  }
  const trees = {
    callers: callers.laidOut(null, state.heavy), callees: callees.laidOut(null, state.heavy),
  };
  trees.callers.root = `callers of ${state.sandwich}`;
  trees.callees.root = state.sandwich;
  return trees;
}

/**
 * Flat and cum of what frames have in common: cum once a stack however often it recurs.
 *
 * `ids` has the row of each frame, or -1.
 */
function figures(selected, ids, count) {
  const { own, total, started } = selected;
  const sums = ["flat", "cum", "flatBefore", "cumBefore"].map(() => new Float64Array(count));
  const [flat, cum, flatBefore, cumBefore] = sums;
  // How often each row is on the way to a node; frames above the first that is shown are no
  // part of the stack.
  const open = new Int32Array(count);
  let last = -1;
  for (let node = 0; node < tree.count; node++) {
    for (; last !== tree.parent[node]; last = tree.parent[last]) {
      const id = ids[tree.frame[last]];
      if (started[last] && id >= 0) open[id]--;
    }
    last = node;
    const id = ids[tree.frame[node]];
    if (!started[node] || id < 0) continue;
    flat[id] += own.after[node];
    flatBefore[id] += own.before[node];
    if (open[id]++ === 0) {
      cum[id] += total.after[node];
      cumBefore[id] += total.before[node];
    }
  }
  return { flat, cum, flatBefore, cumBefore };
}

/** The functions with their figures. */
function functionTable(selected) {
  const { flat, cum, flatBefore, cumBefore } = figures(selected, frames.func, functions.length);
  const rows = [];
  for (let index = 0; index < functions.length; index++) {
    if (cum[index] || flat[index] || cumBefore[index] || flatBefore[index]) {
      rows.push({
        index, name: functions[index].name, flat: flat[index], cum: cum[index],
        flatBefore: flatBefore[index], cumBefore: cumBefore[index],
      });
    }
  }
  return rows;
}

/** The lines that frames name: a number for each line of each file. */
const lineIDs = (() => {
  const known = new Map(), ids = new Int32Array(frames.count).fill(-1);
  for (let frame = 0; frame < frames.count; frame++) {
    if (!frames.line[frame]) continue;
    const place = `${frames.file[frame]}:${frames.line[frame]}`;
    if (!known.has(place)) known.set(place, known.size);
    ids[frame] = known.get(place);
  }
  return { ids, known, count: known.size, of: (file, line) => known.get(`${file}:${line}`) ?? -1 };
})();

/** Who calls a function and whom it calls, each edge once a stack as pprof's peek has it. */
function neighbours(selected, func) {
  const { total, started } = selected;
  const edges = () => ({ open: new Map(), after: new Map() });
  const callers = edges(), callees = edges();
  // The edge of a node, where it is one of this function's.
  const edgeOf = (node) => {
    const parent = tree.parent[node];
    if (!started[node] || parent < 0 || !started[parent]) return null;
    const own = frames.func[tree.frame[node]], above = frames.func[tree.frame[parent]];
    if (own === above) return null;
    return own === func ? [callers, above] : above === func ? [callees, own] : null;
  };
  let last = -1;
  for (let node = 0; node < tree.count; node++) {
    for (; last !== tree.parent[node]; last = tree.parent[last]) {
      const edge = edgeOf(last);
      if (edge) edge[0].open.set(edge[1], edge[0].open.get(edge[1]) - 1);
    }
    last = node;
    const edge = edgeOf(node);
    if (!edge) continue;
    const [side, other] = edge, open = side.open.get(other) || 0;
    side.open.set(other, open + 1);
    if (open === 0) side.after.set(other, (side.after.get(other) || 0) + total.after[node]);
  }
  const sorted = (side) => [...side.after].filter(([, amount]) => amount !== 0)
    .sort((one, other) => Math.abs(other[1]) - Math.abs(one[1]) || one[0] - other[0]);
  return { callers: sorted(callers), callees: sorted(callees) };
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
