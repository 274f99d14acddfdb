import HeapAnalysis
import ProfileModel

extension TrendReport {
  /// A rate; null when there is none.
  private func perSecond(_ value: Double?) -> JSONValue { trend.hasRates ? number(value) : .null }

  private func number(_ value: Double?) -> JSONValue {
    value.map { $0.isFinite ? .number($0) : .null } ?? .null
  }

  /// Returns the trend as JSON (docs/schema.md).
  package func json() -> TextOutput {
    // `share` sums up over lines of one kind, as in `hotspots`.
    let suspects = trend.suspects
    let finding: JSONValue = .object([
      "kind": .string(leakKind?.rawValue ?? "growth"),
      "share": .number(suspects.reduce(0) { $0 + trend.share(of: $1) }),
      "bytesPerSecond": perSecond(suspects.reduce(0) { $0 + $1.live.fit.slope }),
      "blame": .array(suspects.map { .object(suspect($0)) }),
    ])
    let total = trend.total
    return jsonText(
      JSONValue.object([
        "schema": .string("heapscope.trend/1"), "sampleType": .string(trend.sampleType),
        "unit": .string(trend.unit), "module": .string(trend.modulePath),
        "granularity": .string(trend.granularity.rawValue),
        "timesNanoseconds": .array(trend.times.map { .integer($0) }),
        "hasTimes": .bool(trend.hasTimes),
        "oneBuild": trend.hasSeveralBuilds
          ? .bool(false) : trend.isOneProcess == true ? .bool(true) : .null,
        "oneProcess": trend.isOneProcess.map { .bool($0) } ?? .null,
        "totals": .array(total.values.map { .integer($0) }),
        "objectTotals": trend.objectTotal.map { .array($0.values.map { .integer($0) }) } ?? .null,
        "total": .object(
          measure(total, prefix: "bytes").merging([
            "verdict": .string(trend.totalVerdict.rawValue)
          ]) { $1 }),
        "findings": .array(suspects.isEmpty ? [] : [finding]),
        "forecast": forecast.map { .object(forecastFields($0)) } ?? .null,
        "rows": .array(trend.rows.map { .object(row($0)) }),
      ]))
  }

  private func place(of row: Trend.Row) -> [String: JSONValue] {
    [
      "function": .string(row.function), "file": .string(row.file), "line": .integer(row.line),
      "share": .number(trend.share(of: row)),
    ]
  }

  /// `bytesPerSecond`, `bytesPerSecondLow`, `bytesPerSecondHigh`.
  private func measure(_ measure: Trend.Course, prefix: String) -> [String: JSONValue] {
    [
      "\(prefix)PerSecond": perSecond(measure.fit.slope),
      "\(prefix)PerSecondLow": perSecond(measure.fit.interval?.low),
      "\(prefix)PerSecondHigh": perSecond(measure.fit.interval?.high),
    ]
  }

  private func suspect(_ row: Trend.Row) -> [String: JSONValue] {
    place(of: row).merging(measure(row.live, prefix: "bytes")) { $1 }.merging([
      "advice": advice(for: row).map { .string($0) } ?? .null,
      "verdict": .string(row.verdict.rawValue),
      "paths": .array(
        row.paths.map { path in
          .object([
            "functions": .array(path.functions.map { .string($0) }), "share": .number(path.share),
          ])
        }),
    ]) { $1 }
  }

  private func row(_ row: Trend.Row) -> [String: JSONValue] {
    var object = place(of: row).merging(measure(row.live, prefix: "bytes")) { $1 }
    object["values"] = .array(row.values.map { .integer($0) })
    object["growth"] = .integer(row.growth)
    object["objects"] = row.objects.map { .array($0.values.map { .integer($0) }) } ?? .null
    object["objectGrowth"] = row.objects.map { .integer($0.growth) } ?? .null
    object["objectsPerSecond"] = perSecond(row.objects?.fit.slope)
    object["objectsPerSecondLow"] = perSecond(row.objects?.fit.interval?.low)
    object["objectsPerSecondHigh"] = perSecond(row.objects?.fit.interval?.high)
    object["allocated"] = row.allocated.map { .integer($0) } ?? .null
    object["probability"] = number(row.live.fit.probability)
    object["verdict"] = .string(row.verdict.rawValue)
    object["fileBefore"] = row.earlier.map { .string($0.file) } ?? .null
    object["lineBefore"] = row.earlier.map { .integer($0.line) } ?? .null
    object["stack"] = .array(row.stack.map { .string($0) })
    return object
  }

  private func forecastFields(_ forecast: Forecast) -> [String: JSONValue] {
    [
      "limit": number(forecast.limit), "factor": number(forecast.factor),
      "liveBytes": number(forecast.liveBytes), "seconds": number(forecast.seconds),
      "secondsLow": number(forecast.interval?.low),
      "secondsHigh": number(forecast.interval?.high), "reason": .string(factorReason),
      "text": .string(forecastText(forecast)),
    ]
  }
}
