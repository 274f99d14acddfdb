import Foundations
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
        + " (\(size(saturatingDifference(after.total, before.total), signed: true))"
        + (factor.map { ", " + factorText($0) } ?? "") + ")")
    if let objectTotals {
      output.line(
        "objects \(groupedDigits(objectTotals.before)) → \(groupedDigits(objectTotals.after))"
          + " (\(counted(saturatingDifference(objectTotals.after, objectTotals.before))))")
    }
    if let seconds {
      let processes =
        switch isOneProcess {
        case true?: ", from one process"
        case false?: ", from different processes"
        case nil: ""
        }
      output.line(
        style.marked(
          "taken \(ScaledValue(Int64(nearest: seconds * 1e9), from: "ns", to: "auto").text) apart"
            + processes + ": \(rate(saturatingDifference(after.total, before.total)) ?? "")"
            + (objectTotals.flatMap { countRate(saturatingDifference($0.after, $0.before)) }.map {
              ", \($0) objects"
            } ?? ""), .faint))
    }
    let columns = Columns(self)
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
        style.marked(
          title.padded(to: 8) + "before      after  difference  factor" + columns.title, .heading))
      for row in count > 0 ? group.prefix(count) : group[...] {
        let difference = size(row.difference, signed: true).rightAligned(to: 11)
        output.line(
          size(row.before).rightAligned(to: 14) + size(row.after).rightAligned(to: 11) + " "
            + style.marked(difference, row.difference > 0 ? .hot : .good)
            + (row.factor.map(factorText) ?? "").rightAligned(to: 8)
            + columns.cells(row, self) + "  " + shown(row.name))
      }
      if count > 0, group.count > count {
        output.line(style.marked("              and \(group.count - count) more", .faint))
      }
    }
    return output
  }

  /// The columns after the factor, as far as the profiles tell.
  private struct Columns {
    var hasRate: Bool
    var hasObjects: Bool
    var hasVerdict: Bool

    init(_ comparison: Comparison) {
      hasRate = comparison.seconds != nil
      hasObjects = hasRate && comparison.objectTotals != nil
      hasVerdict = comparison.isOneProcess != nil
    }

    var title: String {
      (hasRate ? "rate".rightAligned(to: 13) : "")
        + (hasObjects ? "objects".rightAligned(to: 12) : "") + (hasVerdict ? "  verdict" : "")
    }

    func cells(_ row: Row, _ comparison: Comparison) -> String {
      var text = ""
      if hasRate { text += (comparison.rate(row.difference) ?? "").rightAligned(to: 13) }
      if hasObjects {
        text += (row.objectDifference.flatMap(comparison.countRate) ?? "").rightAligned(to: 12)
      }
      if hasVerdict { text += "  " + (row.verdict?.rawValue ?? "").padded(to: 7) }
      return text
    }
  }

  /// `+1.20MB/s`; slow changes an hour; nil without times.
  fileprivate func rate(_ difference: Int64) -> String? {
    perSecond(difference).map { value in
      let isSlow = value != 0 && value.magnitude < 1
      let whole = Int64(nearest: isSlow ? value * 3600 : value)
      return (whole > 0 ? "+" : "") + ScaledValue(whole, from: after.unit, to: "auto").text
        + (isSlow ? "/h" : "/s")
    }
  }

  fileprivate func countRate(_ difference: Int64) -> String? {
    perSecond(difference).map { value in
      let isSlow = value != 0 && value.magnitude < 1
      return counted(Int64(nearest: isSlow ? value * 3600 : value)) + (isSlow ? "/h" : "/s")
    }
  }

  func perSecond(_ difference: Int64) -> Double? {
    seconds.map { Double(difference) / $0 }
  }

  private func counted(_ value: Int64) -> String { (value > 0 ? "+" : "") + groupedDigits(value) }

  /// `2.50x`.
  private func factorText(_ factor: Double) -> String {
    factor >= 1000 ? ">999x" : formatted(factor, "%.2f") + "x"
  }
}
