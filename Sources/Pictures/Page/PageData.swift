import HeapAnalysis
import ProfileModel
import Reports

/// The data that a page is made from, as the bytes of its JSON element.
struct PageData {
  private(set) var bytes: [UInt8] = []

  /// Of a finding, the page has this many lines; a large program has thousands.
  private static let blameLimit = 12

  /// Writes one JSON object. No character in it can end the element or begin
  /// markup: `<`, `>`, `&` and the separators of lines are escaped.
  init(_ report: FlamePage) {
    let graph = report.graph
    write("{")
    field("title") { $0.string(report.title) }
    field("facts") { $0.list(report.facts) { $0.string($1) } }
    field("notice") { $0.string(report.notice) }
    field("types") {
      $0.list(graph.types) { $0.list([$1.name, $1.unit]) { $0.string($1) } }
    }
    field("type") { $0.write("\(report.firstType)") }
    field("snapshots") {
      $0.list(graph.snapshots) { data, snapshot in
        let time = snapshot.time == 0 ? "" : localTime(snapshot.time, "%Y-%m-%d %H:%M:%S")
        data.object([("name", snapshot.name), ("time", time)])
        data.write("}")
      }
    }
    field("difference") { $0.write("\(graph.isDifference)") }
    field("lines") { $0.write("\(report.showsLines)") }
    field("unit") { $0.string(report.unit) }
    field("ratio") { $0.write("\(report.ratio)") }
    field("functions") { $0.list(graph.frames.functions) { $0.string($1.name) } }
    field("owners") {
      $0.string(graph.frames.functions.map { "\($0.owner.rawValue)" }.joined())
    }
    field("files") { $0.list(graph.frames.files) { $0.string($1) } }
    field("frames") { $0.base64(Self.frames(graph.frames.frames)) }
    field("findingsType") { $0.write("\(report.findingsType)") }
    field("findingsNote") { $0.string(report.findingsNote) }
    field("suppressed") { $0.string(report.suppressedNote) }
    field("findings") {
      $0.list(report.findings) { $0.finding($1, report.provenance) }
    }
    let tree = Self.tree(graph, report.marks)
    field("tree", isLast: true) { $0.base64(tree) }
    write("}")
  }

  private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func field(
    _ name: String, isLast: Bool = false, _ value: (inout PageData) -> Void
  ) {
    write("\"\(name)\":")
    value(&self)
    if !isLast { write(",\n") }
  }

  private mutating func list<Item>(
    _ items: some Sequence<Item>, _ write: (inout PageData, Item) -> Void
  ) {
    self.write("[")
    var isFirst = true
    for item in items {
      if !isFirst { self.write(",") }
      isFirst = false
      write(&self, item)
    }
    self.write("]")
  }

  /// Writes an object of texts, but for its closing brace.
  private mutating func object(_ fields: [(String, String)]) {
    for (index, field) in fields.enumerated() {
      write("\(index == 0 ? "{" : ",")\"\(field.0)\":")
      string(field.1)
    }
  }

  private mutating func finding(_ finding: Finding, _ provenance: SamplingProvenance) {
    let rule = HotspotRule.named(finding.rule)
    let shown = finding.blame.prefix(Self.blameLimit)
    let rest = finding.lineCount - shown.count
    let restShare = finding.share - finding.unblamedShare - shown.reduce(0) { $0 + $1.share }
    object([
      ("title", finding.title), ("share", percentText(finding.share)),
      ("facts", finding.factsText(provenance)), ("advice", finding.advice),
      ("cost", rule?.cost ?? ""), ("before", rule?.before ?? ""), ("after", rule?.after ?? ""),
      (
        "rest",
        rest <= 0
          ? ""
          : "\(groupedDigits(Int64(rest))) more \(rest == 1 ? "line" : "lines"), "
            + "together \(percentText(restShare))"
      ),
    ])
    write(",\"blame\":")
    list(shown) { $0.blamedLine($1) }
    write("}")
  }

  private mutating func blamedLine(_ line: BlamedLine) {
    let place = line.line > 0 ? "\(shortPath(line.file)):\(line.line)" : shortPath(line.file)
    var notes: [String] = []
    if let wayIn = line.wayIn { notes.append("through \(wayIn)") }
    if let caller = line.caller { notes.append("called from \(caller.function)") }
    object([
      ("function", Self.safe(line.function)), ("place", Self.safe(place)),
      ("share", percentText(line.share)), ("note", Self.safe(notes.joined(separator: ", "))),
    ])
    write(",\"line\":\(line.line)}")
  }

  private static func safe(_ text: String) -> String {
    String(decoding: safeName(text.utf8), as: UTF8.self)
  }

  private mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    let isPlain = text.withUTF8 { text in
      // Without a jump for each byte.
      var odd: UInt8 = 0
      for byte in text {
        odd |= byte &- 0x20 > 0x5e ? 1 : 0
        odd |= byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0
        odd |= byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") ? 1 : 0
        odd |= byte == UInt8(ascii: "&") ? 1 : 0
      }
      if odd == 0 { bytes.append(contentsOf: text) }
      return odd == 0
    }
    if !isPlain { for scalar in text.unicodeScalars { escaped(scalar) } }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
    case "<", ">", "&", "\u{0}"..."\u{1f}", "\u{7f}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      write("\\u")
      write(String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    default: write(String(scalar))
    }
  }

