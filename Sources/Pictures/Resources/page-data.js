"use strict";

// Reads the data of the page, and writes values as `heapscope top` does.

const data = JSON.parse(document.getElementById("data").textContent);

/** Reads what `PageBytes` in Swift has written. */
class Numbers {
  constructor(text) {
    const letters = atob(text);
    this.bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at++) this.bytes[at] = letters.charCodeAt(at);
    this.at = 0;
  }

  // Little-endian groups of seven bits; sums stay exact up to 2^53.
  next() {
    let byte = this.bytes[this.at++];
    if (byte < 128) return byte;
    let value = byte & 127, factor = 128;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value;
  }

  signed() {
    const value = this.next();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  sparse(array, read) {
    let node = 0;
    for (let rest = this.next(); rest > 0; rest--) {
      node += this.next();
      array[node] = read();
    }
    return array;
  }
}

/** The call tree in preorder, as FlameTree has it. */
const tree = (() => {
  const numbers = new Numbers(data.tree), count = numbers.next();
  const parent = new Int32Array(count), frame = new Int32Array(count);
  let last = -1;
  for (let node = 0; node < count; node++) {
    for (let steps = numbers.next(); steps > 0; steps--) last = parent[last];
    parent[node] = last;
    frame[node] = numbers.next();
    last = node;
  }
  const own = [];
  for (let column = 0; column < data.types.length * data.snapshots.length; column++) {
    own.push(numbers.sparse(new Float64Array(count), () => numbers.signed()));
  }
  const blamed = numbers.sparse(new Uint8Array(count), () => numbers.next());
  const hot = numbers.sparse(new Uint8Array(count), () => 1);
  return { count, parent, frame, own, blamed, hot };
})();

/** Places in functions: `func`, `file` and `line` of each frame. */
const frames = (() => {
  const numbers = new Numbers(data.frames), count = numbers.next();
  const func = new Int32Array(count), file = new Int32Array(count), line = new Float64Array(count);
  let lastFunc = 0, lastFile = 0, lastLine = 0;
  for (let frame = 0; frame < count; frame++) {
    func[frame] = lastFunc += numbers.next();
    file[frame] = lastFile += numbers.signed();
    line[frame] = lastLine += numbers.signed();
  }
  return { count, func, file, line };
})();

