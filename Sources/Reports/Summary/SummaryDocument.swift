import HeapAnalysis
import ProfileModel
import StackGraph

extension Summary {
  package func document() -> ReportDocument {
    let profile = selection.profile
    let totals = profile.sampleTypes.indices.map { column -> [ReportDocument.Cell] in
      [
        .text(profile.sampleTypeName(column)),
        .text(profile.strings[profile.sampleTypes[column].unit]),
        .integer(profile.magnitude(ofColumn: column) ?? .max),
        .integer(profile.signedSum(ofColumn: column).gained),
        .integer(profile.signedSum(ofColumn: column).lost),
      ]
    }
    let report = largest()
    let largestTable = ReportDocument.Table(
      "largest", ["name", "flat", "share", "weak"],
      report.rows.map { row in
        [
          .name(row.name), .value(row.flat), report.context.shareCell(row.flat),
          row.isWeak.map { .flag($0) } ?? .none,
        ]
      })
    let tables: [ReportDocument.Table?] = [
      .init("totals", ["sampleType", "unit", "total", "gained", "lost"], totals), largestTable,
      linesTable("live", findings.live), linesTable("allocated", findings.allocated),
      findingsTable, suppressedTable(findings), memoryTable,
    ]
    return ReportDocument("summary", report.context, tables.compactMap(\.self))
  }

  private var findingsTable: ReportDocument.Table {
    .init(
      "findings", ["kind", "title", "share", "function", "file", "line", "callers", "weak"],
      findings.findings.map { finding in
        let line = finding.blame.first
        return [
          .text(finding.kind.rawValue), .text(finding.title), .share(finding.share),
          line.map { .name(Array($0.function.utf8)) } ?? .none,
          line.map { .name(Array($0.file.utf8)) } ?? .none,
          line.map { .integer($0.line) } ?? .none, .list(line.map(\.callerCells) ?? []),
          finding.weakCell,
        ]
      })
  }

  private func linesTable(_ name: String, _ lines: LargestLines?) -> ReportDocument.Table? {
    guard let lines, isHeapOfGo else { return nil }
    return .init(
      name, ["function", "file", "line", "bytes", "share", "own", "weak"],
      lines.rows.map { row in
        [
          .name(Array((row.function.isEmpty ? noStackName : row.function).utf8)),
          row.file.isEmpty ? .none : .name(Array(row.file.utf8)),
          row.file.isEmpty ? .none : .integer(row.line), .integer(row.value), .share(row.share),
          .flag(row.isOwn), row.isWeak.map { .flag($0) } ?? .none,
        ]
      })
  }
}
