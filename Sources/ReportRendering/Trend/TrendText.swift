package import HeapAnalysis
import ProfileModel

extension Trend {
  /// Returns the growth of each line with a verdict, for a screen.
  ///
  /// - Parameter count: the most rows; 0 for all.
  package func text(_ style: TextStyle, count: Int) -> TextOutput {
    var output = TextOutput()
    func size(_ value: Int64) -> String { ScaledValue(value, from: unit, to: "auto").text }
    func rate(_ value: Double) -> String {
      (value > 0 ? "+" : "") + size(Int64(clamping: value)) + "/s"
    }
    let seconds = Double((times.last ?? 0) &- (times.first ?? 0)) / 1e9
    output.line(
      style.marked("TREND", .heading) + "  \(shown(sampleType)) in \(totals.count) profiles over "
        + ScaledValue(Int64(clamping: seconds * 1000), from: "ms", to: "auto").text)
    output.line("total \(totals.map(size).joined(separator: " → "))")
    output.line()
    output.line(
      style.marked(
        "    growth        rate  verdict  " + "trend".padded(to: totals.count) + "  line", .heading)
    )
    let changed = rows.filter { $0.growth != 0 }
    for row in count > 0 ? changed.prefix(count) : changed[...] {
      let verdict = row.verdict.rawValue.padded(to: 7)
      output.line(
        ((row.growth > 0 ? "+" : "") + size(row.growth)).rightAligned(to: 10)
          + rate(row.bytesPerSecond).rightAligned(to: 12) + "  "
          + (row.verdict == .leak ? style.marked(verdict, .hot) : verdict) + "  "
          + sparkline(row.values, width: totals.count).padded(to: 5) + "  "
          + style.marked(shown(row.function), .user)
          + "  \(shown(shortPath(row.file))):\(row.line)")
    }
    if count > 0, changed.count > count {
      output.line(style.marked("            and \(changed.count - count) more lines", .faint))
    }
    output.line()
    if let leak = leaks.first {
      output.line(
        "Leak suspect: " + style.marked(shown(leak.function), .user)
          + " at \(shown(shortPath(leak.file))):\(leak.line) holds \(size(leak.values.last ?? 0))"
          + " and grows by \(rate(leak.bytesPerSecond)).")
      if let rule = HotspotRule.named("retained-cache") { output.line("  fix  " + rule.advice) }
    } else {
      output.line("No line grows steadily.")
    }
    return output
  }
}
