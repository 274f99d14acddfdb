import LogText

/// Reads a text line by line, as ranges of its bytes.
struct LineReader {
  let bytes: [UInt8]

  /// The current line, without its newline (`\n` or `\r\n`). Empty before the first line and after
  /// the last.
  private(set) var line: Range<Int>

  /// The number of the current line, from 1.
  private(set) var number = 0
  private var following: Int

  /// - Parameter offset: where the text begins.
  init(_ bytes: [UInt8], from offset: Int = 0) {
    self.bytes = bytes
    line = offset..<offset
    following = offset
  }

  /// Where the next line begins.
  var offset: Int { following }

  /// Reads a line; false at the end.
  mutating func advance() -> Bool {
    guard following < bytes.count else {
      line = bytes.count..<bytes.count
      return false
    }
    let start = following
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    following = min(end + 1, bytes.count)
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    line = start..<end
    number += 1
    return true
  }

  /// The line without white space at both ends.
  var trimmedLine: Range<Int> { bytes.trimmed(line) }

  /// Whether the line ends in a newline, not just at the end of the file.
  var isComplete: Bool { following > line.upperBound }

  var scanner: ByteCursor { ByteCursor(bytes[line]) }

  /// Whether the line has only white space, or begins with `#`.
  var isBlankOrComment: Bool {
    guard let first = trimmedLine.first else { return true }
    return bytes[first] == UInt8(ascii: "#")
  }

  func hasPrefix(_ text: StaticString) -> Bool {
    bytes[line].hasPrefix(text)
  }

  /// Whether the line begins with a text, ignoring white space.
  func hasTrimmedPrefix(_ text: StaticString) -> Bool {
    bytes[trimmedLine].hasPrefix(text)
  }

  func contains(_ text: StaticString) -> Bool {
    bytes[line].contains(text: text)
  }

  /// Whether a memory map follows this line.
  var announcesMemoryMap: Bool {
    contains("--- Memory map: ---") || contains("MAPPED_LIBRARIES:")
  }

  /// Advances to the line that announces a memory map, which may be the current one; false when
  /// there is none.
  mutating func skipToMemoryMap() -> Bool {
    repeat {
      if announcesMemoryMap { return true }
    } while advance()
    return false
  }

  /// Skips blank lines and comments at the beginning.
  mutating func skipLeadingComments() {
    while advance(), isBlankOrComment {}
  }
}
