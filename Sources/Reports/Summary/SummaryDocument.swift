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
          "largest", ["name", "flat", "share"],
          report.rows.map {
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
