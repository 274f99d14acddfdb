/// Reads bytes of a text from left to right, one small pattern after another.
///
/// The code that examines single bytes is compiled into the modules that use it.
public struct ByteCursor {
  /// The text, from its start to its end.
  public let bytes: ArraySlice<UInt8>

  /// The index of the next byte.
  public var position: Int

  /// Begins at the start of the text.
  @inlinable public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Begins at an index of the text.
  @inlinable public init(_ bytes: ArraySlice<UInt8>, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// No byte is left.
  @inlinable @inline(__always) public var isAtEnd: Bool { position >= bytes.endIndex }

  /// The next byte; nil at the end.
  @inlinable @inline(__always) public var next: UInt8? {
    position < bytes.endIndex ? bytes[position] : nil
  }

  /// What is left of the text.
  @inlinable public var rest: ArraySlice<UInt8> { bytes[position...] }

  /// Skips a byte if it is next.
  @inlinable public mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Skips bytes as long as they satisfy the test, perhaps none; returns their range.
  @inlinable @discardableResult
  public mutating func takeWhile(_ test: (UInt8) -> Bool) -> Range<Int> {
    let start = position
    while let byte = next, test(byte) { position += 1 }
    return start..<position
  }

  /// Moves to the first occurrence of a text, here or later. Without one, moves to the end and
  /// returns false.
  @inlinable public mutating func moveTo(_ text: StaticString) -> Bool {
    let found = bytes.position(of: text, from: position)
    position = found ?? bytes.endIndex
    return found != nil
  }

  /// Skips a text if it is next.
  @inlinable public mutating func take(_ text: StaticString) -> Bool {
    let isHere = bytes.has(text, at: position)
    if isHere { position += text.utf8CodeUnitCount }
    return isHere
  }

  /// Skips blanks and tabs.
  @inlinable @inline(__always) public mutating func skipBlanks() {
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  /// Reads a decimal number; nil if there is none, or it does not fit.
  @inlinable public mutating func number() -> UInt64? {
    var value: UInt64 = 0
    let start = position
    while let byte = next, byte.isDigit {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  /// Reads exactly `count` digits; nil if there are fewer.
  package mutating func digits(_ count: Int) -> Int? {
    var value = 0
    let start = position
    while position < start + count {
      guard let byte = next, byte.isDigit else {
        position = start
        return nil
      }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      position += 1
    }
    return value
  }

  /// Reads a number of at most 18 digits, perhaps with a decimal comma or point.
  package mutating func decimal() -> Double? {
    let start = position
    var value = 0.0
    var divisor = 1.0
    var isFraction = false
    var digits = 0
    while let byte = next {
      if byte.isDigit {
        digits += 1
        value = value * 10 + Double(byte - UInt8(ascii: "0"))
        if isFraction { divisor *= 10 }
      } else if !isFraction, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") {
        // A comma without a digit after it ends the number.
        guard position + 1 < bytes.endIndex, bytes[position + 1].isDigit else { break }
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

  /// Reads a time in milliseconds; returns nanoseconds.
  package mutating func milliseconds() -> Int64? {
    decimal().flatMap { Int64(exactly: ($0 * 1e6).rounded()) }
  }

  /// Reads the number after `0x`, at most 16 digits; nil without one.
  package mutating func address() -> UInt64? {
    let start = position
    guard take("0x") else { return nil }
    var value: UInt64 = 0
    let first = position
    while let byte = next, let digit = byte.hexDigit {
      if position - first == 16 {
        position = start
        return nil
      }
      value = value << 4 | UInt64(digit)
      position += 1
    }
    if position == first {
      position = start
      return nil
    }
    return value
  }
}
