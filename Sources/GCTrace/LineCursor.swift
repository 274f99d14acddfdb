/// Reads a line from left to right.
struct LineCursor {
  let bytes: ArraySlice<UInt8>
  var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }
  var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// Steps over a text if it stands here.
  mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.endIndex - position >= count else { return false }
    let isHere = text.withUTF8Buffer { bytes[position..<position + count].elementsEqual($0) }
    if isHere { position += count }
    return isHere
  }

  mutating func skipBlanks() {
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  mutating func number() -> UInt64? {
    var value: UInt64 = 0
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  /// A number of at most 18 digits, a decimal comma or point among them.
  mutating func decimal() -> Double? {
    let start = position
    var value = 0.0
    var divisor = 1.0
    var isFraction = false
    var digits = 0
    while let byte = next {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        digits += 1
        value = value * 10 + Double(byte - UInt8(ascii: "0"))
        if isFraction { divisor *= 10 }
      } else if !isFraction, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") {
        // A comma that no digit follows ends the number.
        guard position + 1 < bytes.endIndex,
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position + 1])
        else { break }
        isFraction = true
      } else {
        break
      }
      position += 1
    }
    if digits == 0 || digits > 18 {
      position = start
      return nil
    }
    return value / divisor
  }

  /// A time in milliseconds, as nanoseconds.
  mutating func milliseconds() -> Int64? {
    decimal().flatMap { Int64(exactly: ($0 * 1e6).rounded()) }
  }
}

extension ArraySlice<UInt8> {
  /// Where a text first stands at or after an index, or nil.
  func position(of text: StaticString, from start: Int? = nil) -> Int? {
    let count = text.utf8CodeUnitCount
    var index = start ?? startIndex
    return text.withUTF8Buffer { wanted in
      while index + count <= endIndex {
        if self[index] == wanted[0], self[index..<index + count].elementsEqual(wanted) {
          return index
        }
        index += 1
      }
      return nil
    }
  }

  var text: String { String(decoding: self, as: UTF8.self) }

  /// Without blanks at both ends.
  var trimmed: ArraySlice<UInt8> {
    var part = self
    while let byte = part.first, byte == 0x20 || byte == 0x09 { part.removeFirst() }
    while let byte = part.last, byte == 0x20 || byte == 0x09 || byte == 0x0d { part.removeLast() }
    return part
  }
}
