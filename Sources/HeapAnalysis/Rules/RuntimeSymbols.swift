/// A runtime function that readers expect in a heap profile, and what appears instead.
///
/// Go's writer leaves out the runtime's frames at the leaf of a stack (`hideRuntime` in
/// runtime/pprof/protomem.go): the line that made the runtime allocate becomes the leaf.
package struct RuntimeSymbol: Sendable {
  /// Without `runtime.`; each is a prefix, as `convT` is of `convT64`.
  package var names: [String]

  /// The Go code that calls it.
  package var cause: String

  /// What a profile shows in its place.
  package var shows: String

  /// Rules that detect the pattern by what is shown.
  package var rules: [String]

  /// The symbol that a name means, with or without its package.
  package static func named(_ name: String) -> RuntimeSymbol? {
    let plain = name.hasPrefix("runtime.") ? name.dropFirst("runtime.".count) : name[...]
    return all.first { symbol in
      symbol.names.contains { plain == $0 || plain.hasPrefix($0) && !$0.isEmpty }
    }
  }

  package static let all = [
    RuntimeSymbol(
      names: ["mapiterinit", "mapiternext", "mapIterStart", "mapIterNext", "mapiter"],
      cause: "for k, v := range m",
      shows: """
        Iterating over a map allocates nothing: the iterator is a variable on the stack. What costs \
        is what is done with the entries. A map that fmt prints shows as internal/fmtsort.Sort and \
        reflect.copyVal below fmt.(*pp).printValue, one that JSON encodes as mapEncoder.encode or \
        makeMapArshaler, one that reflection walks as reflect.(*MapIter), and one whose keys are \
        collected as the line of the append.
        """,
      rules: [
        "map-format", "json-map-encode", "reflect-map-iteration", "map-iteration",
        "map-iteration-line",
      ]),
    RuntimeSymbol(
      names: ["mapassign", "makemap", "hashGrow", "growWork", "mapclone"],
      cause: "m[k] = v, make(map[K]V), maps.Clone",
      shows:
        "Your own line that writes to the map is the leaf; with reflection, reflect.mapassign.",
      rules: ["map-growth", "map-growth-line", "small-map-per-call", "map-clone"]),
    RuntimeSymbol(
      names: ["mapaccess", "mapdelete"], cause: "m[k], delete(m, k)",
      shows: "Looking up and deleting allocate nothing, and a deleted entry's room is kept.",
      rules: ["retained-cache"]),
    RuntimeSymbol(
      names: ["growslice"], cause: "append",
      shows: "Your own line with the append is the leaf, with a block size for each step.",
      rules: ["append-growth", "append-ladder", "append-copy", "slice-prealloc"]),
    RuntimeSymbol(
      names: ["makeslice", "makechan"], cause: "make([]T, n), make(chan T, n)",
      shows: "Your own line with the make is the leaf.", rules: ["buffer-per-call"]),
    RuntimeSymbol(
      names: ["newobject", "mallocgc", "newarray", "malloc"],
      cause: "&T{…}, new(T), a variable that outlives its function",
      shows: "Everything is allocated by mallocgc: the line that needs the memory is the leaf.",
      rules: ["object-per-call"]),
    RuntimeSymbol(
      names: ["conv"], cause: "a value that is put into an interface",
      shows: "Your own line is the leaf; of arguments of fmt, the line of the call.",
      rules: ["boxing", "format-line"]),
    RuntimeSymbol(
      names: [
        "concatstring", "slicebytetostring", "stringtoslice", "rawstring", "rawbyteslice",
        "intstring", "slicerunetostring",
      ],
      cause: "a + b, string(b), []byte(s)",
      shows: "Your own line with the operator or conversion is the leaf.",
      rules: [
        "string-concat", "string-concat-line", "string-concat-expression",
        "string-bytes-conversion-line",
      ]),
    RuntimeSymbol(
      names: ["newproc", "malg", "goexit"], cause: "go f(x)",
      shows: """
        A goroutine's stack is no heap memory and stands in no heap profile; its descriptor shows as \
        runtime.malg, without any frame of yours. 'heapscope goroutines' reads who started them.
        """,
      rules: ["goroutine-leak"]),
    RuntimeSymbol(
      names: ["gcBgMarkWorker", "gcAssistAlloc", "bgsweep", "bgscavenge", "gcDrain", "scanobject"],
      cause: "the garbage collector",
      shows: """
        It works in its own memory, which no heap profile counts: CPU profiles show it, and \
        'heapscope gctrace' reads what drives it.
        """,
      rules: []),
  ]
}
