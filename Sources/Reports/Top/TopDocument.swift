import Foundations
import HeapAnalysis
import ProfileModel
import StackGraph

extension TopReport {
  private func errorCells(_ sum: SampledSum?) -> [ReportDocument.Cell] {
    guard let sum else { return [.none, .none, .none] }
    let interval = sum.interval
    return [
      .value(context.divided(Int64(nearest: interval.low))),
      .value(context.divided(Int64(nearest: interval.high))),
      .integer(Int64(nearest: sum.sampledObjects)),
    ]
  }

  package func document() -> ReportDocument {
    ReportDocument(
      "top", context,
      [
        .init(
          "rows",
          ["name", "inline", "flat", "flatShare", "cum", "cumShare"]
            + (showsErrors
              ? ["flatLow", "flatHigh", "flatSampled", "cumLow", "cumHigh", "cumSampled"] : []),
          rows.map { row in
            let figures: [ReportDocument.Cell] = [
              .name(row.name),
              row.inlineNote.map { .text(String($0.dropFirst().dropLast())) } ?? .none,
              .value(context.divided(row.flat)), context.shareCell(row.flat),
              .value(context.divided(row.cum)), context.shareCell(row.cum),
            ]
            if !showsErrors { return figures }
            return figures + errorCells(errors?.flat[row.node.index])
              + errorCells(errors?.cum[row.node.index])
          })
      ])
  }
}
