/// Values that an own line allocates anew each time, recognized by the line's source.
extension HotspotRule {
  static let allocationRules = [
    HotspotRule(
      "append-growth", .appendGrowth, title: "slice grown by append",
      match: perCall(.append, objects: 16),
      cost: """
        Each time that the slice is full, append allocates a larger one and copies all of it: \
        doubling up to 256 elements, then by a quarter.
        """,
      advice: "make it with its final size (make([]T, 0, n), slices.Grow), or reuse it ([:0])",
      before: """
        var ids []int
        for _, o := range orders { ids = append(ids, o.id) }
        """,
      after: """
        ids := make([]int, 0, len(orders))
        for _, o := range orders { ids = append(ids, o.id) }
        """,
      links: ["https://go.dev/blog/slices-intro", "https://pkg.go.dev/slices#Grow"]),
    HotspotRule(
      "append-ladder", .appendGrowth, title: "slice grown by append, by its block sizes",
      match: StackMatch.reads(.append).with {
        $0.source = nil
        $0.isLadder = true
        $0.ignoresInitialization = true
      },
      cost: """
        Blocks of ever larger sizes in equal numbers, each a quarter larger than the one before, \
        are what append leaves behind. The source would show it.
        """,
      advice: "make it with its final size (make([]T, 0, n), slices.Grow), or reuse it ([:0])",
      before: """
        var rows []row
        for scanner.Scan() { rows = append(rows, parse(scanner.Bytes())) }
        """,
      after: """
        rows := make([]row, 0, expected)
        for scanner.Scan() { rows = append(rows, parse(scanner.Bytes())) }
        """,
      links: ["https://go.dev/blog/slices-intro", "https://pkg.go.dev/slices#Grow"]),
    HotspotRule(
      "append-copy", .appendGrowth, title: "slice copied by append",
      match: perCall(.appendedCopy, objects: 16),
      cost: "append onto nothing allocates a block for all elements and copies them.",
      advice: "keep the slice where nobody changes it, or copy into one that is reused (x[:0])",
      before: """
        saved := append([]byte(nil), line...)
        """,
      after: """
        saved = append(saved[:0], line...)
        """,
      links: ["https://pkg.go.dev/slices#Clone"]),
    HotspotRule(
      "boxing", .boxing, title: "value put into an interface",
      match: perCall(.boxing, objects: 64),
      cost: """
        A value that is no pointer is copied to the heap when an interface gets it, but for \
        constants, small numbers and zeros.
        """,
      advice:
        "keep the type (a typed field or parameter, generics), or pass a pointer that is there",
      before: """
        sort.Sort(byAge(people)) // the slice's header is put into an interface
        """,
      after: """
        slices.SortFunc(people, func(a, b person) int { return a.age - b.age })
        """,
      links: ["https://go.dev/doc/faq#nil_error", "https://pkg.go.dev/slices#SortFunc"]),
    HotspotRule(
      "buffer-per-call", .bufferPerCall, title: "buffer made per call",
      match: perCall(.buffer, objects: 8),
      cost: "Each call has a new slice or channel, which is garbage when the call is over.",
      advice:
        "take the buffer from the caller or a sync.Pool, keep it in the object, or use an array",
      before: """
        buf := make([]byte, 4096) // per message
        n, err := r.Read(buf)
        """,
      after: """
        buf := buffers.Get().(*[4096]byte)
        defer buffers.Put(buf)
        n, err := r.Read(buf[:])
        """,
      links: ["https://pkg.go.dev/sync#Pool"]),
    HotspotRule(
      "object-per-call", .objectPerCall, title: "object made per call",
      match: perCall(.object, objects: 64),
      cost: """
        The value outlives its call, so the compiler puts it on the heap: one object each time, \
        with the collector's work for it.
        """,
      advice:
        "keep values in a slice (an arena), reuse them (sync.Pool), or pass and return values, not pointers",
      before: """
        func newPoint(x, y int) *point { return &point{x, y} }
        """,
      after: """
        func newPoint(x, y int) point { return point{x, y} } // or points = append(points, …)
        """,
      links: ["https://go.dev/doc/gc-guide#Eliminating_heap_allocations"]),
    HotspotRule(
      "small-map-per-call", .smallMapPerCall, title: "map made per call",
      match: perCall(.smallMap, objects: 16),
      cost: "A map has a header and a first group of eight slots, however few entries it gets.",
      advice:
        "a struct or a slice of pairs for few keys, one map for all (clear(m)), or none where it stays empty",
      before: """
        fields := map[string]string{"id": id, "kind": kind} // per call
        """,
      after: """
        fields := [2]field{{"id", id}, {"kind", kind}}
        """,
      links: ["https://go.dev/blog/swisstable"]),
  ]

  private static func perCall(_ source: SourcePattern, objects: Int64) -> StackMatch {
    StackMatch.reads(source).with {
      $0.minimumObjects = objects
      $0.ignoresInitialization = true
    }
  }
}
