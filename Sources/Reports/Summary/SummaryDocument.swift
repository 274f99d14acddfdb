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
    return ReportDocument(
      "summary", report.context,
      [
        .init("totals", ["sampleType", "unit", "total", "gained", "lost"], totals),
        .init(
          "largest", ["name", "flat", "share", "weak"],
          report.rows.map { row in
            [
              .name(row.name), .value(row.flat), report.context.shareCell(row.flat),
              row.isWeak.map { .flag($0) } ?? .none,
            ]
          }),
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
          }),
      ] + [suppressedTable(findings), memoryTable].compactMap(\.self))
  }
}
