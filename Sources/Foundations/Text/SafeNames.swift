/// Returns a name that no terminal and no line-based reader can misinterpret.
///
/// Control characters, Unicode's line and paragraph separators, characters that change the
/// direction of text, and bytes that are not UTF-8 are written as `\x1b` or `\u{2028}`. Everything
/// else is unchanged, except a backslash that would look like such an escape, so that different
/// names stay different.
///
/// - Parameter isReport: the text is a line of a report, in which tabs are columns, and names with
///   line ends were escaped before.
@inlinable
public func safeName(_ name: some Collection<UInt8>, isReport: Bool = false) -> [UInt8] {
  let isPlain = name.allSatisfy {
    $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#")
  }
  return isPlain ? Array(name) : escaped(Array(name), isReport: isReport)
}

@usableFromInline
func escaped(_ name: [UInt8], isReport: Bool) -> [UInt8] {
  var result: [UInt8] = []
  var decoder = UTF8Pieces(name)
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
      } else if scalar == "#", beginsCommand(decoder.rest) {
        result.append(contentsOf: hexEscape(UInt8(ascii: "#")))
      } else if isUnsafe(scalar) {
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
      } else {
        result.append(contentsOf: bytes)
      }
    }
  }
  return result
}

/// Returns a text of the profile for reports in pprof's format: byte for byte, except what would
/// act where the report is shown.
///
/// That means commands in build logs, which work in any program's output, and terminal control
/// sequences that pass through a pipe:
///
/// - a line end before `::`, which begins a command of GitHub Actions (blanks may come between);
/// - `##[`, `##vso[` and `##teamcity[`, which are commands of GitHub Actions, Azure Pipelines and
///   TeamCity anywhere in a line;
/// - ESC before a printable character (ECMA-48).
///
/// - Parameter beginsLine: whether the text begins its line.
package func inert(_ text: ArraySlice<UInt8>, beginsLine: Bool = false) -> ArraySlice<UInt8> {
  let escape: UInt8 = 0x1b
  let number = UInt8(ascii: "#")
  let colon = UInt8(ascii: ":")
  if !text.contains(where: { $0 < 0x20 || $0 == number || $0 == colon && beginsLine }) {
    return text
  }
  func isCommand(from start: Int) -> Bool {
    text[start...].drop { $0 == 0x20 || $0 == 0x09 }.starts(with: "::".utf8)
  }
  var result: [UInt8] = []
  result.reserveCapacity(text.count)
  var index = text.startIndex
  if beginsLine, isCommand(from: index) {
    let blanks = text.prefix { $0 != colon }
    result += blanks + hexEscape(colon)
    index += blanks.count + 1
  }
  while index < text.endIndex {
    let byte = text[index]
    let rest = text[(index + 1)...]
    let acts =
      switch byte {
      case 0x0a, 0x0d: isCommand(from: index + 1)
      case escape: rest.first.map { (0x20...0x7e).contains($0) } ?? false
      case number: beginsCommand(rest)
      default: false
      }
    if acts { result += hexEscape(byte) } else { result.append(byte) }
    index += 1
  }
  return result[...]
}

/// Whether the text after a `#` completes the start of a command; see ``inert(_:beginsLine:)``.
private func beginsCommand(_ rest: ArraySlice<UInt8>) -> Bool {
  ["#[", "#vso[", "#teamcity["].contains { rest.starts(with: $0.utf8) }
}

package func hexEscape(_ byte: UInt8) -> [UInt8] {
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

/// Splits bytes into UTF-8 characters and invalid bytes.
private struct UTF8Pieces {
  enum Piece {
    case scalar(Unicode.Scalar, ArraySlice<UInt8>)
    case invalid(UInt8)
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var rest: ArraySlice<UInt8> { bytes[position...] }

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
