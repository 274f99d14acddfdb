import LogText

/// The patterns of pprof's regular expressions. Each takes as much as it can, and none backtracks.
extension ByteCursor {
  mutating func skipSpaces() { takeWhile { $0 == UInt8(ascii: " ") } }

  /// Takes decimal digits; nil when there is none.
  mutating func takeDigits() -> Range<Int>? {
    let range = takeWhile(\.isDigit)
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
    let range = takeWhile { $0.hexDigit != nil }
    return range.isEmpty ? nil : range
  }
}

/// What `\s` matches in RE2.
func isSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// Returns the range without white space at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var range = range
    // Unlike `\s`, trimming includes the vertical tab.
    while let first = range.first, isSpace(self[first]) || self[first] == 0x0B {
      range = (range.lowerBound + 1)..<range.upperBound
    }
    while let last = range.last, isSpace(self[last]) || self[last] == 0x0B {
      range = range.lowerBound..<last
    }
    return range
  }
}
