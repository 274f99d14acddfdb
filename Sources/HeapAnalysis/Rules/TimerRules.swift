extension HotspotRule {
  static let timerRules = [
    HotspotRule(
      "time-after", .timeAfter, title: "timer made in a loop",
      match: .calls(["time.After", "time.Tick"]),
      cost: """
        Each call makes a timer and a channel; before Go 1.23 they stay until the time is up.
        """,
      advice: "make one time.Timer before the loop and Reset it",
      before: """
        for {
          select {
          case m := <-in: handle(m)
          case <-time.After(time.Minute): return
          }
        }
        """,
      after: """
        idle := time.NewTimer(time.Minute)
        defer idle.Stop()
        for {
          idle.Reset(time.Minute)
          select {
          case m := <-in: handle(m)
          case <-idle.C: return
          }
        }
        """,
      links: ["https://pkg.go.dev/time#After"]),
    HotspotRule(
      "context-chain", .contextChain, title: "chain of context values",
      match: .calls(["context.WithValue"]).with { $0.takesOwnBytes = true },
      cost: "Each value is a new context, and its key and value are boxed into interfaces.",
      advice: "store one struct under one key, and pass what a function needs as an argument",
      before: """
        ctx = context.WithValue(ctx, tenantKey{}, tenant)
        ctx = context.WithValue(ctx, userKey{}, user)
        """,
      after: """
        ctx = context.WithValue(ctx, scopeKey{}, &scope{tenant: tenant, user: user})
        """,
      links: ["https://pkg.go.dev/context#WithValue"]),
  ]
}
