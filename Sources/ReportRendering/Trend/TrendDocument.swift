package import HeapAnalysis
import ProfileModel

extension Trend {
  /// The rows that leak and hold a noticeable part of what is live at the end.
  var leaks: [Row] {
    rows.filter { $0.verdict == .leak && total > 0 && share(of: $0) >= 0.01 }
  }

  /// What is live in the last profile.
  private var total: Double { Double(totals.last ?? 0) }

  /// The part of the last profile that a row holds.
  private func share(of row: Row) -> Double {
    total == 0 ? 0 : Double(row.values.last ?? 0) / total
  }

  /// Returns the trend as JSON (docs/schema.md).
  package func json() -> TextOutput {
    func place(_ row: Row) -> [String: JSONValue] {
      [
        "function": .string(row.function), "file": .string(row.file), "line": .integer(row.line),
        "share": .number(share(of: row)),
      ]
    }
    let finding: JSONValue = .object([
      "kind": .string("retained-cache"),
      "share": .number(leaks.reduce(0) { $0 + share(of: $1) }),
      "bytesPerSecond": .number(leaks.reduce(0) { $0 + $1.bytesPerSecond }),
      "blame": .array(leaks.map { .object(place($0)) }),
    ])
    return jsonText(
      JSONValue.object([
        "schema": .string("heapscope.trend/1"), "sampleType": .string(sampleType),
        "unit": .string(unit), "module": .string(modulePath),
        "timesNanoseconds": .array(times.map { .integer($0) }),
        "totals": .array(totals.map { .integer($0) }),
        "findings": .array(leaks.isEmpty ? [] : [finding]),
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

  /// Returns the trend as a table, one row a line of code.
  package func document() -> ReportDocument {
    ReportDocument(
      "trend",
      facts: [
        "sampleType": .text(sampleType), "profiles": .integer(Int64(times.count)),
        "total": .measure(totals.last ?? 0, unit: unit),
      ],
      [
        .init(
          "rows",
          [
            "function", "file", "line", "verdict", "share", "growth", "bytesPerSecond", "values",
          ],
          rows.map { row in
            [
              .name(Array(row.function.utf8)), .name(Array(row.file.utf8)), .integer(row.line),
              .text(row.verdict.rawValue), .share(share(of: row)),
              .measure(row.growth, unit: unit), .number(row.bytesPerSecond),
              .list(row.values.map { .measure($0, unit: unit) }),
            ]
          })
      ])
  }
}