const functions = data.functions.map((name, index) => {
  const head = name.match(/^[^[(]*/)[0];
  const dot = head.indexOf(".", head.lastIndexOf("/") + 1);
  return {
    name, owner: +data.owners[index], package: dot < 0 ? head : head.slice(0, dot),
  };
});

/** Source of the profile's version: a first line and those after it, of a file. */
const excerpts = data.source.map(([file, first, text]) => ({ file, first, lines: text.split("\n") }));

const ownerNames = ["your code", "another module", "standard library", "runtime", ""];

const totals = tree.own.map((column) => column.reduce((sum, value) => sum + value, 0));

/** What shares are parts of: losses count like gains. */
const wholes = tree.own.map((column) => column.reduce((sum, value) => sum + Math.abs(value), 0));

// MARK: Values

const families = [
  {
    units: [["B", 1, "b|byte"], ["kB", 2 ** 10, "kb|kbyte|kilobyte"],
      ["MB", 2 ** 20, "mb|mbyte|megabyte"], ["GB", 2 ** 30, "gb|gbyte|gigabyte"],
      ["TB", 2 ** 40, "tb|tbyte|terabyte"], ["PB", 2 ** 50, "pb|pbyte|petabyte"]],
    fallback: ["B", 1],
  },
  {
    units: [["ns", 1, "ns|nanosecond"], ["us", 1e3, "μs|us|microsecond"],
      ["ms", 1e6, "ms|millisecond"], ["s", 1e9, "s|sec|second"], ["hrs", 3.6e12, "hour|hr"]],
    fallback: ["s", 1e9],
  },
];

function unitIn(family, text) {
  let name = text.toLowerCase();
  if (name.length > 2 && name.endsWith("s")) name = name.slice(0, -1);
  return family.units.find((unit) => unit[2].split("|").includes(name));
}

/** Two digits, rounded as C does: halves to the even neighbour. */
function twoDigits(value) {
  if (Math.abs(value * 8) % 2 !== 1) return value.toFixed(2);
  const below = Math.floor(value * 100);
  return ((below % 2 ? below + 1 : below) / 100).toFixed(2);
}

/** Writes a value of a sample type: `1.50kB`, `2MB`, `0`. */
function format(value, unit) {
  if (data.ratio !== 1) value = Math.trunc(value * data.ratio);
  const sign = value < 0 ? "-" : "";
  let amount = Math.abs(value), name = "";
  const automatic = data.unit === "minimum" || data.unit === "auto";
  const family = families.find((family) => unitIn(family, unit));
  if (family) {
    const base = amount * unitIn(family, unit)[1];
    const fitting = family.units.filter((unit) => base >= unit[1]).pop();
    const target = (automatic ? fitting : unitIn(family, data.unit)) || family.fallback;
    amount = base / target[1];
    name = target[0];
  } else if (!automatic && !["count", "sample", "unit"].includes(data.unit)) {
    name = data.unit;
  }
  let digits = twoDigits(amount);
  if (digits.endsWith(".00")) digits = digits.slice(0, -3);
  return digits === "0" ? "0" : sign + digits + name;
}

/** Two significant digits of a number below 1, as C's %.2g writes them: `0.12`, `9.1e-08`. */
function twoSignificant(value) {
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(100).split("e");
  let digits = Number(mantissa[0] + mantissa[2]), exponent = Number(power);
  const rest = mantissa.slice(3), half = "5".padEnd(rest.length, "0");
  if (rest > half || rest === half && digits % 2) digits += 1;
  if (digits === 100) [digits, exponent] = [10, exponent + 1];
  if (exponent >= -4) return String(Number(`${digits}e${exponent - 1}`));
  return `${digits / 10}e-${String(-exponent).padStart(2, "0")}`;
}

/** Writes a part of a total as pprof does: `100%`, `12.50%`, `0.025%`. */
function percent(value, total) {
  const ratio = total ? Math.abs(value / total) * 100 : 0;
  if (ratio >= 99.95 && ratio <= 100.05) return "100%";
  return (ratio >= 1 ? twoDigits(ratio) : twoSignificant(ratio)) + "%";
}

const exactly = (name) => "^" + name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") + "$";

/** The name that `exactly` was given, or nothing. */
function exactName(text) {
  if (!text.startsWith("^") || !text.endsWith("$")) return null;
  const name = text.slice(1, -1).replace(/\\([\\^$.*+?()[\]{}|/])/g, "$1");
  return exactly(name) === text ? name : null;
}

// MARK: Places

/** `api.go:37`, or what there is of it. */
function placeOf(frame) {
  const file = data.files[frames.file[frame]], line = frames.line[frame];
  const base = file.slice(file.lastIndexOf("/") + 1);
  return line ? `${base}:${line}` : base;
}

/** The whole of it, as it is copied. */
function wholePlaceOf(frame) {
  const file = data.files[frames.file[frame]], line = frames.line[frame];
  return line ? `${file}:${line}` : file;
}

/** The folder of a file without what all of a Go distribution or module cache have in front. */
function folderOf(file) {
  const folder = data.files[file].replace(/[^/]*$/, "");
  return folder.replace(/^.*\/pkg\/mod\//, "").replace(/^\/.*\/go[^/]*\/src\//, "")
    .replace(/\/$/, "");
}

/** Which frames match, by function or file as pprof's focus does. */
function framesMatching(text) {
  const matcher = expression(text);
  const result = new Uint8Array(frames.count);
  if (!matcher) return result;
  const names = functions.map((known) => matcher.test(known.name));
  const files = data.files.map((file) => matcher.test(file));
  for (let frame = 0; frame < frames.count; frame++) {
    result[frame] = names[frames.func[frame]] || files[frames.file[frame]] ? 1 : 0;
  }
  return result;
}
