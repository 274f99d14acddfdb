/// The measured cost of one way to write something, per operation, from measured-costs.tsv, which
/// Fixtures/benchmarks/measure records.
package struct MeasuredCost: Sendable, Equatable {
  package var rule: String

  /// `before`, `after`, or another remedy in words.
  package var variant: String

  /// The Go version, for example `1.27.3`.
  package var goVersion: String

  /// Allocated bytes per operation.
  package var bytes: Int64
  package var allocations: Int64

  /// Bytes still held at the end, per operation; nil when not measured.
  package var liveBytes: Int64?

  /// All recorded costs, by rule, each rule's `before` and `after` first.
  package static let all = String(decoding: PackageResources.measured_costs_tsv, as: UTF8.self)
    .split(separator: "\n").dropFirst().compactMap(MeasuredCost.init)

  package static func all(of rule: String) -> [MeasuredCost] { all.filter { $0.rule == rule } }

  /// Reads a line of the record: texts and numbers separated by tabs.
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
