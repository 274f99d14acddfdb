// The page: what is looked at stands in the address, all else is made from it.

const find = (id) => document.getElementById(id);

/** Makes an element; texts are never read as markup. */
function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "click") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...content.filter((part) => part !== undefined && part !== null));
  return element;
}

const picture = new Picture(find("scroll"), find("graph"));
picture.map = new Minimap(find("map"), picture);
let state, selected, view, bands, matches, rows, unit, rendered;

/** Tells readers, those who listen too, what was done or why not. */
function say(text) {
  find("status").textContent = find("say").textContent = text;
}

// MARK: Going somewhere

/** How many steps back stay on the page. */
const stepsBack = () => history.state?.steps || 0;

function visit(address) {
  history.pushState({ steps: stepsBack() + 1 }, "", address);
  render();
}

function go(change) {
  find("tip").hidden = true;
  const next = writeState({ ...state, ...change });
  if (next !== writeState(state)) visit(next);
}

/** Takes away filters, zoom and search; what is looked at, and how, stays. */
const narrowing = { focus: [], ignore: [], from: "", zoom: "", q: "", sandwich: "", rows: "", of: "" };
const isNarrowed = () => writeState({ ...state, ...narrowing }) !== writeState(state);
const reset = () => go(narrowing);
const back = () => { if (stepsBack() > 0) history.back(); };

/** What is typed is one step back, not one a letter. */
function type(key, text) {
  const next = writeState({ ...state, [key]: text });
  if (state[key]) {
    history.replaceState(history.state, "", next);
    render();
  } else if (text) {
    visit(next);
  }
}

const addTo = (key, pattern) =>
  go({ [key]: state[key].includes(pattern) ? state[key] : [...state[key], pattern], zoom: "",
    sandwich: "" });

const actions = {
  zoom: (box) => go({ zoom: pathOf(box) }),
  focus: (box) => addTo("focus", exactly(functionAt(box).name)),
  ignore: (box) => addTo("ignore", exactly(functionAt(box).name)),
  from: (box) => go({ from: exactly(functionAt(box).name), zoom: "", sandwich: "" }),
  sandwich: (box) => go({ sandwich: functionAt(box).name, zoom: "" }),
  search: (box) => go({ q: exactly(functionAt(box).name) }),
  source: (box) => showIn("source", box),
  peek: (box) => showIn("peek", box),
  copy: (box) => copy(functionAt(box).name),
};

function showIn(list, box) {
  go({ list, of: functionAt(box).name });
  find("panel").scrollIntoView({ block: "nearest" });
}

const actionNames = {
  zoom: ["Zoom to this", "Enter"], focus: ["Focus on this", "F"], ignore: ["Ignore this", "I"],
  from: ["Show from this", "O"], sandwich: ["Callers and callees", "W"],
  search: ["Search for this", "S"], source: ["Source", "E"], peek: ["Peek", "P"],
  copy: ["Copy the name", "C"],
};

function functionAt(box) {
  const key = box.band.view.key[box.node];
  return key < 0 ? null : functionOf(state, key);
}

/** A box as the keys on the way to it, so that it is found again in another view. */
function pathOf(box) {
  const keys = [];
  const { view } = box.band;
  for (let node = box.node; node > 0; node = view.parent[node]) keys.push(view.key[node]);
  return keys.reverse().join(".");
}

function nodeAt(view, path) {
  let node = 0;
  for (const key of path ? path.split(".").map(Number) : []) {
    let child = node + 1;
    while (child < view.end[node] && view.key[child] !== key) child = view.end[child];
    if (child >= view.end[node]) return node;
    node = child;
  }
  return node;
}

// MARK: Making the page from the state

