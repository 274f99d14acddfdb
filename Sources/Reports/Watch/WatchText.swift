import Foundations
import HeapAnalysis
import Metrics
import ProfileModel

extension WatchReport {
  /// Returns one line about the last snapshot, for a pipe or a log.
  package func line() -> String {
    var text =
      localTime(growth.lastTime, "%Y-%m-%dT%H:%M:%S%z")
      + "  \(shown(growth.sampleType)) \(size(growth.totals.last))  "
      + "\(change(growth.totals.growth)) (\(percent)) in \(durationText(growth.seconds)), "
      + rate(growth.totals.growth)
    if growth.countsObjects {
      text +=
        "  objects \(groupedDigits(growth.objectTotals.last)) "
        + countChange(growth.objectTotals.growth)
    }
    if let count = vitals.goroutines { text += "  goroutines \(groupedDigits(count))" }
    if let collections { text += "  GC \(collections)" }
    if let row = growth.changedRows.first, row.values.growth > 0 {
      text += "  most: \(change(row.values.growth)) \(place(row))"
    }
    return text
  }

  /// Returns the lines for a terminal of some size.
  ///
  /// - Parameter footer: the text of the last line.
  package func screen(_ style: TextStyle, height: Int, footer: String) -> [String] {
    var lines = head(style)
    // The table has a title, and is followed by an empty line and the footer.
    let room = max(1, height - lines.count - 4)
    let rows = screenRows
    lines.append("")
    if growth.snapshotCount < (view.order == .growth ? 2 : 1) {
      lines.append(
        growth.snapshotCount == 0
          ? "waiting for the first snapshot" : "what grows is known from the second snapshot on")
    } else if rows.isEmpty {
      lines.append(
        view.showsAllocations
          ? "nothing was allocated since the start" : "nothing has grown since the start")
    } else {
      let count = rowCount > 0 ? min(rowCount, room) : room
      lines += table(style, Array(rows.prefix(count)), shownGrowth)
      if rows.count > count, count == room, room > 1 {
        lines[lines.count - 1] = style.marked("and \(rows.count - count + 1) more lines", .faint)
      }
    }
    while lines.count < height - 1 { lines.append("") }
    lines = Array(lines.prefix(max(0, height - 1)))
    lines.append(
      trouble.isEmpty
        ? style.marked(shown(footer).prefixed(style.width), .faint)
        : style.marked(shown(trouble).prefixed(style.width), .hot))
    return lines.map(style.plain)
  }

  /// Returns the final results.
  ///
  /// - Parameter advice: the commands to type next, one per line.
  package func summary(_ style: TextStyle, advice: [String]) -> TextOutput {
    var report = self
    // The view that keys chose last is not part of the results.
    report.view = WatchView()
    report.allocations = nil
    return report.inTheEnd(style, advice)
  }

  private func inTheEnd(_ style: TextStyle, _ advice: [String]) -> TextOutput {
    var output = TextOutput()
    for line in head(style) { output.line(line) }
    if failureCount > 0 {
      output.line("\(failureCount) fetch\(failureCount == 1 ? "" : "es") failed")
    }
    output.line()
    let rows = shownRows
    if rows.isEmpty {
      output.line("Nothing changed.")
    } else {
      for line in table(style, rows, growth) { output.line(line) }
      let hidden = growth.changedRows.count - rows.count
      if hidden > 0 { output.line(style.marked("and \(hidden) more lines", .faint)) }
    }
    leaks(style, to: &output)
    output.line()
    output.line(style.marked("NEXT", .heading))
    for line in advice { output.line("  " + shown(line).unbroken) }
    return output.laidOut(style)
  }

  /// The lines that certainly leak, by the same rules as `trend`.
  private func leaks(_ style: TextStyle, to output: inout TextOutput) {
    guard let trend = growth.trend else { return }
    let report = TrendReport(trend)
    let leaks = trend.suspects.filter { $0.verdict == .leak }
    if leaks.isEmpty { return }
    output.line()
    output.line(style.marked("LEAKS", .heading))
    for row in leaks.prefix(rowCount > 0 ? rowCount : leaks.count) {
      let range = report.range(row.live.fit.interval)
      output.line(
        "  " + style.marked(shown(row.function), .user) + "  \(report.place(row)) grows by "
          + String(report.rate(row.live.fit.slope).drop { $0 == "+" })
          + (range.isEmpty ? "" : " (\(range))"))
    }
  }

