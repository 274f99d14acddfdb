import Glibc

extension UInt8 {
  /// A blank, a tab or a carriage return.
  @inlinable @inline(__always) public var isBlank: Bool {
    self == 0x20 || self == 0x09 || self == 0x0d
  }

  /// A decimal digit.
  @inlinable @inline(__always) public var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// An ASCII letter.
  @inlinable @inline(__always) public var isLetter: Bool {
    (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7a
  }

  /// The value of a hexadecimal digit of either case; nil for other bytes.
  @inlinable public var hexDigit: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }
}

extension ArraySlice<UInt8> {
  package var text: String { String(decoding: self, as: UTF8.self) }

  /// Whether a text is at an index.
  public func has(_ text: StaticString, at index: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index >= startIndex, endIndex - index >= count else { return false }
    return withUnsafeBytes { bytes in
      memcmp(bytes.baseAddress! + (index - startIndex), text.utf8Start, count) == 0
    }
  }

  package func hasPrefix(_ text: StaticString) -> Bool { has(text, at: startIndex) }
  package func hasSuffix(_ text: StaticString) -> Bool {
    has(text, at: endIndex - text.utf8CodeUnitCount)
  }

  package func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && hasPrefix(text)
  }

  /// The index of the first occurrence of a text at or after an index; nil without one.
  public func position(of text: StaticString, from start: Int? = nil) -> Int? {
    let start = start ?? startIndex
    let count = text.utf8CodeUnitCount
    guard start >= startIndex, endIndex - start >= count else { return nil }
    return withUnsafeBytes { bytes in
      // `memchr` examines many bytes at once, but finds only the first byte of the text; at most of
      // these places, the second byte differs.
      let wanted = text.utf8Start
      let second = count > 1 ? wanted[1] : wanted[0]
      let offset = count > 1 ? 1 : 0
      var from = start - startIndex
      while bytes.count - from >= count {
        guard
          let found = memchr(
            bytes.baseAddress! + from, Int32(wanted[0]), bytes.count - from - count + 1)
        else { return nil }
        let index = UnsafeRawPointer(found) - bytes.baseAddress!
        if bytes[index + offset] == second, memcmp(found, wanted, count) == 0 {
          return startIndex + index
        }
        from = index + 1
      }
      return nil
    }
  }

  package func contains(text: StaticString) -> Bool { position(of: text) != nil }

  /// The index of the first occurrence of a byte at or after an index; nil without one.
  package func position(of byte: UInt8, from start: Int? = nil) -> Int? {
    let start = start ?? startIndex
    guard start >= startIndex, start < endIndex else { return nil }
    return withUnsafeBytes { bytes in
      memchr(bytes.baseAddress! + (start - startIndex), Int32(byte), endIndex - start)
        .map { startIndex + (UnsafeRawPointer($0) - bytes.baseAddress!) }
    }
  }

  /// Removes a text from the front if it is there.
  package mutating func take(_ text: StaticString) -> Bool {
    let isHere = hasPrefix(text)
    if isHere { removeFirst(text.utf8CodeUnitCount) }
    return isHere
  }

  /// Removes a text from the end if it is there.
  package mutating func takeLast(_ text: StaticString) -> Bool {
    let isHere = hasSuffix(text)
    if isHere { removeLast(text.utf8CodeUnitCount) }
    return isHere
  }

  /// Removes a decimal number from the front; nil if there is none, or it does not fit.
  package mutating func takeNumber() -> UInt64? {
    var cursor = ByteCursor(self)
    guard let value = cursor.number() else { return nil }
    self = cursor.rest
    return value
  }

  /// Without blanks at both ends.
  package var trimmed: ArraySlice<UInt8> {
    var start = startIndex
    var end = endIndex
    while start < end, self[start].isBlank { start += 1 }
    while end > start, self[end - 1].isBlank { end -= 1 }
    return self[start..<end]
  }

  /// Without blanks at the front.
  package var trimmedFront: ArraySlice<UInt8> {
    var start = startIndex
    while start < endIndex, self[start].isBlank { start += 1 }
    return self[start...]
  }
}
