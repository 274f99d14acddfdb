/// Walks through a range of bytes, one small pattern after another.
///
/// The patterns are those of pprof's regular expressions; each step takes as
/// much as it can and none goes back.
struct ByteScanner {
  let bytes: [UInt8]
  var position: Int
  let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The byte at the position, or nil at the end.
  var next: UInt8? { position < end ? bytes[position] : nil }

  /// Takes as many bytes as satisfy the test, perhaps none.
  @discardableResult
  mutating func takeWhile(_ test: (UInt8) -> Bool) -> Range<Int> {
    let start = position
    while position < end, test(bytes[position]) { position += 1 }
    return start..<position
  }

  /// Takes one byte, or nothing and returns false.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Takes a text, or nothing and returns false.
  mutating func take(_ text: StaticString) -> Bool {
    guard hasText(text, at: position) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  mutating func skipSpaces() { takeWhile { $0 == UInt8(ascii: " ") } }

  /// Takes decimal digits; nil when there is none.
  mutating func takeDigits() -> Range<Int>? {
    let range = takeWhile(isDigit)
    return range.isEmpty ? nil : range
  }

  /// Takes `-` and digits, or digits; nil when there is none.
  mutating func takeSignedDigits() -> Range<Int>? {
    let start = position
    _ = take(UInt8(ascii: "-"))
    guard takeDigits() != nil else { return nil }
    return start..<position
  }

  /// Takes hexadecimal digits of either case; nil when there is none.
  mutating func takeHexDigits() -> Range<Int>? {
    let range = takeWhile { hexDigit($0) != nil }
    return range.isEmpty ? nil : range
  }

  /// Moves to the first place of a text, at or after the position.
  ///
  /// - Returns: false, and the position is the end, when there is none.
  mutating func moveTo(_ text: StaticString) -> Bool {
    while position < end {
      if hasText(text, at: position) { return true }
      position += 1
    }
    return false
  }

  private func hasText(_ text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { text in
      guard end - index >= text.count else { return false }
      for offset in 0..<text.count where bytes[index + offset] != text[offset] { return false }
      return true
    }
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

/// What `\s` matches in RE2.
func isSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
}

/// Returns the worth of a hexadecimal digit of either case, or nil.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

extension [UInt8] {
  /// Returns the range without white space at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var range = range
    // Unlike `\s`, trimming knows the vertical tab.
    while let first = range.first, isSpace(self[first]) || self[first] == 0x0B {
      range = (range.lowerBound + 1)..<range.upperBound
    }
    while let last = range.last, isSpace(self[last]) || self[last] == 0x0B {
      range = range.lowerBound..<last
    }
    return range
  }

  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    var scanner = ByteScanner(self, range)
    return scanner.take(text) && scanner.position == range.upperBound
  }
}
