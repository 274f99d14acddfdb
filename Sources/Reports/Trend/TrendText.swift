import Foundations
package import HeapAnalysis
import ProfileModel

extension TrendReport {
  /// How many churning lines are named.
  private static let churnCount = 3

  /// Returns the growth of each row with a verdict, what to look at first, and when memory runs
  /// out, for a screen.
  package func text(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    head(style, to: &output)
    table(style, to: &output)
    suspects(style, to: &output)
    churn(style, to: &output)
    if let forecast { self.forecast(forecast, style, to: &output) }
    return output.laidOut(style)
  }

  private var sparkWidth: Int { min(20, max(5, trend.times.count)) }

  private func spark(_ values: [Int64]) -> String {
    let shown = values.count > sparkWidth ? thinned(values, to: sparkWidth) : values
    return sparkline(shown, width: sparkWidth)
  }

  private func head(_ style: TextStyle, to output: inout TextOutput) {
    let processes =
      switch trend.isOneProcess {
      case true?: " of one process"
      case false?: trend.hasSeveralBuilds ? " of different builds" : " of different processes"
      case nil: ""
      }
    let span =
      trend.hasTimes
      ? " over \(durationText(trend.seconds))"
        + (timeSource.isEmpty ? "" : ", in the order of \(timeSource)") : ", in the order given"
    output.line(
      style.marked("TREND", .heading) + "  \(shown(trend.sampleType)) in \(trend.totals.count) "
        + "profiles" + processes + span)
    let total = trend.total
    let range = range(total.fit.interval)
    output.line(
      "total \(size(total.values.first ?? 0)) → \(size(total.values.last ?? 0))  "
        + spark(total.values) + "  "
        + (trend.hasRates
          ? rate(total.fit.slope) + (range.isEmpty ? "" : " (\(range))") : change(total.growth))
        + "  \(trend.totalVerdict.rawValue)")
    if let objects = trend.objectTotal {
      output.line(
        "objects \(groupedDigits(objects.values.first ?? 0)) → "
          + "\(groupedDigits(objects.values.last ?? 0))"
          + (trend.hasRates ? "  " + rate(objects.fit.slope, isCount: true) : ""))
    }
    if !trend.isSampled {
      output.line(
        style.marked(
          "how the values were sampled is unknown: verdicts rest on their order alone", .faint))
    }
  }

  private func table(_ style: TextStyle, to output: inout TextOutput) {
    let changed = trend.rows.filter {
      $0.growth != 0 || $0.verdict != .stable && $0.verdict != .churn
    }
    output.line()
    if changed.isEmpty {
      output.line("Nothing changed.")
      return
    }
    let shownRows = rowCount > 0 ? Array(changed.prefix(rowCount)) : changed
    let hasRates = trend.hasRates
    let hasObjects = trend.objectTotal != nil
    // Where a line stands is never cut, so columns go: those that the suspects below have, first.
    var columns: [TextTable.Column] = [.figures("growth")]
    if hasRates { columns += [.figures("rate", rank: 2), .figures("95% CI", rank: 6)] }
    if hasObjects { columns.append(.figures("objects", rank: 5)) }
    columns += [.words("verdict", rank: 1), .words("trend", rank: 3)]
    func objects(_ measure: Trend.Course) -> String {
      hasRates ? rate(measure.fit.slope, isCount: true) : countChange(measure.growth)
    }
    let places = shownRows.map(place)
    var table = TextTable(
      columns, rest: trend.granularity == .functions ? "function" : "line",
      leastRest: (places.map(\.count).max() ?? 0) + Self.functionWidth, breaksRows: false)
    let verdictColumn = columns.count - 2
    for (row, place) in zip(shownRows, places) {
      var cells = [change(row.growth)]
      if hasRates { cells += [rate(row.live.fit.slope), range(row.live.fit.interval)] }
      if hasObjects { cells.append(row.objects.map(objects) ?? "") }
      cells += [row.verdict.rawValue, spark(row.values)]
      table.add(cells, marks: [verdictColumn: { marked($0, row.verdict, style) }]) { width in
        style.line(row.function, place, width: width)
      }
    }
    let lines = table.lines(style)
    output.line(lines[0])
    for (row, line) in zip(shownRows, lines.dropFirst()) {
      output.line(line)
      if !row.stack.isEmpty {
        output.line(style.marked("    " + pathText(row.stack), .faint))
      }
    }
    if changed.count > shownRows.count {
      output.line(style.marked("and \(changed.count - shownRows.count) more", .faint))
    }
  }

  /// Room for a function that is still worth a column's.
  private static let functionWidth = 20

