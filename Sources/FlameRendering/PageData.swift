import HeapAnalysis
import ProfileModel
import ReportRendering

/// The data that a page is made from, as the text of its JSON element.
struct PageData {
  private(set) var text = ""

  /// Writes one JSON object. No character in it can end the element or begin
  /// markup: `<`, `>`, `&` and the separators of lines are escaped.
  init(_ report: FlamePage) {
    let graph = report.graph
    var files: [String: Int] = ["": 0]
    var fileList = [""]
    var fileRows: [Int] = []
    for frame in graph.frames.frames {
      if let known = files[frame.file] {
        fileRows.append(known)
      } else {
        files[frame.file] = fileList.count
        fileRows.append(fileList.count)
        fileList.append(frame.file)
      }
    }
    var previous = 0
    let functionSteps = graph.frames.frames.map { frame in
      defer { previous = frame.function }
      return frame.function - previous
    }
    text = "{"
    field("title", string(report.title))
    field("facts", list(report.facts.map(string)))
    field("notice", string(report.notice))
    field("types", list(graph.types.map { list([string($0.name), string($0.unit)]) }))
    field("type", "\(report.firstType)")
    field(
      "snapshots",
      list(
        graph.snapshots.map { snapshot in
          let time = snapshot.time == 0 ? "" : localTime(snapshot.time, "%Y-%m-%d %H:%M:%S")
          return "{\"name\":\(string(snapshot.name)),\"time\":\(string(time))}"
        }))
    field("difference", "\(graph.isDifference)")
    field("lines", "\(report.showsLines)")
    field("unit", string(report.unit))
    field("ratio", "\(report.ratio)")
    field("functions", list(graph.frames.functions.map { string($0.name) }))
    field("owners", string(graph.frames.functions.map { "\($0.owner.rawValue)" }.joined()))
    field("files", list(fileList.map(string)))
    field(
      "frames",
      list([
        list(functionSteps.map { "\($0)" }), list(fileRows.map { "\($0)" }),
        list(graph.frames.frames.map { "\($0.line)" }),
      ]))
    field("findingsType", "\(report.findingsType)")
    field("findingsNote", string(report.findingsNote))
    field("findings", list(report.findings.map { finding($0, report.provenance) }))
    field("tree", string(base64(Self.tree(graph, report.marks))), isLast: true)
    text += "}"
  }

  private mutating func field(_ name: String, _ value: String, isLast: Bool = false) {
    text += "\"\(name)\":\(value)\(isLast ? "" : ",\n")"
  }

  private func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

  private func finding(_ finding: Finding, _ provenance: SamplingProvenance) -> String {
    let rule = HotspotRule.named(finding.rule)
    let blame = finding.blame.map { line -> String in
      let place = line.line > 0 ? "\(shortPath(line.file)):\(line.line)" : shortPath(line.file)
      var notes: [String] = []
      if let wayIn = line.wayIn { notes.append("through \(wayIn)") }
      if let caller = line.caller { notes.append("called from \(caller.function)") }
      return object([
        ("function", safe(line.function)), ("place", safe(place)),
        ("share", percentText(line.share)), ("note", safe(notes.joined(separator: ", "))),
      ]).dropLast() + ",\"line\":\(line.line)}"
    }
    return object([
      ("title", finding.title), ("share", percentText(finding.share)),
      ("facts", finding.factsText(provenance)), ("advice", finding.advice),
      ("cost", rule?.cost ?? ""),
      ("before", rule?.before ?? ""), ("after", rule?.after ?? ""),
    ]).dropLast() + ",\"blame\":\(list(blame))}"
  }

  private func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\"\($0)\":\(string($1))" }.joined(separator: ",") + "}"
  }

  private func safe(_ text: String) -> String {
    String(decoding: safeName(text.utf8), as: UTF8.self)
  }

  private func string(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
      case "<", ">", "&", "\u{0}"..."\u{1f}", "\u{7f}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        bytes += Array("\\u".utf8)
        bytes += Array(repeating: UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += Array(digits.utf8)
      default: bytes += Array(String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The tree as the script reads it: for each node in preorder how many steps
  /// outward from the one before its parent is, and its frame; then the values
  /// of each column and the marks, where they are not 0.
  private static func tree(_ graph: FlameGraph, _ marks: FlameMarks) -> [UInt8] {
    var bytes: [UInt8] = []
    func number(_ value: UInt64) {
      var rest = value
      while rest > 127 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    /// Small magnitudes become small numbers: 0, -1, 1, -2, …
    func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }
    func sparse<Value>(_ values: [Value], isZero: (Value) -> Bool, write: (Value) -> Void) {
      let nodes = values.indices.filter { !isZero(values[$0]) }
      number(UInt64(nodes.count))
      var previous = 0
      for node in nodes {
        number(UInt64(node - previous))
        write(values[node])
        previous = node
      }
    }
    let tree = graph.tree
    number(UInt64(tree.count))
    var depth: Int32 = -1
    for (node, nodeDepth) in tree.depths.enumerated() {
      number(UInt64(depth + 1 - nodeDepth))
      number(UInt64(tree.frames[node]))
      depth = nodeDepth
    }
    for column in tree.ownValues { sparse(column, isZero: { $0 == 0 }, write: signed) }
    sparse(marks.blamed, isZero: { $0 == 0 }) { number(UInt64($0)) }
    sparse(marks.isHot, isZero: { !$0 }) { _ in }
    return bytes
  }
}

/// Base64 (RFC 4648, section 4).
private func base64(_ bytes: [UInt8]) -> String {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var result: [UInt8] = []
  result.reserveCapacity((bytes.count + 2) / 3 * 4)
  var index = 0
  while index < bytes.count {
    let count = min(3, bytes.count - index)
    var group = 0
    for offset in 0..<3 { group = group << 8 | (offset < count ? Int(bytes[index + offset]) : 0) }
    for place in 0..<4 {
      result.append(
        place <= count ? letters[group >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
    index += 3
  }
  return String(decoding: result, as: UTF8.self)
}
