import HeapAnalysis

extension TrendReport {
  /// Returns the trend as tables; the first has one row per row of the trend.
  package func document() -> ReportDocument {
    func cell(_ value: Double?) -> ReportDocument.Cell { value.map { .number($0) } ?? .none }
    func rate(_ value: Double?) -> ReportDocument.Cell { trend.hasRates ? cell(value) : .none }
    let unit = trend.unit
    return ReportDocument(
      "trend",
      facts: [
        "sampleType": .text(trend.sampleType), "profiles": .integer(Int64(trend.times.count)),
        "total": .measure(trend.totals.last ?? 0, unit: unit),
        "forecast": forecast.map { .text(forecastText($0)) } ?? .none,
      ],
      [
        .init(
          "rows",
          [
            "function", "file", "line", "verdict", "share", "growth", "bytesPerSecond", "values",
            "bytesPerSecondLow", "bytesPerSecondHigh", "objectGrowth", "objectsPerSecond",
            "allocated", "stack", "fileBefore", "lineBefore",
          ],
          trend.rows.map { row in
            [
              .name(Array(row.function.utf8)), .name(Array(row.file.utf8)), .integer(row.line),
              .text(row.verdict.rawValue), .share(trend.share(of: row)),
              .measure(row.growth, unit: unit), rate(row.live.fit.slope),
              .list(row.values.map { .measure($0, unit: unit) }),
              rate(row.live.fit.interval?.low), rate(row.live.fit.interval?.high),
              row.objects.map { .integer($0.growth) } ?? .none, rate(row.objects?.fit.slope),
              row.allocated.map { .measure($0, unit: unit) } ?? .none,
              .list(row.stack.map { .name(Array($0.utf8)) }),
              row.earlier.map { .name(Array($0.file.utf8)) } ?? .none,
              row.earlier.map { .integer($0.line) } ?? .none,
            ]
          }),
        .init(
          "suspects", ["function", "file", "line", "share", "bytesPerSecond", "path", "advice"],
          trend.suspects.map { row in
            [
              .name(Array(row.function.utf8)), .name(Array(row.file.utf8)), .integer(row.line),
              .share(trend.share(of: row)), rate(row.live.fit.slope),
              .list((row.paths.first?.functions ?? []).map { .name(Array($0.utf8)) }),
              advice(for: row).map { .text($0) } ?? .none,
            ]
          }),
      ])
  }
}
