/// What one way to write something costs an operation, as Fixtures/benchmarks/measure
/// recorded it in measured-costs.tsv.
package struct MeasuredCost: Sendable, Equatable {
  package var rule: String

  /// `before`, `after`, or another remedy in words.
  package var variant: String

  /// The version of Go, such as `1.27.3`.
  package var goVersion: String

  /// Allocated, an operation.
  package var bytes: Int64
  package var allocations: Int64

  /// Still held in the end, an operation; nil where it was not measured.
  package var liveBytes: Int64?

  /// All that is recorded, by rule, each rule's `before` and `after` first.
  package static let all = String(decoding: PackageResources.measured_costs_tsv, as: UTF8.self)
    .split(separator: "\n").dropFirst().compactMap(MeasuredCost.init)

  package static func all(of rule: String) -> [MeasuredCost] { all.filter { $0.rule == rule } }

  /// Reads a line of the record: texts and numbers with tabs between them.
  private init?(_ line: Substring) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard fields.count == 6, let bytes = Int64(fields[3]), let allocations = Int64(fields[4])
    else { return nil }
    rule = String(fields[0])
    variant = String(fields[1])
    goVersion = String(fields[2])
    self.bytes = bytes
    self.allocations = allocations
    liveBytes = Int64(fields[5])
  }
}
