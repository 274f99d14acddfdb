import Foundations
package import HeapAnalysis
import ProfileModel
import StackGraph

extension Comparison {
  /// Returns how the findings changed, and which rows grew, shrank, are new or gone, each with both
  /// values.
  ///
  /// - Parameters:
  ///   - count: the most rows per group; 0 for all.
  ///   - showsNoise: also shows changes that are no more than chance.
  package func text(
    _ style: TextStyle, count: Int, byCum: Bool, showsNoise: Bool
  ) -> TextOutput {
    var output = TextOutput()
    output.line(
      style.marked("DIFF", .heading) + "  \(shown(after.sampleType)), \(byCum ? "cum" : "flat")"
        + relation)
    if let findings {
      write(findings, style, count: count, showsNoise: showsNoise, to: &output)
      output.line()
    }
    writeTotals(style, to: &output)
    let shownRows = showsNoise ? rows : rows.filter { $0.isNoise != true }
    if rows.isEmpty {
      output.line()
      output.line("Nothing changed.")
    }
    let rates = Rates(self, shownRows)
    for (change, title) in [
      (Change.grew, "GREW"), (.new, "NEW"), (.shrank, "SHRANK"), (.gone, "GONE"),
    ] {
      let group = shownRows.filter { $0.change == change }
      if group.isEmpty { continue }
      let head = count > 0 ? group.prefix(count) : group[...]
      output.line()
      write(head, title, rates, style, to: &output)
      if group.count > head.count {
        output.line(style.marked("        and \(group.count - head.count) more", .faint))
      }
    }
    let hidden = rows.count - shownRows.count
    if hidden > 0 {
      output.line()
      output.line(
        style.marked("\(hidden) row\(hidden == 1 ? "" : "s") within noise hidden (--all)", .faint))
    }
    return output.laidOut(style)
  }

  private func write(
    _ group: ArraySlice<Row>, _ title: String, _ rates: Rates, _ style: TextStyle,
    to output: inout TextOutput
  ) {
    var columns: [TextTable.Column] = [
      .words(title.padded(to: 6)), .figures("before"), .figures("after"), .figures("difference"),
      .figures("factor", rank: 1),
    ]
    if rates.bytes != nil { columns.append(.figures("rate", rank: 2)) }
    if let objects = rates.objects {
      columns.append(.figures("objects\(objects.suffix)", rank: 3))
    }
    if isSampled { columns.append(.words("verdict")) }
    var table = TextTable(columns, rest: "")
    for row in group {
      var cells = [
        "", size(row.before), size(row.after), sizeChange(row.difference),
        row.factor.map(factorText) ?? "",
      ]
      if let bytes = rates.bytes { cells.append(rate(row.difference, bytes)) }
      if let objects = rates.objects { cells.append(row.objectDifference.map(objects.count) ?? "") }
      if isSampled { cells.append(row.verdict?.rawValue ?? "") }
      let mark: TextStyle.Mark = row.difference > 0 ? .hot : .good
      table.add(cells, marks: [3: { style.marked($0, mark) }]) { width in
        if let move = row.move {
          return style.line(
            move.function, movedPlace(from: move.before, to: move.after), width: width)
        }
        return style.colored(style.name(row.name).fittedRow(to: width), row.name)
      }
    }
    table.write(style, to: &output)
  }

  // MARK: Head

  private func writeTotals(_ style: TextStyle, to output: inout TextOutput) {
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

  /// After the title: why there are no rates.
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
    var table = TextTable(
      [.words(""), .words(""), .words("")], leastRest: Self.findingWidth, indent: 2)
    for row in shownRows {
      let cells = [
        row.change?.rawValue ?? "", shown(row.kind.rawValue),
        amount(row.before, row.shareBefore) + " → " + amount(row.after, row.shareAfter),
      ]
      let mark: TextStyle.Mark = row.difference > 0 ? .hot : .good
      table.add(cells, marks: [0: { style.marked($0, mark) }]) { width in
        guard let line = row.line?.nearest else { return "" }
        let rest = row.otherLineCount > 0 ? " and \(row.otherLineCount) more" : ""
        let place = place(of: line)
        let name = style.name(line.function)
          .fitted(to: max(12, width - place.count - 2 - rest.count))
        return style.marked(place, .user) + ("  " + name + rest).unbroken
      }
    }
    table.write(style, to: &output)
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

  /// Room for a line and its function; if there is less, they go below the figures.
  private static let findingWidth = 60

  private func place(of line: BlamedLine.Caller) -> String {
    let place = LineMatching.Place(file: line.file, line: line.line)
    if let earlier = matching.earlierPlace(
      function: line.function, file: line.file, line: line.line)
    {
      return movedPlace(from: earlier, to: place)
    }
    return placeText(line.file, line.line)
  }

  // MARK: Rates

  /// The time units of the rows' rates, if the profiles give times.
  private struct Rates {
    let bytes: RateUnit?
    let objects: RateUnit?

    init(_ comparison: Comparison, _ rows: [Row]) {
      guard comparison.hasRates, let seconds = comparison.seconds else {
        (bytes, objects) = (nil, nil)
        return
      }
      bytes = RateUnit(of: rows.map(\.difference), seconds)
      objects =
        comparison.objectTotals == nil
        ? nil : RateUnit(of: rows.compactMap(\.objectDifference), seconds)
    }
  }

  /// The time unit for the rates of one column: a second, or an hour when all are slow.
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

  /// Growth per second; nil when it has no meaning.
  func perSecond(_ difference: Int64) -> Double? {
    hasRates ? seconds.map { Double(difference) / $0 } : nil
  }

  /// `2.50x`.
  private func factorText(_ factor: Double) -> String {
    factor >= 1000 ? ">999x" : formatted(factor, "%.2f") + "x"
  }
}
