import LogText

/// Gives the lines of a text one after another, as ranges of its bytes.
struct LineReader {
  let bytes: [UInt8]

  /// The line last read, without its end (`\n` or `\r\n`). Empty before the
  /// first and after the last.
  private(set) var line: Range<Int>

  /// The number of the line last read, from 1.
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

  /// Whether the line has its end, not just the file.
  var isComplete: Bool { following > line.upperBound }

  var scanner: ByteCursor { ByteCursor(bytes[line]) }

  /// Whether the line has nothing but white space, or begins with `#`.
  var isBlankOrComment: Bool {
    guard let first = trimmedLine.first else { return true }
    return bytes[first] == UInt8(ascii: "#")
  }

  func hasPrefix(_ text: StaticString) -> Bool {
    bytes[line].hasPrefix(text)
  }

  /// Whether a text stands at the beginning, white space aside.
  func hasTrimmedPrefix(_ text: StaticString) -> Bool {
    bytes[trimmedLine].hasPrefix(text)
  }

  func contains(_ text: StaticString) -> Bool {
    bytes[line].contains(text: text)
  }

  /// Whether the lines after this one are a memory map.
  var announcesMemoryMap: Bool {
    contains("--- Memory map: ---") || contains("MAPPED_LIBRARIES:")
  }

  /// Reads on until the line, perhaps the one last read, that announces a
  /// memory map; false when there is none.
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
