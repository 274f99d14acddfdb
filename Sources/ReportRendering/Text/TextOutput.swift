/// The bytes of a report. Names go through as the profile has them.
package struct TextOutput: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  package mutating func write(_ text: some Collection<UInt8>) { bytes.append(contentsOf: text) }

  package mutating func line(_ text: String = "") {
    write(text)
    newline()
  }

  package mutating func newline() { bytes.append(UInt8(ascii: "\n")) }

  package mutating func blanks(_ count: Int) {
    if count > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
  }

  /// Writes a text at the right end of a column of so many characters.
  package mutating func right(_ text: String, _ width: Int) {
    blanks(width - text.unicodeScalars.count)
    write(text)
  }

  package mutating func right(_ text: some Collection<UInt8>, _ width: Int) {
    blanks(width - characterCount(text))
    write(text)
  }

  package mutating func left(_ text: String, _ width: Int) {
    write(text)
    blanks(width - text.unicodeScalars.count)
  }

  package mutating func removeTrailingBlanks() {
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
  }
}

/// Counts characters as Go's formatting does: code points, and each byte that
/// is no UTF-8 as one.
func characterCount(_ text: some Collection<UInt8>) -> Int {
  if text.allSatisfy({ $0 < 0x80 }) { return text.count }
  return String(decoding: text, as: UTF8.self).unicodeScalars.count
}