  private func head(_ style: TextStyle) -> [String] {
    var lines = [
      style.marked("WATCH", .heading)
        + "  \(shown(shortURL))  \(span), every \(durationText(everySeconds))".prefixed(
          style.width - 5)
    ]
    guard growth.snapshotCount > 0 else { return lines }
    let width = 16
    func line(_ name: String, _ last: String, _ parts: String, _ recent: [Int64]) -> String {
      name.padded(to: 14) + last.rightAligned(to: 12) + "  " + parts.padded(to: 36) + "  "
        + sparkline(recent, width: width)
    }
    let totals = growth.totals
    lines.append(
      line(
        shown(growth.sampleType), size(totals.last),
        "\(change(totals.growth)) (\(percent)), \(rate(totals.growth))", totals.recent))
    if growth.countsObjects {
      let objects = growth.objectTotals
      lines.append(
        line(
          "objects", groupedDigits(objects.last),
          "\(countChange(objects.growth)), \(countRate(objects.growth))", objects.recent))
    }
    if let allocations {
      let recent = allocations.recentPerSecond
      lines.append(
        line(
          "allocated", recent.map { rateText($0) } ?? "",
          "\(change(allocations.totals.growth)) since the start", allocations.totals.recent))
    }
    if let count = vitals.goroutines {
      let change = saturatingDifference(count, vitals.firstGoroutines ?? count)
      lines.append(
        line(
          "goroutines", groupedDigits(count),
          countChange(change) + " since the start" + (collections.map { ", GC \($0)" } ?? ""),
          vitals.recentGoroutines))
    } else if let collections {
      lines.append(line("GC", collections, "", []))
    }
    return lines
  }

  /// The URL as it was probably typed: the defaults need not be shown.
  private var shortURL: String {
    let (scheme, page) = ("http://", "/debug/pprof/heap")
    guard url.hasPrefix(scheme), url.hasSuffix(page) else { return url }
    return String(url.dropFirst(scheme.count).dropLast(page.count))
  }

  /// - Parameter growth: the growth that the rows belong to.
  private func table(
    _ style: TextStyle, _ rows: [Growth.Row], _ growth: Growth
  ) -> [String] {
    let places = rows.map { placeText($0.file, $0.line) }
    let placeWidth = places.map(\.count).max() ?? 0
    let sparkWidth = min(16, max(5, rows.map(\.values.recent.count).max() ?? 0))
    let isBySize = view.order == .size
    // A line's place is never cut, so columns are dropped: growth in objects is a smaller loss than
    // the verdict.
    var columns: [TextTable.Column] = [
      .figures("now", rank: isBySize ? nil : 6), .figures("growth", rank: isBySize ? 0 : nil),
      .figures("rate", rank: 2),
    ]
    if growth.countsObjects {
      columns += [.figures("objects", rank: 4), .figures("rate", rank: 5)]
    }
    if growth.trend != nil { columns.append(.figures("verdict", rank: 1)) }
    columns.append(.words("trend", rank: 3))
    var table = TextTable(
      columns, rest: view.showsAllocations ? "line, allocated since the start" : "line",
      leastRest: placeWidth + Self.functionWidth, breaksRows: false)
    for (row, place) in zip(rows, places) {
      var cells = [
        size(row.values.last), change(row.values.growth), rate(row.values.growth),
      ]
      if growth.countsObjects {
        cells += [countChange(row.objects.growth), countRate(row.objects.growth)]
      }
      if growth.trend != nil { cells.append(growth.verdict(of: row)?.rawValue ?? "") }
      cells.append(sparkline(row.values.recent, width: sparkWidth))
      table.add(cells) { width in
        let function = style.name(row.function).fitted(to: width - placeWidth - 2)
        return function.isEmpty
          ? place : place.padded(to: placeWidth) + "  " + style.marked(function, .user)
      }
    }
    return table.lines(style)
  }

  /// The smallest useful width for a function's name.
  private static let functionWidth = 18

  private func place(_ row: Growth.Row) -> String {
    "\(shown(row.function)) \(placeText(row.file, row.line))"
  }
}

extension String {
  /// The beginning of the text, at most this many characters.
  fileprivate func prefixed(_ width: Int) -> String {
    count <= width ? self : prefix(max(0, width - 1)) + "…"
  }
}
