/// What a line of the user's own makes anew each time, told by its source.
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
