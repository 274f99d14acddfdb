import Foundations
package import HeapAnalysis
import ProfileModel
import StackGraph

extension Comparison {
  /// Returns what became of the findings, and what grew, shrank, is new and went, each with
  /// both values.
  ///
  /// - Parameters:
  ///   - count: the most rows a group; 0 for all.
  ///   - showsNoise: shows what changed by no more than chance, too.
  package func text(
    _ style: TextStyle, count: Int, byCum: Bool, showsNoise: Bool
  ) -> TextOutput {
    var output = TextOutput()
    head(style, byCum: byCum, to: &output)
    if let findings {
      write(findings, style, count: count, showsNoise: showsNoise, to: &output)
    }
    let shownRows = showsNoise ? rows : rows.filter { $0.isNoise != true }
    if rows.isEmpty {
      output.line()
      output.line("Nothing changed.")
    }
    let columns = Columns(self, shownRows)
    for (change, title) in [
      (Change.grew, "GREW"), (.new, "NEW"), (.shrank, "SHRANK"), (.gone, "GONE"),
    ] {
      let group = shownRows.filter { $0.change == change }
      if group.isEmpty { continue }
      output.line()
      output.line(
        style.marked(
          title.padded(to: 8) + "before      after  difference  factor" + columns.title, .heading))
      for row in count > 0 ? group.prefix(count) : group[...] {
        let difference = sizeChange(row.difference).rightAligned(to: 11)
        output.line(
          size(row.before).rightAligned(to: 14) + size(row.after).rightAligned(to: 11) + " "
            + style.marked(difference, row.difference > 0 ? .hot : .good)
            + (row.factor.map(factorText) ?? "").rightAligned(to: 8)
            + columns.cells(row) + "  " + name(of: row))
      }
      if count > 0, group.count > count {
        output.line(style.marked("              and \(group.count - count) more", .faint))
      }
    }
    let hidden = rows.count - shownRows.count
    if hidden > 0 {
      output.line()
      output.line(
        style.marked("\(hidden) row\(hidden == 1 ? "" : "s") within noise hidden (--all)", .faint))
    }
    return output
  }

  // MARK: Head

  private func head(_ style: TextStyle, byCum: Bool, to output: inout TextOutput) {
    output.line(
      style.marked("DIFF", .heading) + "  \(shown(after.sampleType)), \(byCum ? "cum" : "flat")"
        + relation)
    let factor = totals.before <= 0 ? nil : Double(totals.after) / Double(totals.before)
    output.line(
      "total \(size(totals.before)) → \(size(totals.after))"
        + " (\(sizeChange(saturatingDifference(totals.after, totals.before)))"
        + (factor.map { ", " + factorText($0) } ?? "") + ")")
    if let objectTotals {
      output.line(
        "objects \(groupedDigits(objectTotals.before)) → \(groupedDigits(objectTotals.after))"
          + " (\(countChange(saturatingDifference(objectTotals.after, objectTotals.before))))")
    }
    guard let seconds else { return }
    let distance =
      seconds < 60
      ? ScaledValue(Int64(nearest: seconds * 1e9), from: "ns", to: "auto").text
      : durationText(seconds)
    var line = "taken \(distance) apart"
    if kinship.isOneProcess == true { line += ", from one process" }
    if hasRates {
      let difference = saturatingDifference(totals.after, totals.before)
      line += ": " + rate(difference, RateUnit(of: [difference], seconds))
      if let objectTotals {
        let objects = saturatingDifference(objectTotals.after, objectTotals.before)
        line += ", " + countRate(objects, RateUnit(of: [objects], seconds)) + " objects"
      }
    }
    output.line(style.marked(line, .faint))
  }

  /// Behind the title: why there are no rates.
  private var relation: String {
    if !kinship.isOneProgram { return "    different programs: totals only, no rates" }
    if kinship.isOneBuild == false { return "    different builds: totals only, no rates" }
    if kinship.isOneProcess == false { return "    different processes: totals only, no rates" }
    return after.profile.sampleKind(after.column) == .stretch
      ? "    each of its own stretch of time: no rates" : ""
  }

  // MARK: Findings