function render() {
  const started = performance.now();
  rendered = location.hash;
  const old = state;
  state = readState(rendered);
  unit = data.types[state.type][1];
  // A zoom or a search needs no new trees.
  const isNew = !old || writeState({ ...state, ...outward }) !== writeState({ ...old, ...outward });
  if (isNew) {
    selected = select(state);
    figuresOfLines = null;
    rows = functionTable(selected);
    if (state.sandwich) {
      const { callers, callees } = sandwichTrees(state, selected);
      bands = [{ view: callers, zoom: 0, up: true }, { view: callees, zoom: 0, up: false }];
      view = callees;
    } else {
      view = state.inverted ? invertedTree(state, selected) : callTree(state, selected);
      bands = [{ view, zoom: 0, up: state.flip }];
    }
  }
  if (!state.sandwich) Object.assign(bands[0], { zoom: nodeAt(view, state.zoom), up: state.flip });
  if (isNew || state.q !== old.q) matches = searched(state, view);
  picture.selected = bands[0].zoom > 0 ? { band: bands[0], node: bands[0].zoom } : null;
  picture.scroll.scrollTop = 0;
  picture.show(state, bands, matches, selected.isDifference);
  if (state.flip && !state.sandwich) picture.scroll.scrollTop = picture.height;
  if (picture.selected) picture.reveal(bands[0], bands[0].zoom);
  find("tip").hidden = true;
  showControls();
  const listed = ["q", "sort", "rows", "list", "of", ...(state.list === "tree" ? ["zoom"] : [])];
  if (isNew || listed.some((key) => state[key] !== old[key])) showList();
  showDetails();
  document.documentElement.dataset.render = (performance.now() - started).toFixed(1);
}

/** A function of each owner; -1 for none. */
const examples = ownerNames.map((_, owner) => functions.findIndex((known) => known.owner === owner));

/** What colours mean. */
function showLegend() {
  const sample = (color, text) => {
    const square = make("span", { class: "owner" });
    square.style.background = color;
    return make("span", {}, square, text);
  };
  const { palette } = picture;
  const owners = ownerNames.map((name, owner) => {
    const known = examples[owner];
    return name && known >= 0 ? sample(picture.colors[known], name) : null;
  });
  find("legend").replaceChildren(...(selected.isDifference || hasLosses()
    ? [sample(picture.changeColor(0, 1), "grew"), sample(picture.changeColor(1, 0), "shrank"),
      sample(palette.still, "stayed")]
    : [...owners, data.findings.length ? sample(palette.hot, "edge: a finding") : null])
    .filter((part) => part !== null));
}

/** With commas between thousands. */
const grouped = (text) => text.replace(/\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));
const value = (amount) => grouped(format(amount, unit));
const hasLosses = () => {
  const column = state.at * data.types.length + state.type;
  return totals[column] !== wholes[column] && !selected.isDifference;
};
const whole = () => wholes[state.at * data.types.length + state.type];

/** What callers add up to is a lower bound where stacks are cut. */
const bound = (amount) => (data.cut && amount !== whole() ? "≥" : "") + value(amount);
const signed = (amount) => (amount > 0 ? "+" : "") + value(amount);

function choice(id, options, current, pick) {
  const group = find(id), isTabs = group.getAttribute("role") === "tablist";
  const mark = isTabs ? "aria-selected" : "aria-checked";
  group.replaceChildren(...options.map(([key, text]) => {
    const button = make("button", {
      type: "button", role: isTabs ? "tab" : "radio", [mark]: String(key === current),
      tabindex: key === current ? "0" : "-1", click: () => pick(key),
    }, text);
    button.dataset.key = key;
    return button;
  }));
  group.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = options.findIndex(([key]) => key === current);
    pick(options[(index + step + options.length) % options.length][0]);
    group.querySelector(`[${mark}=true]`).focus();
  };
}

