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
      links: ["https://pkg.go.dev/runtime/debug#Stack"]),
    HotspotRule(
      "error-parsed", .errorPerCall, title: "error made by parsing what does not fit",
      match: .calls(
        [
          "time.Parse*", "time.ParseInLocation", "net/url.*", "net/netip.Parse*", "net.Parse*",
          "encoding/hex.Decode*", "encoding/base64.(*Encoding).Decode*", "fmt.Sscan*",
          "net/mail.Parse*", "mime.ParseMediaType",
        ],
        through: .function([
          "time.newParseError", "time.cloneString", "time.quote", "net/netip.parseAddrError.*",
          "net/netip.parsePrefixError.*",
          "errors.New", "fmt.Errorf",
        ])
      ).with {
        $0.minimumObjects = 64
        $0.ignoresInitialization = true
      },
      cost: """
        What does not fit gets an error with a copy of the text in it, two or three blocks, even \
        if the next format is tried then and the error is never read.
        """,
      advice: "look at the text's length or first bytes and parse once, with the format that fits",
      before: """
        for _, layout := range layouts {
          if t, err := time.Parse(layout, text); err == nil { return t }
        }
        """,
      after: """
        layout := layoutOf(len(text)) // a date has 10 bytes, RFC 3339 has 20 or more
        t, err := time.Parse(layout, text)
        """,
      links: ["https://pkg.go.dev/time#ParseError"]),
  ]
}
