import LogText

/// The `NAME=VALUE` lines of a memory map, which define what `$NAME` stands for.
struct MemoryMapSubstitutions {
  /// A limit on names tried and bytes inserted. Values may contain other names, so without a limit
  /// a few lines could grow without end.
  static let stepLimit = 1 << 26

  /// These are for lists of build directories, which are not longer.
  private static let definitionLimit = 256

  /// With their `$`, in the order of the text: the first that matches counts.
  private var names: [[UInt8]] = []
  private var values: [[UInt8]] = []
  private var steps = 0

  init() {}

  /// Reads a definition, if the line has a `=`. Further ones are ignored after the first few
  /// hundred.
  mutating func define(by bytes: [UInt8], _ range: Range<Int>) {
    guard let equals = bytes[range].firstIndex(of: UInt8(ascii: "=")),
      names.count < Self.definitionLimit
    else { return }
    let name = [UInt8(ascii: "$")] + bytes[bytes.trimmed(range.lowerBound..<equals)]
    if names.contains(name) { return }
    names.append(name)
    values.append(Array(bytes[bytes.trimmed((equals + 1)..<range.upperBound)]))
  }

  /// Returns the line with all names replaced, or nil when that would exceed ``stepLimit``, counted
  /// over all lines.
  mutating func apply(
    to bytes: [UInt8], _ range: Range<Int>
  ) -> (bytes: [UInt8], range: Range<Int>)? {
    guard !names.isEmpty, bytes[range].contains(UInt8(ascii: "$")) else { return (bytes, range) }
    var result: [UInt8] = []
    var scanner = ByteCursor(bytes[range])
    while let next = scanner.next {
      guard next == UInt8(ascii: "$") else {
        result.append(next)
        scanner.position += 1
        continue
      }
      let rest = bytes[scanner.position..<range.upperBound]
      let row = names.firstIndex { rest.starts(with: $0) }
      let replacement = row.map { values[$0] } ?? [next]
      steps += names.count + replacement.count
      if steps > Self.stepLimit { return nil }
      result += replacement
      scanner.position += row.map { names[$0].count } ?? 1
    }
    return (result, result.indices)
  }
}