function showControls() {
  const [strong, rest] = find("total").children;
  const total = view.after[0];
  strong.textContent = value(total);
  strong.dataset.value = total;
  const part = hasLosses() ? `net of ${value(whole())}, gains and losses added up, `
    : `of ${value(whole())} (${percent(total, whole())}) `;
  rest.textContent = (total === whole() ? "" : part)
    + data.types[state.type][0]
    + (selected.isDifference ? `, ${signed(total - view.before[0])} from ${value(view.before[0])}` : "");
  find("total").dataset.whole = whole();
  choice("types", data.types.map(([name], index) => [index, name]), state.type,
    (type) => go({ type }));
  choice("widths", [["after", "After"], ["before", "Before"], ["change", "Change"]], state.width,
    (width) => go({ width }));
  find("widths").hidden = !selected.isDifference;
  const names = data.snapshots.map((snapshot, index) => {
    const sum = totals[index * data.types.length + state.type];
    return `${snapshot.name}, ${value(sum)}` + (snapshot.time ? `, ${snapshot.time}` : "");
  });
  for (const [id, key, first] of [["snapshots", "at", []], ["compare", "vs", [[-1, "nothing"]]]]) {
    const select = find(id).querySelector("select");
    find(id).hidden = names.length < 2;
    select.replaceChildren(...[...first, ...names.entries()].map(([index, name]) =>
      make("option", { value: index, selected: index === state[key] }, name)));
    select.onchange = () => go({ [key]: Number(select.value) });
  }
  const query = find("query");
  if (document.activeElement !== query) query.value = state.q;
  query.setAttribute("aria-invalid", String(Boolean(expressionProblem(state.q))));
  const matched = find("matched");
  matched.textContent = !state.q ? "" : !matches ? expressionProblem(state.q)
    : `${grouped(String(matches.count))} function${matches.count === 1 ? "" : "s"}, ${value(matches.sum)}, `
      + percent(matches.sum, whole());
  matched.dataset.value = matches ? matches.sum : "";
  matched.dataset.count = matches ? matches.count : "";
  const filter = find("filter");
  if (document.activeElement !== filter) filter.value = state.rows;
  find("back").disabled = stepsBack() === 0;
  find("reset").disabled = !isNarrowed();
  showLegend();
  find("say").textContent = "";
  find("focus-matches").hidden = find("ignore-matches").hidden = !matches || !matches.count;
  for (const id of ["lines", "inverted", "flip", "heavy"]) {
    find(id).setAttribute("aria-pressed", String(state[id]));
  }
  const chip = (label, pattern, change) => {
    const shown = exactName(pattern) ?? `/${pattern}/`, problem = expressionProblem(pattern);
    return make("span", { class: "chip" }, make("b", {}, label), " ", ...breakable(shown),
      problem ? make("b", { class: "problem" }, ` matches nothing: ${problem}`) : "",
      make("button", { type: "button", "aria-label": `Remove ${label} ${shown}`,
        click: () => go(change) }, "×"));
  };
  find("chips").replaceChildren(
    ...state.focus.map((pattern) => chip("focus", pattern,
      { focus: state.focus.filter((other) => other !== pattern) })),
    ...state.ignore.map((pattern) => chip("ignore", pattern,
      { ignore: state.ignore.filter((other) => other !== pattern) })),
    ...(state.from ? [chip("show from", state.from, { from: "" })] : []),
    ...(state.sandwich ? [chip("callers and callees of", exactly(state.sandwich), { sandwich: "" })] : []));
}

/** The widest box that a test holds for; 0 when there is none. */
function largest(test) {
  let best = 0;
  for (let node = 1; node < view.count; node++) {
    if (test(view.key[node]) && (best === 0 || view.width[node] > view.width[best])) best = node;
  }
  return best;
}

// MARK: The mouse, the menu, the keys

function openMenu(event, box) {
  if (!functionAt(box)) return;
  event.preventDefault();
  choose(box);
  const menu = find("menu");
  menu.replaceChildren(...Object.entries(actionNames).map(([key, [text, letter]]) => make("button", {
    type: "button", role: "menuitem", tabindex: "-1", "data-action": key,
    click: () => { closeMenu(); actions[key](box); },
  }, text, make("kbd", {}, letter))));
  menu.hidden = false;
  find("tip").hidden = true;
  const left = Math.min(event.clientX ?? 80, innerWidth - menu.offsetWidth - 4);
  const top = Math.min(event.clientY ?? 80, innerHeight - menu.offsetHeight - 4);
  menu.style.left = Math.max(0, left) + "px";
  menu.style.top = Math.max(0, top) + "px";
  menu.firstChild.focus();
}

