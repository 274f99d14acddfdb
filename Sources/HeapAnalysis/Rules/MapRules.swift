extension HotspotRule {
  private static let iterators = ["maps.Keys*", "maps.Values*", "maps.All*"]

  private static let iterationCost = """
    The keys or values of the map are copied into a slice that grows step by step, each \
    time that the line runs.
    """

  private static let iterationAdvice = """
    range over the map itself, or append into make([]K, 0, len(m)) and keep the slice
    """

  private static let iterationBefore = """
    names := slices.Sorted(maps.Keys(m))
    """

  private static let iterationAfter = """
    names = slices.AppendSeq(slices.Grow(names[:0], len(m)), maps.Keys(m))
    slices.Sort(names)
    """

  private static let iterationLinks = ["https://pkg.go.dev/slices#AppendSeq"]

  static let mapRules = [
    HotspotRule(
      "map-clone", .mapClone, title: "map cloned",
      match: .calls(["maps.Clone", "net/http.Header.Clone"]),
      cost: "The whole map is copied on each call, however little of it changes.",
      advice: "share an immutable map behind an atomic.Pointer and clone only to change it",
      before: """
        func (s *settings) snapshot() map[string]string { return maps.Clone(s.values) }
        """,
      after: """
        func (s *settings) snapshot() map[string]string { return *s.current.Load() }
        """,
      links: ["https://pkg.go.dev/sync/atomic#Pointer"]),
    HotspotRule(
      "map-iteration", .mapIteration, title: "keys or values of a map collected",
      match: .calls(
        [
          "slices.Collect", "slices.Sorted*", "slices.AppendSeq*",
        ], through: .function(iterators)),
      cost: iterationCost, advice: iterationAdvice, before: iterationBefore,
      after: iterationAfter, links: iterationLinks),
    HotspotRule(
      "map-iteration-library", .mapIteration, title: "keys or values of a map collected",
      match: .calls([
        "golang.org/x/exp/maps.Keys", "golang.org/x/exp/maps.Values", "github.com/samber/lo.Keys",
        "github.com/samber/lo.Values", "github.com/samber/lo.UniqKeys",
        "github.com/samber/lo.Entries", "github.com/samber/lo.ToPairs",
      ]),
      cost: iterationCost, advice: iterationAdvice, before: iterationBefore,
      after: iterationAfter, links: iterationLinks),
    HotspotRule(
      "map-iteration-loop", .mapIteration, title: "keys or values of a map appended in a loop",
      match: StackMatch().with {
        $0.callers = iterators
        $0.minimumSizes = 4
      },
      cost: iterationCost, advice: iterationAdvice,
      before: """
        for k := range maps.Keys(m) { keys = append(keys, k) }
        """,
      after: """
        keys := make([]string, 0, len(m))
        for k := range m { keys = append(keys, k) }
        """,
      links: iterationLinks),
    HotspotRule(
      "map-growth", .mapGrowth, title: "map that grows without a size hint",
      match: .calls([
        "maps.Copy", "maps.Insert", "maps.Collect", "sync.(*Map).Store",
        "sync.(*Map).LoadOrStore", "sync.(*Map).Swap", "sync.(*Map).CompareAndSwap",
        "reflect.Value.SetMapIndex", "runtime.mapassign*",
      ]).with {
        $0.mustHaveGrown = true
      },
      cost: """
        A map that starts small doubles its tables again and again, and each time copies \
        what it holds.
        """,
      advice: "make the map with its final size: make(map[K]V, n)",
      before: """
        merged := map[string]int{}
        maps.Copy(merged, counts)
        """,
      after: """
        merged := make(map[string]int, len(counts))
        maps.Copy(merged, counts)
        """,
      links: ["https://go.dev/blog/swisstable"]),
    HotspotRule(
      "map-iteration-line", .mapIteration, title: "keys or values of a map appended in a loop",
      match: .reads(.mapKeysAppended),
      cost: iterationCost, advice: iterationAdvice,
      before: """
        for k := range m { keys = append(keys, k) }
        """,
      after: """
        keys := make([]string, 0, len(m))
        for k := range m { keys = append(keys, k) }
        """,
      links: iterationLinks),
    HotspotRule(
      "map-growth-line", .mapGrowth, title: "map that grows without a size hint",
      match: .reads(.mapWrite),
      cost: """
        A map that starts small doubles its tables again and again, and each time copies \
        what it holds.
        """,
      advice: "make the map with its final size: make(map[K]V, n)",
      before: """
        seen := map[string]bool{}
        for _, k := range keys { seen[k] = true }
        """,
      after: """
        seen := make(map[string]bool, len(keys))
        for _, k := range keys { seen[k] = true }
        """,
      links: ["https://go.dev/blog/swisstable"]),
    HotspotRule(
      "retained-cache", .retainedCache, title: "map that only grows", match: StackMatch(),
      cost: """
        Entries that nobody removes stay live for good, and a short string cut out of a long \
        one keeps the long one.
        """,
      advice: "bound the cache (size or age), and strings.Clone what is cut out of larger texts",
      before: """
        cache[body[:16]] = answer
        """,
      after: """
        cache.Add(strings.Clone(body[:16]), answer) // an LRU of fixed size
        """,
      links: ["https://pkg.go.dev/strings#Clone"]),
  ]
}