  /// Writes bytes as a text in base64 (RFC 4648, section 4).
  private mutating func base64(_ data: PageBytes) {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    bytes.reserveCapacity(bytes.count + data.bytes.count / 3 * 4 + 8)
    bytes.append(UInt8(ascii: "\""))
    let whole = data.bytes.count / 3 * 3
    for index in stride(from: 0, to: whole, by: 3) {
      let group =
        Int(data.bytes[index]) << 16 | Int(data.bytes[index + 1]) << 8 | Int(data.bytes[index + 2])
      bytes.append(letters[group >> 18])
      bytes.append(letters[group >> 12 & 63])
      bytes.append(letters[group >> 6 & 63])
      bytes.append(letters[group & 63])
    }
    let rest = data.bytes[whole...]
    if let first = rest.first {
      let group = Int(first) << 8 | (rest.count > 1 ? Int(rest[whole + 1]) : 0)
      bytes.append(letters[group >> 10])
      bytes.append(letters[group >> 4 & 63])
      bytes.append(rest.count > 1 ? letters[group << 2 & 63] : UInt8(ascii: "="))
      bytes.append(UInt8(ascii: "="))
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension PageData {
  /// The frames as the script reads them, each as steps from the one before:
  /// function, file, line.
  private static func frames(_ frames: [FlameFrame]) -> PageBytes {
    var bytes = PageBytes()
    var last = FlameFrame(function: 0, file: 0, line: 0)
    bytes.number(UInt64(frames.count))
    for frame in frames {
      bytes.number(UInt64(frame.function - last.function))
      bytes.signed(Int64(frame.file - last.file))
      bytes.signed(frame.line &- last.line)
      last = frame
    }
    return bytes
  }

  /// The tree as the script reads it: for each node in preorder how many steps
  /// outward from the one before its parent is, and its frame; then the values
  /// of each column and the marks, where they are not 0.
  private static func tree(_ graph: FlameGraph, _ marks: FlameMarks) -> PageBytes {
    var bytes = PageBytes()
    let tree = graph.tree
    bytes.number(UInt64(tree.count))
    var depth: Int32 = -1
    for (node, nodeDepth) in tree.depths.enumerated() {
      bytes.number(UInt64(depth + 1 - nodeDepth))
      bytes.number(UInt64(tree.frames[node]))
      depth = nodeDepth
    }
    for column in tree.ownValues {
      bytes.sparse(column, isZero: { $0 == 0 }) { $0.signed($1) }
    }
    bytes.sparse(marks.blamed, isZero: { $0 == 0 }) { $0.number(UInt64($1)) }
    bytes.sparse(marks.isHot, isZero: { !$0 }) { _, _ in }
    return bytes
  }
}

/// Whole numbers, mostly small, in groups of seven bits: the lowest first, a set
/// eighth bit for more.
struct PageBytes {
  private(set) var bytes: [UInt8] = []

  mutating func number(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Small magnitudes become small numbers: 0, -1, 1, -2, …
  mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  /// The values that are not 0, each with how far it is from the one before.
  mutating func sparse<Value>(
    _ values: [Value], isZero: (Value) -> Bool, write: (inout PageBytes, Value) -> Void
  ) {
    number(UInt64(values.reduce(0) { $0 + (isZero($1) ? 0 : 1) }))
    var previous = 0
    for (node, value) in values.enumerated() where !isZero(value) {
      number(UInt64(node - previous))
      write(&self, value)
      previous = node
    }
  }
}
