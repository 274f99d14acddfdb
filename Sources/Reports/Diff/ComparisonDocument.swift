import Foundations
import HeapAnalysis
import ProfileModel
import StackGraph

extension Comparison {
  /// Returns the rows, and what they add up to.
  package func document(_ context: ReportContext) -> ReportDocument {
    func perSecond(_ difference: Int64?) -> ReportDocument.Cell {
      difference.flatMap { self.perSecond($0) }.map { .number($0) } ?? .none
    }
    func cell(_ value: Int64?) -> ReportDocument.Cell { value.map { .integer($0) } ?? .none }
    func end(_ value: Double?) -> ReportDocument.Cell {
      value.map { .value(Int64(nearest: $0)) } ?? .none
    }
    return ReportDocument(
      "diff", context,
      [
        .init(
          "rows",
          [
            "name", "change", "before", "after", "difference", "factor", "perSecond",
            "differenceLow", "differenceHigh", "objectsBefore", "objectsAfter",
            "objectsPerSecond", "verdict",
          ],
          rows.map { row in
            [
              .name(row.name), row.change.map { .text($0.rawValue) } ?? .none, .value(row.before),
              .value(row.after), .value(row.difference),
              row.factor.map { .number($0) } ?? .none, perSecond(row.difference),
              end(row.interval?.low), end(row.interval?.high), cell(row.objects?.before),
              cell(row.objects?.after), perSecond(row.objectDifference),
              row.verdict.map { .text($0.rawValue) } ?? .none,
            ]
          }),
        .init(
          "totals",
          [
            "before", "after", "difference", "perSecond", "objectsBefore", "objectsAfter",
            "objectsPerSecond", "seconds", "oneProcess",
          ],
          [
            [
              .value(before.total), .value(after.total),
              .value(saturatingDifference(after.total, before.total)),
              perSecond(saturatingDifference(after.total, before.total)),
              cell(objectTotals?.before),
              cell(objectTotals?.after),
              perSecond(objectTotals.map { saturatingDifference($0.after, $0.before) }),
              seconds.map { .number($0) } ?? .none,
              isOneProcess.map { .flag($0) } ?? .none,
            ]
          ]),
      ])
  }
}
