extension HotspotRule {
  static let errorRules = [
    HotspotRule(
      "error-stack", .errorStack, title: "stack captured for an error",
      match: .calls([
        "runtime/debug.Stack", "runtime/debug.PrintStack", "runtime.Stack",
        "github.com/pkg/errors.callers", "github.com/go-errors/errors.New",
        "github.com/go-errors/errors.Wrap*", "github.com/go-errors/errors.(*Error).*",
        "github.com/rotisserie/eris.callers", "github.com/cockroachdb/errors/withstack.callers",
        "github.com/ztrue/tracerr.trace", "github.com/palantir/stacktrace.create",
        "emperror.dev/errors.callers", "golang.org/x/xerrors.Caller",
      ]).with { $0.takesOwnBytes = true },
      cost: """
        Each error walks and stores (debug.Stack: also prints) the whole goroutine stack, \
        whether somebody reads it or not.
        """,
      advice: "wrap with %w and context; keep stacks for errors that nobody expects",
      before: """
        return &failure{msg: msg, stack: debug.Stack()}
        """,
      after: """
        return fmt.Errorf("withdraw: %w", errInsufficient)
        """,
      links: ["https://pkg.go.dev/runtime/debug#Stack"])
  ]
}
