extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0d }
}

extension ArraySlice<UInt8> {
  /// Steps over a text if it stands at the front.
  mutating func take(_ text: StaticString) -> Bool {
    let isHere = text.withUTF8Buffer { starts(with: $0) }
    if isHere { removeFirst(text.utf8CodeUnitCount) }
    return isHere
  }

  /// Takes a text off the end if it stands there.
  mutating func takeLast(_ text: StaticString) -> Bool {
    let isHere = hasSuffix(text)
    if isHere { removeLast(text.utf8CodeUnitCount) }
    return isHere
  }

  func hasSuffix(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { suffix($0.count).elementsEqual($0) }
  }

  /// Takes a decimal number; nil without one, or when it does not fit.
  mutating func takeNumber() -> UInt64? {
    var value: UInt64 = 0
    var end = startIndex
    while end < endIndex, (0x30...0x39).contains(self[end]) {
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = tens.addingReportingOverflow(UInt64(self[end] - 0x30))
      if isTooLarge || carries { return nil }
      value = sum
      end += 1
    }
    if end == startIndex { return nil }
    self = self[end...]
    return value
  }

  /// Where a text first stands at or after an index.
  func firstIndex(of text: StaticString, from start: Int) -> Int? {
    text.withUTF8Buffer { wanted in
      var index = start
      while index + wanted.count <= endIndex {
        guard let next = self[index...].firstIndex(of: wanted[0]) else { return nil }
        if self[next...].starts(with: wanted) { return next }
        index = next + 1
      }
      return nil
    }
  }

  /// Without blanks at both ends.
  var trimmed: ArraySlice<UInt8> {
    var part = self
    while let byte = part.first, byte.isBlank { part.removeFirst() }
    while let byte = part.last, byte.isBlank { part.removeLast() }
    return part
  }

  /// How many words stand here with blanks between them, up to 64.
  var wordCount: Int {
    var rest = self
    var count = 0
    while count < 64, let next = rest.dropping(words: 1) {
      count += 1
      rest = next
    }
    return rest.allSatisfy(\.isBlank) ? count : count + 1
  }

  /// What follows so many words and the blank after the last; nil when there are
  /// no more.
  func dropping(words: Int) -> ArraySlice<UInt8>? {
    var rest = self
    for _ in 0..<words {
      while let byte = rest.first, byte.isBlank { rest.removeFirst() }
      guard !rest.isEmpty, let end = rest.firstIndex(where: \.isBlank) else { return nil }
      rest = rest[end...]
    }
    return rest.dropFirst()
  }
}
