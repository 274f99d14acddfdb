// What the filters leave, as a profile for pprof and as folded stacks.

/** Writes the fields of a protobuf message (https://protobuf.dev/programming-guides/encoding). */
class Message {
  constructor() { this.bytes = []; }

  varint(value) {
    let rest = value;
    if (rest < 0) {
      // Two's complement of 64 bits, which are always ten bytes.
      let whole = BigInt.asUintN(64, BigInt(rest));
      for (; whole > 127n; whole >>= 7n) this.bytes.push(Number(whole & 127n) | 128);
      rest = Number(whole);
    }
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes.push(rest % 128 | 128);
    this.bytes.push(rest);
    return this;
  }

  number(field, value) { return value ? this.varint(field * 8).varint(value) : this; }

  content(field, bytes) {
    this.varint(field * 8 + 2).varint(bytes.length);
    // Not spread: a call takes only so many arguments.
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  text(field, text) { return this.content(field, new TextEncoder().encode(text)); }
  message(field, message) { return this.content(field, message.bytes); }

  packed(field, values) {
    const list = new Message();
    for (const value of values) list.varint(value);
    return this.message(field, list);
  }
}

/**
 * Calls `take(frames, values, isBase)` for each stack that is left, the leaf's frame first, with
 * the values of all sample types; in a comparison for both sides.
 */
function eachStack(state, take) {
  const columns = data.types.length, { kept, started } = selected;
  for (const [snapshot, isBase] of [[state.at, false], ...(state.vs >= 0 ? [[state.vs, true]] : [])]) {
    for (let node = 0; node < tree.count; node++) {
      if (!kept[node]) continue;
      const values = data.types.map((_, type) => tree.own[snapshot * columns + type][node]);
      if (values.every((value) => value === 0)) continue;
      const stack = [];
      for (let at = node; at >= 0 && started[at]; at = tree.parent[at]) stack.push(tree.frame[at]);
      take(stack, values, isBase);
    }
  }
}

/** A profile as profile.proto has it, which `go tool pprof` reads. */
function profileBytes(state) {
  const strings = new Map([["", 0]]), profile = new Message();
  const string = (text) => {
    if (!strings.has(text)) strings.set(text, strings.size);
    return strings.get(text);
  };
  const valueType = ([name, unit]) => new Message().number(1, string(name)).number(2, string(unit));
  for (const type of data.types) profile.message(1, valueType(type));
  // pprof knows the samples of a base by this label, and its totals with them.
  const base = new Message().number(1, string("pprof::base")).number(2, string("true"));
  const used = new Set();
  eachStack(state, (stack, values, isBase) => {
    for (const frame of stack) used.add(frame);
    const sample = new Message().packed(1, stack.map((frame) => frame + 1))
      .packed(2, isBase ? values.map((value) => -value) : values);
    if (isBase) sample.message(3, base);
    profile.message(2, sample);
  });
  const written = new Set();
  for (const frame of [...used].sort((one, other) => one - other)) {
    // A function is one with its file.
    const id = frames.func[frame] * data.files.length + frames.file[frame] + 1;
    const line = new Message().number(1, id).number(2, frames.line[frame]);
    profile.message(4, new Message().number(1, frame + 1).message(4, line));
    if (written.has(id)) continue;
    written.add(id);
    const name = string(functions[frames.func[frame]].name);
    profile.message(5, new Message().number(1, id).number(2, name).number(3, name)
      .number(4, string(data.files[frames.file[frame]])));
  }
  const [periodType, periodUnit, period] = data.period;
  const shown = string(data.types[state.type][0]), by = string("written by a page of heapscope report");
  if (period) profile.message(11, valueType([periodType, periodUnit])).number(12, period);
  profile.packed(13, [by]).number(14, shown);
  for (const text of strings.keys()) profile.text(6, text);
  return Uint8Array.from(profile.bytes);
}

/** Folded stacks of the sample type that is shown: a line a stack, the root first. */
function foldedText(state) {
  const sums = new Map();
  eachStack(state, (stack, values, isBase) => {
    if (isBase) return;
    const line = stack.map((frame) => functions[frames.func[frame]].name.replaceAll(";", ":"))
      .reverse().join(";");
    sums.set(line, (sums.get(line) || 0) + values[state.type]);
  });
  return [...sums].filter(([, value]) => value !== 0).sort(([one], [other]) => one < other ? -1 : 1)
    .map(([line, value]) => `${line} ${value}\n`).join("");
}

async function zipped(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function save(name, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const fileTitle = () => data.title.replace(/(\.pb)?(\.gz)?$/, "").replace(/[^\w.-]+/g, "_").slice(0, 80);
const downloads = {
  pprof: async () => save(`${fileTitle()}.seen.pb.gz`, await zipped(profileBytes(state))),
  folded: async () => save(`${fileTitle()}.seen.folded`, new TextEncoder().encode(foldedText(state))),
};
