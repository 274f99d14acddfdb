extension HotspotRule {
  static let runtimeRules = [
    HotspotRule(
      "goroutine-leak", .goroutineLeak, title: "goroutines started and not ended",
      match: StackMatch().with {
        $0.isBlameless = true
        $0.through = .function(["runtime.newproc1"])
        $0.minimumObjects = 64
      },
      cost: """
        What shows here are the descriptors alone: each goroutine also has a stack of 2 KiB \
        or more, which heap profiles do not count.
        """,
      advice: "look at the goroutine profile; end every goroutine through its context or channel",
      before: """
        go func() { results <- work() }() // nobody receives
        """,
      after: """
        go func() {
          select {
          case results <- work():
          case <-ctx.Done():
          }
        }()
        """,
      links: ["https://pkg.go.dev/runtime/pprof#Profile"]),
    HotspotRule(
      "slice-prealloc", .slicePrealloc, title: "slice made larger than used",
      match: StackMatch.reads(.oversizedMake).with {
        $0.minimumObjects = 4
        $0.ignoresInitialization = true
      },
      cost: "make takes the whole capacity at once, used or not.",
      advice: "make what the usual case needs and let append do the rest, or pool the slice",
      before: """
        batch := make([]record, 0, 100_000)
        """,
      after: """
        batch := make([]record, 0, len(pending))
        """,
      links: ["https://go.dev/blog/slices-intro"]),
  ]
}
