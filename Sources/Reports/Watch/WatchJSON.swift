import HeapAnalysis
import Metrics

extension WatchReport {
  /// What a line of JSON reports.
  package enum JSONEvent: String, Sendable {
    case snapshot, summary
  }

  /// Returns one object on one line, `heapscope.watch/1`.
  ///
  /// - Parameters:
  ///   - path: the file of the last snapshot.
  ///   - exceeded: whether growth exceeded the limit; nil without one.
  package func json(_ event: JSONEvent, path: String, exceeded: Bool?) -> TextOutput {
    var object: [String: JSONValue] = [
      "schema": .string("heapscope.watch/1"), "event": .string(event.rawValue),
      "url": .string(url), "file": .string(path),
      "snapshots": .integer(Int64(growth.snapshotCount)),
      "restarts": .integer(Int64(growth.restartCount)),
      "failures": .integer(Int64(failureCount)), "timeNanoseconds": .integer(growth.lastTime),
      "startNanoseconds": .integer(growth.startTime), "sampleType": .string(growth.sampleType),
      "unit": .string(growth.unit), "exceeded": exceeded.map { .bool($0) } ?? .null,
      "goroutines": vitals.goroutines.map { .integer($0) } ?? .null,
      "collectionsPerSecond": vitals.collectionsPerSecond.map { .number($0) } ?? .null,
      "verdict": growth.trend.map { .string($0.totalVerdict.rawValue) } ?? .null,
    ]
    object.merge(values(growth.totals, growth.objectTotals)) { $1 }
    object["rows"] = .array(
      shownRows.map { row in
        .object(
          [
            "function": .string(row.function), "file": .string(row.file),
            "line": .integer(row.line),
            "verdict": growth.verdict(of: row).map { .string($0.rawValue) } ?? .null,
          ].merging(values(row.values, row.objects)) { $1 })
      })
    return jsonText(.object(object), .line)
  }

  private func values(_ values: Growth.Series, _ objects: Growth.Series) -> [String: JSONValue] {
    [
      "value": .integer(values.last), "growth": .integer(values.growth),
      "perSecond": .number(growth.perSecond(values.growth)),
      "objects": growth.countsObjects ? .integer(objects.last) : .null,
      "objectGrowth": growth.countsObjects ? .integer(objects.growth) : .null,
      "objectsPerSecond": growth.countsObjects
        ? .number(growth.perSecond(objects.growth)) : .null,
    ]
  }
}
