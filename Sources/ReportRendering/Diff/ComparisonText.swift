package import HeapAnalysis
import ProfileModel
import StackGraph

extension Comparison {
  /// Returns what grew, shrank, is new and went, each with both values.
  ///
  /// - Parameter count: the most rows a group; 0 for all.
  package func text(_ style: TextStyle, count: Int, byCum: Bool) -> TextOutput {
    var output = TextOutput()
    func size(_ value: Int64, signed: Bool = false) -> String {
      let text = ScaledValue(value, from: after.unit, to: "auto").text
      return signed && value > 0 ? "+" + text : text
    }
    output.line(
      style.marked("DIFF", .heading) + "  \(shown(after.sampleType)), \(byCum ? "cum" : "flat")")
    let factor = before.total == 0 ? nil : Double(after.total) / Double(before.total)
    output.line(
      "total \(size(before.total)) → \(size(after.total))"
        + " (\(size(after.total &- before.total, signed: true))"
        + (factor.map { ", " + factorText($0) } ?? "") + ")")
    // Times are a file's word: any two 64-bit numbers.
    let (interval, isTooLong) = after.profile.timeNanoseconds.subtractingReportingOverflow(
      before.profile.timeNanoseconds)
    if !isTooLong, interval > 0, before.profile.timeNanoseconds != 0,
      after.profile.timeNanoseconds != 0
    {
      output.line(
        style.marked("taken \(ScaledValue(interval, from: "ns", to: "auto").text) apart", .faint))
    }
    if rows.isEmpty {
      output.line()
      output.line("Nothing changed.")
    }
    for (change, title) in [
      (Change.grew, "GREW"), (.new, "NEW"), (.shrank, "SHRANK"), (.gone, "GONE"),
    ] {
      let group = rows.filter { $0.change == change }
      if group.isEmpty { continue }
      output.line()
      output.line(
        style.marked(title.padded(to: 8), .heading)
          + style.marked("before      after  difference  factor", .heading))
      for row in count > 0 ? group.prefix(count) : group[...] {
        let difference = size(row.difference, signed: true).rightAligned(to: 11)
        output.line(
          size(row.before).rightAligned(to: 14) + size(row.after).rightAligned(to: 11) + " "
            + style.marked(difference, row.difference > 0 ? .hot : .good)
            + (row.factor.map(factorText) ?? "").rightAligned(to: 8) + "  " + shown(row.name))
      }
      if count > 0, group.count > count {
        output.line(style.marked("              and \(group.count - count) more", .faint))
      }
    }
    return output
  }

  /// `2.50x`.
  private func factorText(_ factor: Double) -> String {
    factor >= 1000 ? ">999x" : formatted(factor, "%.2f") + "x"
  }

  package func document(_ context: ReportContext) -> ReportDocument {
    ReportDocument(
      "diff", context,
      [
        .init(
          "rows", ["name", "change", "before", "after", "difference", "factor"],
          rows.map { row in
            [
              .name(row.name), row.change.map { .text($0.rawValue) } ?? .none, .value(row.before),
              .value(row.after), .value(row.difference),
              row.factor.map { .number($0) } ?? .none,
            ]
          }),
        .init(
          "totals", ["before", "after", "difference"],
          [[.value(before.total), .value(after.total), .value(after.total &- before.total)]]),
      ])
  }
}
