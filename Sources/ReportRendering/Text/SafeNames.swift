/// Returns a name that no terminal and no line-based reader can misunderstand.
///
/// Control characters, Unicode's line and paragraph separators, characters that
/// change the direction of text, and bytes that are no UTF-8 are written as
/// `\x1b` or `\u{2028}`. Everything else stays as it is, but for a backslash
/// that would read as such an escape, so that different names stay different.
///
/// - Parameter isReport: the text is a line of a report, in which tabs are columns, and
///   names have been escaped already where they had line ends.
package func safeName(_ name: some Collection<UInt8>, isReport: Bool = false) -> [UInt8] {
  if name.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) {
    return Array(name)
  }
  var result: [UInt8] = []
  var decoder = UTF8Pieces(Array(name))
  while let piece = decoder.next() {
    switch piece {
    case .invalid(let byte): result.append(contentsOf: hexEscape(byte))
    case .scalar(let scalar, let bytes):
      if isReport, scalar == "\t" || scalar == "\\" {
        result.append(contentsOf: bytes)
      } else if scalar.value < 0x80, scalar.value < 0x20 || scalar.value == 0x7f {
        result.append(contentsOf: hexEscape(UInt8(scalar.value)))
      } else if scalar == "\\",
        decoder.nextByte == UInt8(ascii: "x") || decoder.nextByte == UInt8(ascii: "u")
      {
        result.append(contentsOf: hexEscape(UInt8(ascii: "\\")))
      } else if isUnsafe(scalar) {
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
      } else {
        result.append(contentsOf: bytes)
      }
    }
  }
  return result
}

/// Returns a text with its control characters as `\x1b`, as reports in pprof's form write it.
///
/// There every other byte stays as pprof prints it, a tab too. But a name with a line end
/// in it would begin a line of its own, which a build's log may take for a command, and
/// an escape sequence would reach the terminal behind the pipe.
///
/// - Parameter keepsLines: whether line ends stay, as in comments of several lines.
func controlsEscaped(_ text: ArraySlice<UInt8>, keepsLines: Bool = false) -> ArraySlice<UInt8> {
  func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != UInt8(ascii: "\t") && !(keepsLines && byte == UInt8(ascii: "\n"))
      || byte == 0x7f
  }
  if !text.contains(where: isControl) { return text }
  var result: [UInt8] = []
  for byte in text {
    if isControl(byte) { result += hexEscape(byte) } else { result.append(byte) }
  }
  return result[...]
}

private func hexEscape(_ byte: UInt8) -> [UInt8] {
  let digits = String(byte, radix: 16)
  return Array(("\\x" + (digits.count < 2 ? "0" : "") + digits).utf8)
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x80...0x9f, 0x2028, 0x2029: true
  case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069, 0x061c: true
  default: false
  }
}

/// Splits bytes into the characters of UTF-8 and the bytes that are none.
private struct UTF8Pieces {
  enum Piece {
    case scalar(Unicode.Scalar, ArraySlice<UInt8>)
    case invalid(UInt8)
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var nextByte: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func next() -> Piece? {
    guard position < bytes.count else { return nil }
    let start = position
    let first = bytes[start]
    let length =
      first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0
    if length > 0, start + length <= bytes.count {
      var iterator = bytes[start..<start + length].makeIterator()
      var decoder = Unicode.UTF8()
      if case .scalarValue(let scalar) = decoder.decode(&iterator),
        UTF8.width(scalar) == length
      {
        position += length
        return .scalar(scalar, bytes[start..<start + length])
      }
    }
    position += 1
    return .invalid(first)
  }
}
