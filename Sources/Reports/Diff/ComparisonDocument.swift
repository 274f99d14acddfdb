import Foundations
import HeapAnalysis
import ProfileModel
import StackGraph

extension Comparison {
  /// Returns the rows, their sums, and how the findings changed.
  package func document(_ context: ReportContext) -> ReportDocument {
    func perSecond(_ difference: Int64?) -> ReportDocument.Cell {
      difference.flatMap { self.perSecond($0) }.map { .number($0) } ?? .none
    }
    func cell(_ value: Int64?) -> ReportDocument.Cell { value.map { .integer($0) } ?? .none }
    func end(_ value: Double?) -> ReportDocument.Cell {
      value.map { .value(Int64(nearest: $0)) } ?? .none
    }
    func flag(_ value: Bool?) -> ReportDocument.Cell { value.map { .flag($0) } ?? .none }
    let difference = saturatingDifference(totals.after, totals.before)
    return ReportDocument(
      "diff", context,
      [
        .init(
          "rows",
          [
            "name", "change", "before", "after", "difference", "factor", "perSecond",
            "differenceLow", "differenceHigh", "objectsBefore", "objectsAfter",
            "objectsPerSecond", "verdict", "noise", "fileBefore", "lineBefore",
          ],
          rows.map { row in
            [
              .name(row.name), row.change.map { .text($0.rawValue) } ?? .none, .value(row.before),
              .value(row.after), .value(row.difference),
              row.factor.map { .number($0) } ?? .none, perSecond(row.difference),
              end(row.interval?.low), end(row.interval?.high), cell(row.objects?.before),
              cell(row.objects?.after), perSecond(row.objectDifference),
              row.verdict.map { .text($0.rawValue) } ?? .none, flag(row.isNoise),
              row.move.map { .name(Array($0.before.file.utf8)) } ?? .none,
              cell(row.move?.before.line),
            ]
          }),
        .init(
          "totals",
          [
            "before", "after", "difference", "perSecond", "objectsBefore", "objectsAfter",
            "objectsPerSecond", "seconds", "oneProcess", "oneBuild", "oneProgram",
          ],
          [
            [
              .value(totals.before), .value(totals.after), .value(difference),
              perSecond(difference), cell(objectTotals?.before), cell(objectTotals?.after),
              perSecond(objectTotals.map { saturatingDifference($0.after, $0.before) }),
              seconds.map { .number($0) } ?? .none, flag(kinship.isOneProcess),
              flag(kinship.isOneBuild), .flag(kinship.isOneProgram),
            ]
          ]),
        findingTable(),
      ])
  }

  private func findingTable() -> ReportDocument.Table {
    let unit = findings?.unit ?? ""
    return .init(
      "findings",
      [
        "kind", "change", "before", "after", "difference", "shareBefore", "shareAfter",
        "sampleType", "function", "file", "line", "noise",
      ],
      (findings?.rows ?? []).map { row -> [ReportDocument.Cell] in
        let line = row.line?.nearest
        return [
          .text(row.kind.rawValue), row.change.map { .text($0.rawValue) } ?? .none,
          .measure(row.before, unit: unit), .measure(row.after, unit: unit),
          .measure(row.difference, unit: unit), .share(row.shareBefore), .share(row.shareAfter),
          .text(findings?.sampleType ?? ""),
          line.map { .name(Array($0.function.utf8)) } ?? .none,
          line.map { .name(Array($0.file.utf8)) } ?? .none,
          line.map { .integer($0.line) } ?? .none,
          row.isNoise.map { .flag($0) } ?? .none,
        ]
      })
  }
}
