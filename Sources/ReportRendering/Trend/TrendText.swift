package import HeapAnalysis
import ProfileModel

extension Trend {
  /// The rows that leak and hold a noticeable part of what is live at the end.
  var leaks: [Row] {
    let total = Double(totals.last ?? 0)
    return rows.filter {
      $0.verdict == .leak && total > 0 && Double($0.values.last ?? 0) >= 0.01 * total
    }
  }

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
        "    growth        rate  verdict  " + "trend".padded(to: totals.count) + "  line", .heading))
    let changed = rows.filter { $0.growth != 0 }
    for row in count > 0 ? changed.prefix(count) : changed[...] {
      let verdict = row.verdict.rawValue.padded(to: 7)
      output.line(
        ((row.growth > 0 ? "+" : "") + size(row.growth)).rightAligned(to: 10)
          + rate(row.bytesPerSecond).rightAligned(to: 12) + "  "
          + (row.verdict == .leak ? style.marked(verdict, .hot) : verdict) + "  "
          + sparkline(row.values).padded(to: 5) + "  " + style.marked(shown(row.function), .user)
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

  /// A bar a value, from nothing to the largest.
  private func sparkline(_ values: [Int64]) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    let largest = Double(values.map(\.magnitude).max() ?? 0)
    return String(
      values.map { largest == 0 ? bars[0] : bars[Int(Double($0.magnitude) / largest * 7)] })
  }

  /// Returns the trend as JSON, `heapscope.trend/1`; its schema is not written down yet.
  package func json() -> TextOutput {
    let total = Double(totals.last ?? 0)
    func share(_ row: Row) -> Double { total == 0 ? 0 : Double(row.values.last ?? 0) / total }
    func place(_ row: Row) -> [String: JSONValue] {
      [
        "function": .string(row.function), "file": .string(row.file), "line": .integer(row.line),
        "share": .number(share(row)),
      ]
    }
    let findings: [JSONValue] =
      leaks.isEmpty
      ? []
      : [
        .object([
          "kind": .string("retained-cache"),
          "share": .number(leaks.reduce(0) { $0 + share($1) }),
          "bytesPerSecond": .number(leaks.reduce(0) { $0 + $1.bytesPerSecond }),
          "blame": .array(leaks.map { .object(place($0)) }),
        ])
      ]
    return jsonText(
      JSONValue.object([
        "schema": .string("heapscope.trend/1"), "sampleType": .string(sampleType),
        "unit": .string(unit), "module": .string(modulePath),
        "timesNanoseconds": .array(times.map { .integer($0) }),
        "totals": .array(totals.map { .integer($0) }), "findings": .array(findings),
        "rows": .array(
          rows.map { row in
            var object = place(row)
            object["values"] = .array(row.values.map { .integer($0) })
            object["growth"] = .integer(row.growth)
            object["bytesPerSecond"] = .number(row.bytesPerSecond)
            object["verdict"] = .string(row.verdict.rawValue)
            return .object(object)
          }),
      ]))
  }
}