  private func marked(_ text: String, _ verdict: TrendVerdict, _ style: TextStyle) -> String {
    switch verdict {
    case .leak: style.marked(text, .hot)
    case .grows, .warmUp: style.marked(text, .warm)
    case .shrinks: style.marked(text, .good)
    default: text
    }
  }

  private func pathText(_ names: [String]) -> String {
    names.map { shown($0) }.joined(separator: " → ")
  }

  private func suspects(_ style: TextStyle, to output: inout TextOutput) {
    output.line()
    if let noLeakReason {
      output.line("No leak suspect: \(noLeakReason).")
      return
    }
    if trend.suspects.isEmpty {
      output.line("No leak suspect: nothing grows steadily and for sure.")
      return
    }
    output.line(style.marked("LEAK SUSPECTS", .heading))
    if !trend.tellsLeaks {
      output.line(
        style.marked(
          "of \(trend.times.count) profiles nothing tells a leak from a warm-up: take more", .faint)
      )
    }
    let shownRows = rowCount > 0 ? Array(trend.suspects.prefix(rowCount)) : trend.suspects
    for (index, row) in shownRows.enumerated() {
      output.line(
        "\(index + 1). " + style.marked(shown(row.function), .user) + "  \(place(row))")
      let range = range(row.live.fit.interval)
      var figures =
        "   \(trend.measure.isMemory ? "holds" : "now") \(size(row.values.last ?? 0)) (\(percentText(trend.share(of: row)))), "
        + "grows by \(rate(row.live.fit.slope).drop { $0 == "+" })"
        + (range.isEmpty ? "" : " (\(range))")
      if let objects = row.objects {
        figures += ", objects \(rate(objects.fit.slope, isCount: true))"
      }
      output.line(figures)
      for path in row.paths {
        output.line(
          style.marked(
            "   path  \(percentText(path.share).rightAligned(to: 6))  "
              + pathText(path.functions), .faint))
      }
      if let advice = advice(for: row) { output.line("   fix   " + advice) }
    }
    if trend.suspects.count > shownRows.count {
      output.line(style.marked("and \(trend.suspects.count - shownRows.count) more", .faint))
    }
  }

  private func churn(_ style: TextStyle, to output: inout TextOutput) {
    let rows = churning
    if rows.isEmpty { return }
    output.line()
    output.line(style.marked("CHURN", .heading) + "  allocated, and gone again")
    let texts = rows.prefix(Self.churnCount).map { row in
      allocationRate(row).map { String(rate($0).drop { $0 == "+" }) } ?? ""
    }
    let width = texts.map(\.count).max() ?? 0
    for (row, text) in zip(rows, texts) {
      output.line(
        "  " + text.rightAligned(to: width) + "  " + style.marked(shown(row.function), .user)
          + "  \(place(row))")
    }
    if rows.count > texts.count {
      output.line(style.marked("  and \(rows.count - texts.count) more", .faint))
    }
  }

  private func forecast(
    _ forecast: Forecast, _ style: TextStyle, to output: inout TextOutput
  ) {
    func bytes(_ value: Double) -> String {
      ScaledValue(Int64(nearest: value), from: "bytes", to: "auto").text
    }
    output.line()
    output.line(
      style.marked("FORECAST", .heading)
        + "  the process takes \(bytes(forecast.limit)) when \(bytes(forecast.liveBytes)) are live")
    output.line("  with \(factorReason)")
    output.line("  " + forecastText(forecast))
  }

  /// A sentence that says when the limit is reached.
  package func forecastText(_ forecast: Forecast) -> String {
    if trend.isOneProcess == false {
      return "not in sight: these are profiles of different processes"
    }
    func after(_ seconds: Double) -> String {
      if seconds.isInfinite { return "never" }
      return trend.hasTimes
        ? durationText(seconds) : "\(groupedDigits(Int64(nearest: seconds))) profiles"
    }
    if Double(trend.totals.last ?? 0) >= forecast.liveBytes { return "it is reached already" }
    if trend.totalVerdict == .warmUp {
      return "not in sight: growth flattens"
    }
    guard let seconds = forecast.seconds else { return "not in sight: the total does not grow" }
    guard let interval = forecast.interval else {
      return "reached in \(after(seconds)) at this rate; how sure that is, nothing tells"
    }
    if interval.high.isInfinite {
      return "reached in \(after(seconds)) at this rate, in \(after(interval.low)) at the "
        + "earliest; it is not sure that it grows"
    }
    var text =
      "reached in \(after(seconds)) (\(after(interval.low)) to \(after(interval.high))) at this rate"
    let (moment, overflow) = (trend.times.last ?? 0).addingReportingOverflow(
      Int64(nearest: seconds * 1e9))
    if trend.hasTimes, !overflow {
      text += ", at \(universalTime(moment, "%Y-%m-%d %H:%M:%S")) UTC"
    }
    return text
  }
}