function closeMenu() {
  if (find("menu").hidden) return;
  find("menu").hidden = true;
  find("graph").focus();
}

find("menu").addEventListener("keydown", (event) => {
  const items = [...find("menu").children], index = items.indexOf(document.activeElement);
  if (event.key === "ArrowDown") items[(index + 1) % items.length].focus();
  else if (event.key === "ArrowUp") items[(index + items.length - 1) % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

const canvas = find("graph");
const boxAt = (event) => picture.at(event.offsetX, event.offsetY);

canvas.addEventListener("click", (event) => {
  const box = boxAt(event);
  if (!box) return;
  choose(box);
  if (state.sandwich) { if (functionAt(box)) actions.sandwich(box); } else actions.zoom(box);
});
canvas.addEventListener("contextmenu", (event) => {
  const box = boxAt(event);
  if (box) openMenu(event, box);
});
canvas.addEventListener("mousemove", (event) => {
  const box = boxAt(event), tip = find("tip");
  tip.hidden = !box;
  canvas.style.cursor = box ? "pointer" : "default";
  if (!box) return;
  tip.replaceChildren(make("b", {}, ...breakable(titleOf(box))), make("br"), describe(box));
  tip.style.left = Math.max(0, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 4)) + "px";
  tip.style.top = (event.clientY + 24 + tip.offsetHeight > innerHeight
    ? event.clientY - tip.offsetHeight - 8 : event.clientY + 18) + "px";
});
canvas.addEventListener("mouseleave", () => { find("tip").hidden = true; });
find("scroll").addEventListener("scroll", () => {
  find("tip").hidden = true;
  picture.paint();
});
document.addEventListener("pointerdown", (event) => {
  if (!find("menu").contains(event.target)) find("menu").hidden = true;
});

/** Moves the choice from box to box. */
function move(key) {
  const band = picture.selected ? picture.selected.band : picture.bands[picture.bands.length - 1];
  const { view } = band, node = picture.selected ? picture.selected.node : band.zoom;
  if (!picture.selected) return choose({ band, node });
  const outward = band.up ? "ArrowDown" : "ArrowUp";
  let next = node;
  if (key === outward) {
    next = Math.max(0, view.parent[node]);
  } else if (key === "ArrowUp" || key === "ArrowDown") {
    for (let child = node + 1; child < view.end[node]; child = view.end[child]) {
      if (next === node || view.width[child] > view.width[next]) next = child;
    }
  } else {
    const row = view.rows[view.depth[node]];
    next = row[row.indexOf(node) + (key === "ArrowRight" ? 1 : -1)] ?? node;
  }
  choose({ band, node: next });
}

const keyList = [
  ["Arrows", "move from frame to frame"], 
  ...Object.values(actionNames).map(([text, key]) => [key, text.toLowerCase()]),
  ["Shift-F10", "all actions for the frame"], ["Backspace", "back"], ["R", "reset"],
  ["/", "search"], ["T", "next sample type"], ["L", "lines or functions"], ["V", "inverted"],
  ["H", "the largest first"], ["Escape", "in a search box: empties it"], ["?", "this list"],
];
const letters = { f: "focus", i: "ignore", o: "from", w: "sandwich", s: "search",
  e: "source", p: "peek", c: "copy" };

document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  find("tip").hidden = true;
  if (event.key === "Escape" && isTyping) {
    const field = event.target, key = { query: "q", filter: "rows" }[field.id];
    if (key && (field.value || state[key])) {
      field.value = "";
      type(key, "");
      event.preventDefault();
    } else if (field.id === "query") {
      canvas.focus();
    }
    return;
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || find("key-list").open) return;
  const box = picture.selected, key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isOnGraph = event.target === canvas;
  if (isOnGraph && key.startsWith("Arrow")) move(key);
  else if (isOnGraph && key === "Enter" && box) state.sandwich ? actions.sandwich(box) : actions.zoom(box);
  else if (isOnGraph && box && letters[key] && functionAt(box)) actions[letters[key]](box);
  else if (isOnGraph && box && (key === "ContextMenu" || (key === "F10" && event.shiftKey))) {
    const place = picture.place(box.band, box.node), origin = canvas.getBoundingClientRect();
    openMenu({ preventDefault() {}, clientX: origin.left + place.x + 8,
      clientY: origin.top + place.y + rowHeight }, box);
  } else if (key === "Backspace" || (key === "Escape" && isOnGraph)) back();
  else if (key === "r") reset();
  else if (key === "/") find("query").focus();
  else if (key === "t") go({ type: (state.type + 1) % data.types.length });
  else if (key === "l") go({ lines: !state.lines, zoom: "" });
  else if (key === "v") go({ inverted: !state.inverted, zoom: "" });
  else if (key === "h") go({ heavy: !state.heavy });
  else if (key === "?") find("key-list").showModal();
  else return;
  event.preventDefault();
});