  private func write(
    _ findings: FindingComparison, _ style: TextStyle, count: Int, showsNoise: Bool,
    to output: inout TextOutput
  ) {
    func size(_ value: Int64) -> String {
      ScaledValue(value, from: findings.unit, to: "auto").text
    }
    func amount(_ value: Int64, _ share: Double) -> String {
      value == 0 ? size(0) : "\(size(value)) (\(percentText(share)))"
    }
    let total = findings.totalBefore
    let relative = total == 0 ? 0 : Double(findings.totalAfter) / Double(total) - 1
    output.line()
    output.line(
      style.marked("FINDINGS", .heading)
        + "  \(shown(findings.sampleType)) \(size(total)) → \(size(findings.totalAfter))"
        + (total == 0 ? "" : " (\(relative > 0 ? "+" : "")\(percentText(relative)))"))
    let rows = findings.rows.filter { $0.change != nil }
    let certain = showsNoise ? rows : rows.filter { $0.isNoise != true }
    let shownRows = count > 0 ? certain.prefix(count) : certain[...]
    let kinds = shownRows.map { shown($0.kind.rawValue) }
    let amounts = shownRows.map {
      amount($0.before, $0.shareBefore) + " → " + amount($0.after, $0.shareAfter)
    }
    let width = kinds.map(\.count).max() ?? 0
    let amountWidth = amounts.map(\.count).max() ?? 0
    for (index, row) in shownRows.enumerated() {
      let change = row.change?.rawValue ?? ""
      let line = (row.line?.nearest).map { line in
        "  " + style.marked(place(of: line), .user) + "  " + shown(line.function)
          + (row.otherLineCount > 0 ? " and \(row.otherLineCount) more" : "")
      }
      output.line(
        "  " + style.marked(change.padded(to: 6), row.difference > 0 ? .hot : .good) + "  "
          + kinds[index].padded(to: width) + "  "
          + (line == nil ? amounts[index] : amounts[index].padded(to: amountWidth)) + (line ?? ""))
    }
    if rows.isEmpty {
      output.line(findings.rows.isEmpty ? "  no pattern in either" : "  all as before")
    }
    if certain.count > shownRows.count {
      output.line(style.marked("  and \(certain.count - shownRows.count) more", .faint))
    }
    let hidden = rows.count - certain.count
    if hidden > 0 {
      output.line(
        style.marked(
          "  \(hidden) finding\(hidden == 1 ? "" : "s") within noise hidden (--all)", .faint))
    }
  }

  private func place(of line: BlamedLine.Caller) -> String {
    let place = LineMatching.Place(file: line.file, line: line.line)
    if let earlier = matching.earlierPlace(
      function: line.function, file: line.file, line: line.line)
    {
      return movedPlace(from: earlier, to: place)
    }
    return placeText(line.file, line.line)
  }

  // MARK: Rows

  private func name(of row: Row) -> String {
    guard let move = row.move else { return shown(row.name) }
    return shown(move.function) + "  " + movedPlace(from: move.before, to: move.after)
  }

  /// The columns after the factor, as far as the profiles tell.
  private struct Columns {
    private let comparison: Comparison
    private let rates: RateUnit?
    private let objectRates: RateUnit?

    init(_ comparison: Comparison, _ rows: [Row]) {
      self.comparison = comparison
      guard comparison.hasRates, let seconds = comparison.seconds else {
        (rates, objectRates) = (nil, nil)
        return
      }
      rates = RateUnit(of: rows.map(\.difference), seconds)
      objectRates =
        comparison.objectTotals == nil
        ? nil : RateUnit(of: rows.compactMap(\.objectDifference), seconds)
    }

    var title: String {
      (rates == nil ? "" : "rate".rightAligned(to: 13))
        + (objectRates.map { "objects\($0.suffix)".rightAligned(to: 13) } ?? "")
        + (comparison.isSampled ? "  verdict" : "")
    }

    func cells(_ row: Row) -> String {
      var text = ""
      if let rates { text += comparison.rate(row.difference, rates).rightAligned(to: 13) }
      if let objectRates {
        text += (row.objectDifference.map(objectRates.count) ?? "").rightAligned(to: 13)
      }
      if comparison.isSampled { text += "  " + (row.verdict?.rawValue ?? "").padded(to: 7) }
      return text
    }
  }

  /// The time in which changes of one column are told: a second, or an hour where all are
  /// slow.
  fileprivate struct RateUnit {
    private let seconds: Double
    private let isSlow: Bool

    init(of differences: [Int64], _ seconds: Double) {
      self.seconds = seconds
      isSlow = differences.allSatisfy { (Double($0) / seconds).magnitude < 1 }
    }

    var suffix: String { isSlow ? "/h" : "/s" }

    func amount(_ difference: Int64) -> Int64 {
      Int64(nearest: Double(difference) / seconds * (isSlow ? 3600 : 1))
    }

    func count(_ difference: Int64) -> String { countChange(amount(difference)) }
  }

  /// `+1.20MB/s`.
  private func rate(_ difference: Int64, _ unit: RateUnit) -> String {
    sizeChange(unit.amount(difference)) + unit.suffix
  }

  private func countRate(_ difference: Int64, _ unit: RateUnit) -> String {
    unit.count(difference) + unit.suffix
  }

  private func size(_ value: Int64) -> String {
    ScaledValue(value, from: after.unit, to: "auto").text
  }

  private func sizeChange(_ value: Int64) -> String { (value > 0 ? "+" : "") + size(value) }

  /// Growth a second; nil where there is none.
  func perSecond(_ difference: Int64) -> Double? {
    hasRates ? seconds.map { Double(difference) / $0 } : nil
  }

  /// `2.50x`.
  private func factorText(_ factor: Double) -> String {
    factor >= 1000 ? ">999x" : formatted(factor, "%.2f") + "x"
  }
}
