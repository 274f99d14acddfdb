import Foundations
import ProfileModel

/// Reads `debug=1`: stacks with how many goroutines have them.
///
///     goroutine profile: total 86
///     13 @ 0x48beaa 0x419c4e 0x419792 0x5c3d38 0x492da1
///     # labels: {"tenant":"a"}
///     #	0x5c3d37	main.(*pool).worker+0x17	example.com/waiters/main.go:47
///
/// The runtime's functions at the leaf have no line here, only an address.
struct CountsReader: Sendable {
  private var isInside = false
  private var record: Record?
  private var records: [Record] = []

  private struct Record: Sendable {
    var count: Int
    var addresses: [UInt64]

    /// How many addresses at the leaf have no line.
    var hiddenCount: Int?
    var stack: [LocationID] = []
  }

  private static let recordLimit = 1 << 20
  private static let titles: [StaticString] = [
    "goroutine profile: total ", "goroutineleak profile: total ",
  ]

  /// - Returns: false when the line is none of this form.
  mutating func add(
    _ line: ArraySlice<UInt8>, to series: inout GoroutineSeries, name: String
  ) -> Bool {
    for title in Self.titles {
      if let start = line.firstIndex(of: title, from: line.startIndex) {
        var rest = line[(start + title.utf8CodeUnitCount)...]
        guard rest.takeNumber() != nil else { continue }
        finish(&series)
        if series.snapshots.last?.total ?? 0 > 0 { series.begin(name) }
        isInside = true
        return true
      }
    }
    guard isInside else { return false }
    var text = line.trimmed
    if text.isEmpty { return true }
    if text.take("#") { return addFrame(text.trimmed, &series) }
    guard let count = text.takeNumber(), text.take(" @") else { return false }
    close()
    record = Record(
      count: Int(clamping: count),
      addresses: text.split(separator: UInt8(ascii: " ")).prefix(512).map(Self.address))
    return true
  }

  private mutating func addFrame(
    _ text: ArraySlice<UInt8>, _ series: inout GoroutineSeries
  ) -> Bool {
    guard record != nil else { return false }
    if text.starts(with: "labels:".utf8) { return true }
    let parts = text.split(separator: UInt8(ascii: "\t")).map(\.trimmed).filter { !$0.isEmpty }
    guard parts.count >= 3, let colon = parts[2].lastIndex(of: UInt8(ascii: ":")) else {
      return false
    }
    var digits = parts[2][(colon + 1)...]
    guard let number = digits.takeNumber() else { return false }
    let name = parts[1].lastIndex(of: UInt8(ascii: "+")).map { parts[1][..<$0] } ?? parts[1]
    guard var record else { return false }
    // One owner, so that the stack grows in place.
    self.record = nil
    if record.hiddenCount == nil {
      // A line names the call, one byte before where it returns to.
      let address = Self.address(parts[0])
      record.hiddenCount = record.addresses.firstIndex { $0 == address || $0 == address &+ 1 }
    }
    if record.stack.count < 4096 {
      record.stack.append(
        series.location(name, file: parts[2][..<colon], line: Int64(clamping: number)))
    }
    self.record = record
    return true
  }

  private static func address(_ text: ArraySlice<UInt8>) -> UInt64 {
    UInt64(String(decoding: text.dropFirst(2).prefix(17), as: UTF8.self), radix: 16) ?? 0
  }

  private mutating func close() {
    if let record, records.count < Self.recordLimit { records.append(record) }
    record = nil
  }

  mutating func finish(_ series: inout GoroutineSeries) {
    close()
    // Where the runtime parks goroutines is the leaf that most of them have.
    var leaves: [UInt64: Int] = [:]
    for record in records where record.hiddenCount ?? 0 > 1 {
      leaves[record.addresses[0]] = saturatingSum(leaves[record.addresses[0]] ?? 0, record.count)
    }
    let park = leaves.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    for record in records {
      var goroutine = Goroutine()
      goroutine.count = record.count
      goroutine.stack = record.stack
      goroutine.state = GoroutineState(derived: kind(record, park: park, series))
      series.add(goroutine)
    }
    records = []
    isInside = false
  }

  private func kind(
    _ record: Record, park: UInt64?, _ series: GoroutineSeries
  ) -> GoroutineState.Kind {
    if case .known(let kind) = series.kind(of: record.stack) { return kind }
    guard let hidden = record.hiddenCount, hidden > 1, record.addresses[0] == park else {
      return record.hiddenCount == nil ? .other : .running
    }
    // Above the parking stand `selectgo`, or `chanrecv1` and `chanrecv`.
    return hidden == 2 ? .select : hidden == 3 ? .channel : .parked
  }
}
