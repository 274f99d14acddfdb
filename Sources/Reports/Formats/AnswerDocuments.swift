package import HeapAnalysis
import ProfileModel
import StackGraph

extension FocusReport {
  package func document(_ context: ReportContext) -> ReportDocument {
    let strings = selection.profile.strings
    func name(_ id: StringID) -> ReportDocument.Cell { .name(Array(strings[bytesOf: id])) }
    func rows(_ paths: NamePaths) -> [[ReportDocument.Cell]] {
      // Parents stand before their children.
      let tree = paths.tree(atLeast: 0)
      return (0..<tree.count).map { index in
        let parent = tree.parent(of: index)
        return [
          .integer(Int64(index)), parent < 0 ? .none : .integer(Int64(parent)),
          name(tree.name(of: index)), .value(tree.values[index]),
          context.shareCell(tree.values[index], of: passed),
        ]
      }
    }
    return ReportDocument(
      "focus", context,
      [
        .init(
          "matches", ["name", "flat", "flatShare", "cum", "cumShare"],
          matches.map {
            [
              name($0.name), .value($0.flat), context.shareCell($0.flat), .value($0.cum),
              context.shareCell($0.cum),
            ]
          }),
        .init(
          "passed", ["value", "share", "withoutUserCode"],
          [[.value(passed), context.shareCell(passed), .value(unblamed)]]),
        .init(
          "blame", ["function", "file", "line", "value", "share"],
          blame.map {
            [
              name($0.function), name($0.file), .integer($0.line), .value($0.value),
              context.shareCell($0.value, of: passed),
            ]
          }),
        .init("callers", ["id", "parent", "name", "value", "share"], rows(callers)),
        .init("callees", ["id", "parent", "name", "value", "share"], rows(callees)),
      ])
  }
}

/// Returns the findings as tables, one row a blamed line; JSON has a schema of its own.
package func hotspotsDocument(_ report: HotspotReport, _ context: ReportContext) -> ReportDocument {
  var rows: [[ReportDocument.Cell]] = []
  for finding in report.findings {
    let facts: [ReportDocument.Cell] = [.text(finding.kind.rawValue), .share(finding.share)]
    let bytes = [finding.footprint.allocatedBytes, finding.footprint.liveBytes].map {
      $0.map { ReportDocument.Cell.value($0) } ?? .none
    }
    let advice = ReportDocument.Cell.text(finding.advice)
    if finding.blame.isEmpty {
      rows.append(facts + bytes + [.none, .none, .none, .none, advice])
    }
    for line in finding.blame {
      rows.append(
        facts + bytes + [
          .name(Array(line.function.utf8)), .name(Array(line.file.utf8)), .integer(line.line),
          .share(line.share), advice,
        ])
    }
  }
  var tables = [
    ReportDocument.Table(
      "rows",
      [
        "kind", "share", "allocated", "live", "function", "file", "line", "lineShare", "advice",
      ], rows)
  ]
  if let table = suppressedTable(report) { tables.append(table) }
  return ReportDocument("hotspots", context, tables)
}

/// What a rules file hides; nil when it hides nothing.
private func suppressedTable(_ report: HotspotReport) -> ReportDocument.Table? {
  if report.suppressed.isEmpty { return nil }
  return .init(
    "suppressed", ["kind", "rule", "share"],
    report.suppressed.map { [.text($0.kind.rawValue), .text($0.rule), .share($0.share)] })
}

extension Summary {
  package func document() -> ReportDocument {
    let profile = selection.profile
    let totals = profile.sampleTypes.indices.map { column -> [ReportDocument.Cell] in
      [
        .text(profile.sampleTypeName(column)),
        .text(profile.strings[profile.sampleTypes[column].unit]),
        .integer(profile.magnitude(ofColumn: column) ?? .max),
      ]
    }
    let report = largest()
    return ReportDocument(
      "summary", report.context,
      [
        .init("totals", ["sampleType", "unit", "total"], totals),
        .init(
          "largest", ["name", "flat", "share"],
          report.rows.filter { $0.flat != 0 }.map {
            [.name($0.name), .value($0.flat), report.context.shareCell($0.flat)]
          }),
        .init(
          "findings", ["kind", "title", "share", "function", "file", "line"],
          findings.findings.map { finding in
            let line = finding.blame.first
            return [
              .text(finding.kind.rawValue), .text(finding.title), .share(finding.share),
              line.map { .name(Array($0.function.utf8)) } ?? .none,
              line.map { .name(Array($0.file.utf8)) } ?? .none,
              line.map { .integer($0.line) } ?? .none,
            ]
          }),
      ] + [suppressedTable(findings)].compactMap(\.self))
  }
}
