package import HeapAnalysis

/// Returns the findings as tables, with one row per blamed line; JSON has a schema of its own.
package func hotspotsDocument(_ report: HotspotReport, _ context: ReportContext) -> ReportDocument {
  var rows: [[ReportDocument.Cell]] = []
  for finding in report.findings {
    let facts: [ReportDocument.Cell] = [.text(finding.kind.rawValue), .share(finding.share)]
    let bytes = [finding.footprint.allocatedBytes, finding.footprint.liveBytes].map {
      $0.map { ReportDocument.Cell.value($0) } ?? .none
    }
    let advice = ReportDocument.Cell.text(finding.advice)
    if finding.blame.isEmpty {
      rows.append(
        facts + bytes + [.none, .none, .none, .none, advice, .list([]), finding.weakCell])
    }
    for line in finding.blame {
      rows.append(
        facts + bytes + [
          .name(Array(line.function.utf8)), .name(Array(line.file.utf8)), .integer(line.line),
          .share(line.share), advice, .list(line.callerCells), finding.weakCell,
        ])
    }
  }
  var tables = [
    ReportDocument.Table(
      "rows",
      [
        "kind", "share", "allocated", "live", "function", "file", "line", "lineShare", "advice",
        "callers", "weak",
      ], rows)
  ]
  if let table = suppressedTable(report) { tables.append(table) }
  return ReportDocument("hotspots", context, tables)
}

extension Finding {
  /// Whether it is based on too few samples.
  var weakCell: ReportDocument.Cell { error.map { .flag($0.value.isWeak) } ?? .none }
}

extension BlamedLine {
  /// The nearest own callers, as texts.
  var callerCells: [ReportDocument.Cell] {
    callers.map { .name(Array("\($0.function) \($0.file):\($0.line)".utf8)) }
  }
}

/// The findings that a rules file hides; nil when it hides none.
func suppressedTable(_ report: HotspotReport) -> ReportDocument.Table? {
  if report.suppressed.isEmpty { return nil }
  return .init(
    "suppressed", ["kind", "rule", "share"],
    report.suppressed.map { [.text($0.kind.rawValue), .text($0.rule), .share($0.share)] })
}
