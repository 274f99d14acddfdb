extension HotspotRule {
  /// Functions that append to a byte slice, growing it as append does.
  private static let appenders = [
    "strconv.Append*", "encoding/binary.bigEndian.Append*", "encoding/binary.littleEndian.Append*",
    "encoding/binary.nativeEndian.Append*", "encoding/binary.Append*", "unicode/utf8.AppendRune",
    "unicode/utf16.AppendRune", "time.Time.AppendFormat", "encoding/hex.AppendEncode",
    "encoding/base64.(*Encoding).AppendEncode", "encoding/base32.(*Encoding).AppendEncode",
  ]

  /// Writes to a buffer that grows. `Grow` is left out, as it is the remedy.
  private static let builders = [
    "strings.(*Builder).Write", "strings.(*Builder).WriteByte", "strings.(*Builder).WriteRune",
    "strings.(*Builder).WriteString", "bytes.(*Buffer).Write", "bytes.(*Buffer).WriteByte",
    "bytes.(*Buffer).WriteRune", "bytes.(*Buffer).WriteString",
  ]

  private static let concatCost = """
    Text that grows step by step is copied into ever larger blocks; all but the last are \
    garbage at once.
    """

  private static let concatAdvice =
    "reserve the size once (Builder.Grow, make([]byte, 0, n)) or reuse one buffer between calls"

  private static let concatBefore = """
    s := ""
    for _, p := range parts { s += p + "," }
    """

  private static let concatAfter = """
    var b strings.Builder
    b.Grow(size)
    for _, p := range parts { b.WriteString(p); b.WriteByte(',') }
    """

  private static let concatLinks = ["https://pkg.go.dev/strings#Builder.Grow"]

  static let textRules = [
    HotspotRule(
      "string-split", .stringSplit, title: "text split into a slice",
      match: .calls([
        "strings.Split", "strings.SplitN", "strings.SplitAfter", "strings.SplitAfterN",
        "strings.Fields", "strings.FieldsFunc", "bytes.Split", "bytes.SplitN", "bytes.SplitAfter",
        "bytes.SplitAfterN", "bytes.Fields", "bytes.FieldsFunc", "regexp.(*Regexp).Split",
      ]),
      cost: "Each call allocates a slice with a header for every part.",
      advice: "cut off one part at a time (strings.Cut) or range over strings.SplitSeq",
      before: """
        fields := strings.Split(line, ",")
        """,
      after: """
        for field := range strings.SplitSeq(line, ",") { use(field) }
        """,
      links: ["https://pkg.go.dev/strings#SplitSeq", "https://pkg.go.dev/strings#Cut"]),
    HotspotRule(
      "string-bytes-conversion", .stringBytesConversion,
      title: "copy between string and []byte",
      match: .calls([
        "bytes.(*Buffer).String", "bytes.(*Buffer).ReadString", "bytes.NewBufferString",
        "bufio.(*Scanner).Text", "bufio.(*Reader).ReadString", "net/textproto.(*Reader).ReadLine",
        "encoding/hex.EncodeToString", "encoding/base64.(*Encoding).EncodeToString",
        "encoding/base32.(*Encoding).EncodeToString", "runtime.slicebytetostring",
        "runtime.stringtoslicebyte", "runtime.slicerunetostring", "runtime.stringtoslicerune",
      ]),
      cost: "A string cannot share memory with a []byte that may change: the bytes are copied.",
      advice: "stay with one of the two: Scanner.Bytes, Buffer.Bytes, the bytes package",
      before: """
        for scanner.Scan() { count += len(scanner.Text()) }
        """,
      after: """
        for scanner.Scan() { count += len(scanner.Bytes()) }
        """,
      links: ["https://pkg.go.dev/bufio#Scanner.Bytes"]),
    HotspotRule(
      "write-string", .stringBytesConversion, title: "string copied for a writer",
      match: .calls(["io.WriteString"]).with { $0.entryIsLeaf = true },
      cost: "The writer has no WriteString, so io.WriteString copies the text into a []byte.",
      advice: "write to something with WriteString (bufio.Writer), or keep the text as []byte",
      before: """
        io.WriteString(w, page)
        """,
      after: """
        w.Write(pageBytes)
        """,
      links: ["https://pkg.go.dev/io#WriteString"]),
    HotspotRule(
      "string-concat", .stringConcat, title: "text built step by step",
      match: .calls(
        builders + appenders + [
          "strings.Join", "strings.Repeat", "bytes.Join", "bytes.Repeat",
          "runtime.concatstring*", "runtime.concatbyte*",
        ]
      ).with { $0.isNotOfWriters = true },
      cost: concatCost, advice: concatAdvice, before: concatBefore, after: concatAfter,
      links: concatLinks),
    HotspotRule(
      "string-concat-writer", .stringConcat, title: "text built step by step",
      match: .calls(["io.WriteString"], through: .function(builders)).with {
        $0.isNotOfWriters = true
      },
      cost: concatCost, advice: concatAdvice, before: concatBefore, after: concatAfter,
      links: concatLinks),
    HotspotRule(
      "string-concat-line", .stringConcat, title: "text grown with += or append",
      match: .reads(.growingString),
      cost: concatCost, advice: concatAdvice, before: concatBefore, after: concatAfter,
      links: concatLinks),
    HotspotRule(
      "string-concat-expression", .stringConcat, title: "text put together with +",
      match: StackMatch.reads(.concatenation).with {
        $0.minimumObjects = 64
        $0.ignoresInitialization = true
      },
      cost: "Each evaluation makes a new string of all parts.",
      advice: "write the parts where they go (Builder, Writer, append to a []byte), not their sum",
      before: """
        b.WriteString("[" + name + "]")
        """,
      after: """
        b.WriteByte('['); b.WriteString(name); b.WriteByte(']')
        """,
      links: ["https://pkg.go.dev/strings#Builder"]),
    HotspotRule(
      "string-bytes-conversion-line", .stringBytesConversion,
      title: "copy between string and []byte", match: .reads(.conversion),
      cost: "A string cannot share memory with a []byte that may change: the bytes are copied.",
      advice: "keep the data as one of the two, or append it to a reused []byte",
      before: """
        h.Write([]byte(body))
        """,
      after: """
        io.WriteString(h, body) // with a hash that has WriteString, or keep body as []byte
        """,
      links: ["https://pkg.go.dev/io#StringWriter"]),
    HotspotRule(
      "strconv", .strconv, title: "number or text converted by strconv",
      match: .calls([
        "strconv.Format*", "strconv.Itoa", "strconv.Quote*", "strconv.Parse*", "strconv.Atoi",
        "strconv.Unquote*",
      ]),
      cost:
        "Each call returns a new string, and each failed Parse an error with a copy of its input.",
      advice: "append into a reused []byte (strconv.AppendInt); check input before parsing it",
      before: """
        line := strconv.FormatInt(n, 10) + "\\n"
        """,
      after: """
        buf = strconv.AppendInt(buf[:0], n, 10)
        buf = append(buf, '\\n')
        """,
      links: ["https://pkg.go.dev/strconv#AppendInt"]),
  ]
}
