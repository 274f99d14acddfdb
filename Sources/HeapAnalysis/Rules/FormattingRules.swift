extension HotspotRule {
  /// Functions that print with `fmt`: the package itself and the loggers built on it.
  static let printers = [
    "fmt.*", "log.Print*", "log.Fatal*", "log.Panic*", "log.Output", "log.(*Logger).*",
    "testing.(*common).Log*", "testing.(*common).Error*", "testing.(*common).Fatal*",
    "testing.(*common).Skip*", "log/syslog.(*Writer).*",
  ]

  static let structuredLoggers = ["log/slog.*"]

  /// What texts are written to: its buffers are there whatever the text was made of. A
  /// `bytes.Buffer` is not among them, since encoders have one of their own.
  static let writers =
    [
      "net/http.(*response).*", "net/http.(*http2responseWriter).*", "net/http.(*timeoutWriter).*",
      "net/http.(*body).*", "net/http/httptest.(*ResponseRecorder).*",
      "net/http/httputil.(*maxLatencyWriter).*", "golang.org/x/net/http2.(*responseWriter).*",
    ]
    + [
      "bufio.(*Writer).*", "io.(*PipeWriter).*", "io.(*multiWriter).*", "os.(*File).*",
      "net.(*conn).Write", "net.(*TCPConn).*", "crypto/tls.(*Conn).*",
      "mime/multipart.(*Writer).*", "mime/multipart.(*part).*",
    ]
    + [
      "compress/gzip.(*Writer).*", "compress/zlib.(*Writer).*", "compress/flate.(*Writer).*",
      "compress/bzip2.(*Writer).*", "compress/lzw.(*Writer).*", "archive/zip.(*Writer).*",
      "github.com/klauspost/compress/gzip.(*Writer).*",
      "github.com/klauspost/compress/flate.(*Writer).*",
      "github.com/klauspost/compress/zstd.(*Encoder).*",
      "github.com/andybalholm/brotli.(*Writer).*",
    ]

  private static let templateExecution = [
    "text/template.(*Template).Execute*", "html/template.(*Template).Execute*",
  ]

  /// `fmt` sorting a map's keys. Before Go 1.12 it used `reflect` directly.
  ///
  /// `text/template` sorts the keys of a map that it ranges over with the same package, but then
  /// the caller is not `fmt`.
  private static let printsMap = StackMatch.Through.call(
    [
      "internal/fmtsort.*", "reflect.Value.MapKeys", "reflect.Value.MapIndex",
      "reflect.(*MapIter).*",
    ],
    by: ["fmt.*"])

  private static let mapCost = """
    fmt copies every key and value of a map out through reflection and sorts the keys, so \
    each call allocates in proportion to the map, and then once more for the text.
    """

  private static let mapAdvice =
    "print what the reader needs (len(m), the one key) or log typed attributes, not the map"

  private static let mapBefore = """
    log.Printf("order %s: %v", id, order.Attributes)
    """

  private static let mapAfter = """
    log.Printf("order %s: %d attributes", id, len(order.Attributes))
    """

  private static let mapLinks = [
    "https://pkg.go.dev/fmt#hdr-Printing", "https://pkg.go.dev/internal/fmtsort",
  ]

  /// Maps printed by `fmt`, at any depth of nesting.
  static let mapFormattingRules = [
    HotspotRule(
      "map-format", .mapFormat, title: "map formatted by fmt",
      match: .calls(printers + structuredLoggers, through: printsMap).with {
        // Long values make the telling frames a small part of what the call allocates.
        $0.siteEvidence = 0.02
        $0.leavesOutWriters = true
        $0.takesOwnBytes = true
        $0.throughLibraries = true
      },
      cost: mapCost, advice: mapAdvice, before: mapBefore, after: mapAfter, links: mapLinks),
    HotspotRule(
      "template-map-format", .mapFormat, title: "map printed by a template",
      match: .calls(templateExecution, through: printsMap).with {
        $0.siteEvidence = 0.2
        $0.leavesOutWriters = true
      },
      cost: mapCost,
      advice: "range over the keys that the page shows, or prepare the text before Execute",
      before: "{{.Labels}}", after: "{{range .LabelList}}{{.Name}}={{.Value}} {{end}}",
      links: mapLinks),
    HotspotRule(
      "template-map-format-part", .mapFormat, title: "map printed by a template",
      match: .calls(templateExecution, through: printsMap),
      cost: mapCost,
      advice: "range over the keys that the page shows, or prepare the text before Execute",
      before: "{{.Labels}}", after: "{{range .LabelList}}{{.Name}}={{.Value}} {{end}}",
      links: mapLinks),
  ]

  private static let cost = """
    Each call boxes its arguments into interfaces, walks the format and copies the result \
    into a new string.
    """

  private static let advice =
    "build the text with strconv.Append* into a reused []byte, or do not build it at all"

  /// Other uses of `fmt`.
  static let formattingRules = [
    HotspotRule(
      "format", .format, title: "text formatted by fmt",
      match: .calls(printers).with {
        $0.leavesOutWriters = true
        $0.takesOwnBytes = true
        $0.throughLibraries = true
      },
      cost: cost, advice: advice,
      before: """
        key := fmt.Sprintf("%s:%d", tenant, id)
        """,
      after: """
        key := tenant + ":" + strconv.Itoa(id)
        """,
      links: ["https://pkg.go.dev/strconv#AppendInt", "https://pkg.go.dev/fmt#Appendf"]),
    HotspotRule(
      "format-line", .format, title: "arguments boxed for fmt",
      match: .reads(.formatArguments),
      cost: "Each argument of a call of fmt is put into an interface, most of them on the heap.",
      advice: advice,
      before: """
        return fmt.Sprint(n)
        """,
      after: """
        return strconv.Itoa(n)
        """,
      links: ["https://pkg.go.dev/strconv#Itoa"]),
    HotspotRule(
      "slog-format", .format, title: "value formatted by slog",
      match: .calls(structuredLoggers, through: .function(["fmt.*"])).with {
        $0.leavesOutWriters = true
        $0.takesOwnBytes = true
        $0.throughLibraries = true
      },
      cost: "slog prints a value that is none of its own kinds with fmt, by reflection.",
      advice: "give slog typed attributes (slog.Int, slog.String) or implement slog.LogValuer",
      before: """
        slog.Info("done", "request", req)
        """,
      after: """
        slog.LogAttrs(ctx, slog.LevelInfo, "done", slog.String("id", req.ID))
        """,
      links: ["https://pkg.go.dev/log/slog#hdr-Performance_considerations"]),
  ]
}