find("query").addEventListener("input", () => type("q", find("query").value));
find("search").addEventListener("submit", (event) => event.preventDefault());
find("focus-matches").addEventListener("click", () => addTo("focus", state.q));
find("ignore-matches").addEventListener("click", () => addTo("ignore", state.q));
find("back").addEventListener("click", back);
find("reset").addEventListener("click", reset);
find("heavy").addEventListener("click", () => go({ heavy: !state.heavy }));
for (const [id, make] of Object.entries(downloads)) {
  find(`save-${id}`).addEventListener("click", () => make().catch((problem) =>
    say(`The file could not be made: ${problem.message}`)));
}
for (const id of ["lines", "inverted", "flip"]) {
  find(id).addEventListener("click", () => go({ [id]: !state[id], zoom: "" }));
}
find("keys").addEventListener("click", () => find("key-list").showModal());
find("key-list").querySelector("table").append(...keyList.map(([key, text]) =>
  make("tr", {}, make("td", {}, make("kbd", {}, key)), make("td", {}, text))));
find("filter").addEventListener("input", () => type("rows", find("filter").value));
find("more").addEventListener("click", () => { showsAllRows = true; showTable(); });
canvas.addEventListener("blur", () => { find("tip").hidden = true; });

// MARK: Light and dark

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
let theme = null;
function applyTheme(forced) {
  const name = forced || theme || (prefersDark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = name;
  picture.setTheme(name);
  if (!picture.bands) return;
  picture.layOut();
  showLegend();
}
prefersDark.addEventListener("change", () => applyTheme());
find("theme").addEventListener("click", () => {
  theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  applyTheme();
});
for (const [kind, isPrinted] of [["beforeprint", true], ["afterprint", false]]) {
  addEventListener(kind, () => {
    picture.isPrinted = isPrinted;
    applyTheme(isPrinted ? "light" : null);
  });
}
addEventListener("resize", () => picture.layOut());
// Both come for one step back.
for (const kind of ["hashchange", "popstate"]) {
  addEventListener(kind, () => { if (location.hash !== rendered) render(); });
}

document.title = data.title;
find("title").textContent = data.title;
find("facts").textContent = data.facts.join(" · ");
if (data.notice) {
  find("notice").textContent = data.notice;
  find("notice").hidden = false;
}
applyTheme();
showFindings();
render();

/** For tests: where the widest box of a function is, in the window. */
window.heapscope = {
  place(name) {
    const node = largest((key) => functionOf(state, key).name === name);
    if (!node) return null;
    const band = picture.bands[picture.bands.length - 1];
    const place = picture.place(band, node), origin = canvas.getBoundingClientRect();
    return { x: origin.left + place.x + Math.min(place.width / 2, 20),
      y: origin.top + place.y + rowHeight / 2, width: place.width };
  },
  widths() {
    let sum = 0;
    for (let child = 1; child < view.count; child = view.end[child]) sum += view.width[child];
    return { root: view.width[0], children: sum, boxes: view.count };
  },
};
document.documentElement.dataset.ready = performance.now().toFixed(0);
