// What stands beside and below the graph: details, findings, functions, source, callers, tree.

let showsAllRows = false;

// MARK: Texts

/** A text that breaks behind slashes and before methods rather than inside words. */
function breakable(text) {
  const parts = text.split(/(?<=\/)|(?=\.[(A-Z])/);
  return parts.flatMap((part, index) => index === 0 ? [part] : [make("wbr"), part]);
}

function copy(text) {
  // Not every browser lets a file use the clipboard.
  const failed = () => say(`${text} could not be copied: the browser forbids it.`);
  if (!navigator.clipboard) return failed();
  navigator.clipboard.writeText(text).then(() => say(`Copied ${text}`), failed);
}

/** `api.go:37` to click, and its folder behind. */
function place(frame) {
  const whole = wholePlaceOf(frame), folder = folderOf(frames.file[frame]);
  return make("span", { class: "place" },
    make("button", { type: "button", class: "plain", title: `Copy ${whole}`,
      "aria-label": `Copy ${whole}`, click: () => copy(whole) }, placeOf(frame)),
    folder ? make("span", { class: "faint" }, " ", ...breakable(folder)) : "");
}

const cell = (text, name) => make("td", name ? { class: name } : {}, text);

// MARK: One frame

function describe(box) {
  const { view } = box.band, node = box.node;
  const share = hasLosses() ? view.width[node] : view.after[node];
  let text = `${bound(view.after[node])}, ${percent(share, whole())}`;
  if (selected.isDifference) {
    text += `, ${signed(view.after[node] - view.before[node])} from ${value(view.before[node])}`;
  }
  return text;
}

const titleOf = (box) => box.band.view.key[box.node] < 0 && box.band.view.root
  || nameOf(state, box.band.view.key[box.node]);

function choose(box) {
  find("tip").hidden = true;
  picture.selected = box;
  if (box) picture.reveal(box.band, box.node);
  picture.paint();
  showDetails();
  if (box) {
    find("status").textContent = `${titleOf(box)}, ${describe(box)}`;
    find("graph").setAttribute("aria-label", `Flame graph, at ${titleOf(box)}`);
  }
}

/** The frames of a box with what each has, the largest first. */
function framesOf(box) {
  const { view } = box.band, amounts = new Map();
  if (view.mapping) {
    for (let source = 0; source < tree.count; source++) {
      if (view.mapping[source] !== box.node) continue;
      const frame = tree.frame[source];
      amounts.set(frame, (amounts.get(frame) || 0) + selected.total.after[source]);
    }
  } else {
    // Callers, and what is inverted, are put together of parts of many stacks.
    const key = view.key[box.node], { cum } = lineFigures();
    for (let frame = 0; frame < frames.count; frame++) {
      const isMeant = state.lines ? frame === key : frames.func[frame] === key;
      const id = lineIDs.ids[frame];
      if (isMeant && id >= 0 && cum[id]) amounts.set(frame, cum[id]);
    }
  }
  return [...amounts].filter(([frame]) => data.files[frames.file[frame]])
    .sort((one, other) => other[1] - one[1] || one[0] - other[0]);
}

function showDetails() {
  const panel = find("details"), box = picture.selected;
  const key = box ? box.band.view.key[box.node] : -1;
  const chosen = key < 0 ? "" : String(state.lines ? frames.func[key] : key);
  for (const line of find("table").querySelectorAll("tbody tr")) {
    line.classList.toggle("chosen", line.dataset.index === chosen);
  }
  if (!box || box.band.view.key[box.node] < 0) {
    panel.replaceChildren(make("h2", {}, "Details"),
      make("p", { class: "faint" }, "Choose a frame to see its lines."));
    return;
  }
  const { view } = box.band, node = box.node, known = functionAt(box);
  let own = view.mapping ? 0 : null;
  for (let source = 0; view.mapping && source < tree.count; source++) {
    if (view.mapping[source] === node) own += selected.own.after[source];
  }
  const lines = framesOf(box);
  panel.replaceChildren(
    make("h2", {}, "Details"),
    make("p", { class: "function" }, ...breakable(known.name)),
    make("p", { class: "faint" }, ...breakable(
      [ownerNames[known.owner], known.package].filter(Boolean).join(", "))),
    make("p", {}, describe(box), own === null ? "" : `; itself ${value(own)}`),
    make("table", {}, make("tbody", {}, ...lines.slice(0, 8).map(([frame, amount]) =>
      make("tr", {}, cell(value(amount)), cell(place(frame), "name"))))),
    lines.length > 8 ? make("p", { class: "faint" }, `${grouped(String(lines.length - 8))} more lines`) : "",
    ...(lines.length > 0 ? sourceAround(lines[0][0]) : []),
    make("p", { class: "actions" }, ...["focus", "ignore", "from", "sandwich", "source", "peek"].map(
      (key) => make("button", { type: "button", click: () => actions[key](box) }, actionNames[key][0]))));
}

// MARK: Source

let figuresOfLines = null;
const lineFigures = () => figuresOfLines ??= figures(selected, lineIDs.ids, lineIDs.count);

/** A few lines of a file with their figures; `marked` is the one that is meant. */
function sourceTable(excerpt, from, to, marked) {
  const file = excerpt.file, { flat, cum } = lineFigures(), rows = [];
  const dots = (amount) => amount ? value(amount) : ".";
  for (let number = from; number <= to; number++) {
    const id = lineIDs.of(file, number), hasFigures = id >= 0 && (flat[id] || cum[id]);
    rows.push(make("tr", { class: number === marked ? "marked" : hasFigures ? "" : "quiet" },
      cell(id < 0 ? "." : dots(flat[id])), cell(id < 0 ? "." : dots(cum[id])),
      cell(String(number), "number"), cell(excerpt.lines[number - excerpt.first], "code")));
  }
  const name = `${data.files[file].replace(/^.*\//, "")}, lines ${from} to ${to}`;
  // What is wider than its place is scrolled to with the keys, too.
  return make("div", { class: "source", tabindex: "0", role: "region", "aria-label": name },
    make("table", {}, make("thead", {}, make("tr", {}, ...["flat", "cum", "line", "source"].map(
      (text, index) => make("th", { scope: "col", class: ["", "", "number", "code"][index] }, text)))),
    make("tbody", {}, ...rows)));
}

const excerptOf = (file, line) => excerpts.find((excerpt) => excerpt.file === file
  && line >= excerpt.first && line < excerpt.first + excerpt.lines.length);

/** The lines around a frame, where the page has them. */
function sourceAround(frame) {
  const line = frames.line[frame], excerpt = excerptOf(frames.file[frame], line);
  if (!excerpt) return [];
  return [sourceTable(excerpt, Math.max(excerpt.first, line - 5),
    Math.min(excerpt.first + excerpt.lines.length - 1, line + 5), line)];
}

/** The functions that a list is about: the one asked for, else what the search finds, else all. */
function subjects() {
  if (state.of) return rows.filter((row) => row.name === state.of);
  const matcher = matches && expression(state.q);
  return rows.filter((row) => !matcher || matcher.test(row.name))
    .sort((one, other) => Math.abs(other.cum) - Math.abs(one.cum) || one.index - other.index);
}

const subjectLimit = 12;

/** What a list is about, and how to see the others. */
function subjectLine(shown, all) {
  const text = state.of ? [make("b", {}, state.of), " ",
    make("button", { type: "button", click: () => go({ of: "" }) }, "All functions")]
    : [`${grouped(String(shown))} of ${grouped(String(all))} functions`
      + (shown < all ? ", the largest first; search for others" : "")];
  return make("p", { class: "bar faint" }, ...text);
}

const heading = (row) => make("h3", { class: "function" },
  make("span", { class: `owner o${functions[row.index].owner}` }), ...breakable(row.name));

function showSource() {
  const framesByFunction = new Map();
  for (let frame = 0; frame < frames.count; frame++) {
    if (!excerptOf(frames.file[frame], frames.line[frame])) continue;
    const func = frames.func[frame];
    framesByFunction.set(func, [...(framesByFunction.get(func) || []), frame]);
  }
  const all = subjects(), having = all.filter((row) => framesByFunction.has(row.index));
  const parts = having.slice(0, subjectLimit).map((row) => {
    // Lines that are near each other are shown together.
    const pieces = [];
    for (const frame of framesByFunction.get(row.index)) {
      const file = frames.file[frame], line = frames.line[frame], excerpt = excerptOf(file, line);
      const from = Math.max(excerpt.first, line - 5);
      const to = Math.min(excerpt.first + excerpt.lines.length - 1, line + 5);
      const near = pieces.find((piece) => piece.excerpt === excerpt && from <= piece.to + 1
        && to >= piece.from - 1);
      if (near) Object.assign(near, { from: Math.min(near.from, from), to: Math.max(near.to, to) });
      else pieces.push({ excerpt, from, to });
    }
    pieces.sort((one, other) => one.from - other.from);
    return make("article", {}, heading(row),
      make("p", { class: "faint" }, `flat ${value(row.flat)}, cum ${bound(row.cum)}, `,
        ...breakable(data.files[pieces[0].excerpt.file])),
      ...pieces.map(({ excerpt, from, to }) => sourceTable(excerpt, from, to, -1)));
  });
  const nothing = excerpts.length === 0
    ? "This page carries no source: none was found when it was written. Run heapscope report in the "
      + "folder of your module, or name it with --source-path."
    : `This page carries no source of ${state.of || "these functions"}.`;
  find("panel").replaceChildren(...(parts.length || state.of
    ? [subjectLine(parts.length, having.length)] : []), ...(parts.length ? parts : [make("p", {}, nothing)]));
}

// MARK: Callers and callees

function showPeek() {
  const all = subjects(), shown = all.slice(0, subjectLimit);
  const line = (amount, name, kind, row) => make("tr", { class: kind },
    cell(row ? value(row.flat) : ""), cell(bound(amount)), cell(percent(amount, whole())),
    make("td", { class: "name" }, kind === "middle" ? make("b", {}, ...breakable(name))
      : make("button", { type: "button", class: "plain", title: "Show its callers and callees",
        click: () => go({ of: name }) }, ...breakable(name))));
  find("panel").replaceChildren(subjectLine(shown.length, all.length), ...shown.map((row) => {
    const { callers, callees } = neighbours(selected, row.index);
    return make("table", { class: "peek", "aria-label": `Callers and callees of ${row.name}` },
      make("thead", {}, make("tr", {}, ...["flat", "cum", "cum%"].map((text) =>
        make("th", { scope: "col" }, text)),
      make("th", { scope: "col", class: "name" }, "callers, the function, callees"))),
      make("tbody", {}, ...callers.map(([func, amount]) => line(amount, functions[func].name, "above")),
        line(row.cum, row.name, "middle", row),
        ...callees.map(([func, amount]) => line(amount, functions[func].name, "below"))));
  }));
}

// MARK: The tree as a list, the largest first

function showTree() {
  const band = picture.bands[picture.bands.length - 1], { view } = band;
  const childrenOf = (node) => {
    const children = [];
    for (let child = node + 1; child < view.end[node]; child = view.end[child]) children.push(child);
    return children.sort((one, other) => view.width[other] - view.width[one] || one - other);
  };
  const body = make("tbody");
  const open = (line, node, depth, isOpen) => {
    for (let next = line.nextSibling; next && +next.dataset.depth > depth;) {
      const old = next;
      next = next.nextSibling;
      old.remove();
    }
    const button = line.querySelector("[aria-expanded]");
    if (button) button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    const children = childrenOf(node), shown = children.slice(0, 100);
    let last = line;
    for (const child of shown) {
      const row = lineOf(child, depth + 1);
      last.after(row);
      last = row;
    }
    // What has nearly all of it is what one looks for.
    if (shown.length && depth < 60 && view.width[shown[0]] >= 0.5 * view.width[node]) {
      open(line.nextSibling, shown[0], depth + 1, true);
    }
  };
  const lineOf = (node, depth) => {
    const key = view.key[node], isLeaf = view.end[node] === node + 1;
    const own = view.after[node] - childrenOf(node).reduce((sum, child) => sum + view.after[child], 0);
    const line = make("tr", {}, cell(bound(view.after[node])), cell(percent(view.after[node], whole())),
      cell(state.inverted ? "" : value(own)));
    const name = nameOf(state, key);
    const button = make("button", { type: "button", class: "plain",
      "aria-expanded": isLeaf ? undefined : "false",
      click: () => {
        choose({ band, node });
        if (!isLeaf) open(line, node, depth, button.getAttribute("aria-expanded") !== "true");
      } }, ...breakable(key < 0 ? view.root || "all" : name));
    const owner = key < 0 ? 4 : functionOf(state, key).owner;
    const text = make("td", { class: "name" }, make("span", { class: `owner o${owner}` }), button);
    text.style.setProperty("--in", `${Math.min(depth, 40) * 12}px`);
    line.append(text);
    line.dataset.depth = depth;
    return line;
  };
  const first = lineOf(picture.bands[0].zoom && !state.sandwich ? picture.bands[0].zoom : 0, 0);
  body.append(first);
  find("panel").replaceChildren(
    make("p", { class: "faint" }, state.inverted ? "Callers below the function that they call, the largest first."
      : "Each function below its caller, the largest first."),
    make("table", { "aria-label": "Tree" }, make("thead", {}, make("tr", {},
      ...["cum", "cum%", "flat"].map((text) => make("th", { scope: "col" }, text)),
      make("th", { scope: "col", class: "name" }, "function"))), body));
  open(first, picture.bands[0].zoom && !state.sandwich ? picture.bands[0].zoom : 0, 0, true);
}

/** The list below the graph that is asked for. */
function showList() {
  choice("list", lists, state.list, (list) => go({ list, of: list === "functions" ? "" : state.of }));
  find("table").hidden = state.list !== "functions";
  find("panel").hidden = state.list === "functions";
  const panel = state.list === "functions" ? find("table") : find("panel");
  for (const tab of find("list").children) {
    tab.id = `list-${tab.dataset.key}`;
    tab.setAttribute("aria-controls", tab.dataset.key === "functions" ? "table" : "panel");
  }
  panel.setAttribute("aria-labelledby", `list-${state.list}`);
  if (state.list === "functions") showTable();
  else ({ source: showSource, peek: showPeek, tree: showTree })[state.list]();
}

// MARK: The functions

function shownRows() {
  const text = state.rows.toLowerCase();
  const left = text ? rows.filter((row) => row.name.toLowerCase().includes(text)) : [...rows];
  const isUp = state.sort.startsWith("-"), sign = isUp ? 1 : -1;
  const valueOf = sortKeys[state.sort.replace(/^-/, "")];
  // Functions are numbered by name.
  return left.sort((one, other) =>
    sign * (valueOf(one) - valueOf(other)) || one.index - other.index);
}

function showTable() {
  const columns = selected.isDifference
    ? [["flat", "flat"], ["flatChange", "Δflat"], ["cum", "cum"], ["cumChange", "Δcum"], ["name", "function"]]
    : [["flat", "flat"], ["", "flat%"], ["cum", "cum"], ["", "cum%"], ["name", "function"]];
  find("table").querySelector("thead tr").replaceChildren(...columns.map(([key, text]) =>
    make("th", {
      scope: "col", class: key === "name" ? "name" : "",
      "aria-sort": key === state.sort ? (key === "name" ? "ascending" : "descending")
        : key && "-" + key === state.sort ? (key === "name" ? "descending" : "ascending") : undefined,
    }, key ? make("button", {
      type: "button", click: () => go({ sort: state.sort === key ? "-" + key : key }),
    }, text) : text)));
  const matcher = matches && expression(state.q);
  const list = shownRows(), limit = showsAllRows ? 5000 : 40;
  find("table").querySelector("tbody").replaceChildren(...list.slice(0, limit).map((row) => {
    const cells = selected.isDifference
      ? [value(row.flat), signed(row.flat - row.flatBefore), value(row.cum), signed(row.cum - row.cumBefore)]
      : [value(row.flat), percent(row.flat, whole()), bound(row.cum), percent(row.cum, whole())];
    const isHit = matcher && matcher.test(row.name);
    const line = make("tr", { class: isHit ? "hit" : "" }, ...cells.map((text) => make("td", {}, text)),
      make("td", { class: "name" }, make("span", { class: `owner o${functions[row.index].owner}` }),
        make("button", { type: "button", class: "plain", title: "Search for this in the graph",
          click: () => go({ q: exactName(state.q) === row.name ? "" : exactly(row.name) }) },
          ...breakable(row.name))));
    line.dataset.name = row.name;
    line.dataset.index = row.index;
    line.addEventListener("contextmenu", (event) => {
      const node = largest((key) => functionOf(state, key).name === row.name);
      if (node > 0) openMenu(event, { band: picture.bands[picture.bands.length - 1], node });
    });
    return line;
  }));
  find("rows").textContent = `${grouped(String(list.length))} of ${grouped(String(functions.length))}`;
  find("more").hidden = showsAllRows || list.length <= limit;
}

// MARK: Findings

function showFindings() {
  const panel = find("findings");
  const type = data.findingsType;
  panel.replaceChildren(make("h2", {}, "Findings"), ...(data.findings.length ? [] : [
    make("p", { class: "faint" }, data.findingsNote)]), ...(data.suppressed ? [
    make("p", { class: "faint" }, data.suppressed)] : []), ...data.findings.map((finding) =>
    make("article", {},
      make("h3", {}, make("strong", {}, finding.share), " ", finding.title),
      make("p", { class: "faint" }, finding.facts),
      make("ul", {}, ...finding.blame.map((line) => make("li", {},
        make("button", {
          type: "button", title: "Zoom to this line",
          click: () => goToBlame(type, line),
        }, `${line.share} `, ...breakable(line.function)),
        make("span", { class: "faint" }, " ", ...breakable(line.place),
          ...(line.note ? [" ", ...breakable(line.note)] : [])))),
        ...(finding.rest ? [make("li", { class: "faint" }, finding.rest)] : [])),
      ...(finding.advice ? [make("p", {}, make("b", {}, "Fix: "), finding.advice)] : []),
      ...explanation(finding))));
}

/** What the rule of a finding says of it, as far as it does: a rule of the user's need not. */
function explanation(finding) {
  const texts = [["p", finding.cost], ["pre", finding.before], ["pre", finding.after]]
    .filter(([, text]) => text)
    .map(([element, text]) => make(element, element === "pre" ? { tabindex: "0" } : {}, text));
  return texts.length ? [make("details", {}, make("summary", {},
    finding.before || finding.after ? "Before and after" : "Cost"), ...texts)] : [];
}

/** Shows a blamed line: its function in the sample type that the findings are about. */
function goToBlame(type, line) {
  const next = { ...state, type, sandwich: "", inverted: false, focus: [], ignore: [], from: "", zoom: "", q: "",
    rows: "", of: "" };
  const fresh = callTree(next, select(next));
  let best = 0;
  for (let node = 1; node < fresh.count; node++) {
    const isThere = functionOf(next, fresh.key[node]).name === line.function
      && (!next.lines || frames.line[fresh.key[node]] === line.line);
    if (isThere && (best === 0 || fresh.width[node] > fresh.width[best])) best = node;
  }
  go({ ...next, zoom: pathOf({ band: { view: fresh }, node: best }) });
  if (best === 0) {
    say(`${line.function} ${line.place} is too small for the picture: see it in heapscope hotspots.`);
  }
  find("graph").focus();
}
