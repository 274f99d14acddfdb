import Foundations
import Ownership
import HeapAnalysis
import ProfileModel
import Reports

/// The data of a page, for its JSON element.
enum PageData {
  /// The most lines of a finding on the page; a large program has thousands.
  private static let blameLimit = 12

  /// Returns one JSON object.
  static func json(_ page: FlamePage) -> TextOutput {
    let graph = page.graph
    let functions = graph.frames.functions
    var writer = JSONWriter(.page)
    writer.write(
      .members([
        "title": .string(page.title),
        "facts": texts(page.facts),
        "notice": .string(page.notice),
        "cut": .bool(page.hasCutStacks),
        "types": .rows(graph.types) { texts([$0.name, $0.unit]) },
        "type": .integer(Int64(page.firstType)),
        "snapshots": .rows(graph.snapshots) { snapshot in
          let time = snapshot.time == 0 ? "" : localTime(snapshot.time, "%Y-%m-%d %H:%M:%S")
          return .members(["name": .string(snapshot.name), "time": .string(time)])
        },
        "difference": .bool(graph.isDifference),
        "lines": .bool(page.showsLines),
        "unit": .string(page.unit),
        "ratio": .literal("\(page.ratio)"),
        "functions": .rows(functions) { .string($0.name) },
        "owners": .string(functions.map { "\($0.owner.rawValue)" }.joined()),
        "files": .rows(graph.frames.files, JSONValue.string),
        "source": source(page.source, files: graph.frames.files),
        "period": page.period.map {
          .array([.string($0.type), .string($0.unit), .integer($0.value)])
        } ?? texts([]),
        "frames": .base64(frames(graph.frames.frames).bytes),
        "findingsType": .integer(Int64(page.findingsType)),
        "findingsNote": .string(page.findingsNote),
        "suppressed": .string(page.suppressedNote),
        "findings": .rows(page.findings) { finding in
          self.finding(finding, page.rules.first { $0.id == finding.rule }, page.provenance)
        },
        "tree": .base64(tree(graph, page.marks).bytes),
      ]))
    return writer.output
  }

  /// For each excerpt the row of its file, its first line and its text.
  private static func source(_ source: PageSource, files: [String]) -> JSONValue {
    let rows = Dictionary(files.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
    return .rows(source.excerpts) { excerpt in
      .array([
        .integer(Int64(rows[excerpt.file] ?? 0)), .integer(excerpt.firstLine),
        .string(excerpt.lines.joined(separator: "\n")),
      ])
    }
  }

  private static func texts(_ texts: [String]) -> JSONValue {
    .array(texts.map(JSONValue.string))
  }

  private static func finding(
    _ finding: Finding, _ rule: HotspotRule?, _ provenance: SamplingProvenance
  ) -> JSONValue {
    let shown = finding.blame.prefix(blameLimit)
    let rest = finding.lineCount - shown.count
    let restShare = finding.share - finding.unblamedShare - shown.reduce(0) { $0 + $1.share }
    let restText =
      rest <= 0
      ? ""
      : "\(groupedDigits(Int64(rest))) more \(rest == 1 ? "line" : "lines"), "
        + "together \(percentText(restShare))"
    return .members([
      "title": .string(finding.title),
      "share": .string(percentText(finding.share)),
      "facts": .string(
        finding.factsText(provenance) + (finding.isWeak ? ", weak: few samples" : "")),
      "advice": .string(finding.advice),
      "cost": .string(rule?.cost ?? ""),
      "before": .string(rule?.before ?? ""),
      "after": .string(rule?.after ?? ""),
      "rest": .string(restText),
      "blame": .array(shown.map(blamedLine)),
    ])
  }

  /// The most callers of a line that the page shows.
  private static let callerLimit = 3

  private static func blamedLine(_ line: BlamedLine) -> JSONValue {
    let nearest = line.nearest
    var notes: [String] = []
    if line.leadsToCallers { notes.append("in \(line.function) \(line.place)") }
    if let way = line.way { notes.append(way) }
    let callers = line.callers.prefix(callerLimit).map {
      "\($0.function) \($0.place) (\(percentText($0.share)))"
    }
    if !callers.isEmpty { notes.append("called from " + callers.joined(separator: ", ")) }
    return .members([
      "function": .string(shown(nearest.function)),
      "place": .string(nearest.place),
      "share": .string(percentText(line.share)),
      "note": .string(shown(notes.joined(separator: ", "))),
      "line": .integer(nearest.line),
    ])
  }

  /// The frames as the script reads them, each as differences from the previous one: function,
  /// file, line.
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

  /// The tree as the script reads it. First, for each node in preorder, how many steps outward from
  /// the previous node its parent is, and its frame. Then the nonzero values of each column, and
  /// the nonzero marks.
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
