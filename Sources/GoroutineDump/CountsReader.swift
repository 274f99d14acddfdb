import Foundations
import LogText
import ProfileModel

/// Reads the `debug=1` format: stacks with the number of goroutines that have each.
///
///     goroutine profile: total 86
///     13 @ 0x48beaa 0x419c4e 0x419792 0x5c3d38 0x492da1
///     # labels: {"tenant":"a"}
///     #	0x5c3d37	main.(*pool).worker+0x17	example.com/waiters/main.go:47
///
/// Runtime functions at the leaf have only an address here, without a line.
struct CountsReader: Sendable {
  private(set) var isInside = false

  /// What a logger writes before each line.
  private var prefix = LinePrefix()
  private var record: Record?
  private var records: [Record] = []

  /// The last line, which may continue in the next.
  private var piece: [UInt8] = []

  private struct Record: Sendable {
    var count: Int
    var addresses: [UInt64]

    /// The number of addresses at the leaf without a line.
    var hiddenCount: Int?
    var stack: [LocationID] = []
    var labels: [GoroutineLabel] = []
  }

  private static let recordLimit = 1 << 20
  private static let pieceLimit = 1 << 14
  private static let titles: [StaticString] = [
    "goroutine profile: total ", "goroutineleak profile: total ",
  ]

  /// - Returns: false when the line is not of this format.
  mutating func add(
    _ line: ArraySlice<UInt8>, _ series: inout GoroutineSeries, name: String, process: String
  ) -> Bool {
    if let start = line.position(of: "profile: total ") {
      for title in Self.titles {
        let front = start - title.utf8CodeUnitCount + 15
        guard line.has(title, at: front) else { continue }
        var rest = line[(front + title.utf8CodeUnitCount)...]
        guard rest.takeNumber() != nil else { continue }
        finish(&series, name: name, process: process)
        prefix = LinePrefix(line[..<front])
        isInside = true
        return true
      }
    }
    guard isInside else { return false }
    let text = line[(prefix.textStarts(in: line).first ?? line.startIndex)...].trimmed
    if text.isEmpty { return true }
    if read(text, &series) {
      piece = Array(text)
      return true
    }
    // The previous line may have been wrapped.
    guard !piece.isEmpty, piece.count < Self.pieceLimit else { return false }
    for joint in [[], [UInt8(0x20)]] {
      let whole = piece + joint + text
      if read(whole[...], &series, goesOn: true) {
        piece = whole
        return true
      }
    }
    if piece.first == UInt8(ascii: "#") {
      piece += text
      return true
    }
    return false
  }

  /// - Parameter goesOn: the line was read before, without its end.
  private mutating func read(
    _ text: ArraySlice<UInt8>, _ series: inout GoroutineSeries, goesOn: Bool = false
  ) -> Bool {
    if text.first == UInt8(ascii: "#") { return addFrame(text, &series) }
    var text = text
    guard let count = text.takeNumber(), text.take(" @") else { return false }
    let words = text.split(separator: 0x20)
    guard words.allSatisfy({ $0.hasPrefix("0x") }) else { return false }
    if goesOn, record?.stack.isEmpty ?? false { record = nil }
    close()
    record = Record(count: Int(clamping: count), addresses: words.prefix(512).map(Self.address))
    return true
  }

  private mutating func addFrame(
    _ text: ArraySlice<UInt8>, _ series: inout GoroutineSeries
  ) -> Bool {
    guard var record else { return false }
    let rest = text.dropFirst().trimmed
    if rest.hasPrefix("labels:") {
      if let (labels, _) = GoroutineLabel.all(rest.dropFirst(7).trimmed) {
        self.record?.labels = labels
      }
      return true
    }
    guard let line = SymbolLine(text), let number = line.line else { return false }
    // A single owner, so that the stack grows in place.
    self.record = nil
    if record.hiddenCount == nil {
      // A line gives the address of the call, one byte before the return address.
      record.hiddenCount = record.addresses.firstIndex {
        $0 == line.address || $0 == line.address &+ 1
      }
    }
    if record.stack.count < 4096 {
      record.stack.append(series.location(text[line.name], file: text[line.file], line: number))
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

  mutating func finish(_ series: inout GoroutineSeries, name: String, process: String) {
    close()
    guard isInside else { return }
    isInside = false
    piece = []
    if records.isEmpty { return }
    let snapshot = series.begin(name, process: process)
    // The runtime's parking function is the most frequent leaf.
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
      goroutine.labels = record.labels
      series.add(goroutine, to: snapshot)
    }
    records = []
  }

  private func kind(
    _ record: Record, park: UInt64?, _ series: GoroutineSeries
  ) -> GoroutineState.Kind {
    if case .known(let kind) = series.kind(of: record.stack) { return kind }
    guard let hidden = record.hiddenCount, hidden > 1, record.addresses[0] == park else {
      return record.hiddenCount == nil ? .other : .running
    }
    // The callers of the parking function are `selectgo`, or `chanrecv1` and `chanrecv`.
    return hidden == 2 ? .select : hidden == 3 ? .channel : .parked
  }
}
