import Foundations

/// A report would exceed ``TextOutput/limit``.
package struct ReportTooLong: Error {
  package init() {}
}

/// The bytes of a report. Names pass through as they are in the profile.
///
/// The length is limited, since a small file may refer to a long text many times.
package struct TextOutput: Sendable {
  /// The most bytes of a report.
  package static let limit = 384 << 20

  package private(set) var bytes: [UInt8] = []

  /// More was written than the limit allows; the excess is lost.
  package private(set) var isOverLimit = false

  package init() {}

  package mutating func write(_ text: String) {
    if fits(text.utf8.count) { bytes.append(contentsOf: text.utf8) }
  }

  package mutating func write(_ text: some Collection<UInt8>) {
    if fits(text.count) { bytes.append(contentsOf: text) }
  }

  package mutating func append(_ other: TextOutput) {
    write(other.bytes)
    if other.isOverLimit { isOverLimit = true }
  }

  /// Writes a text of the profile, with control characters escaped.
  package mutating func name(_ text: ArraySlice<UInt8>) { write(inert(text)) }

  package mutating func name(_ text: [UInt8]) { name(text[...]) }

  /// Records the overflow when this many more bytes would exceed the limit.
  package mutating func fits(_ count: Int) -> Bool {
    if bytes.count + count > Self.limit { isOverLimit = true }
    return !isOverLimit
  }

  /// Hands over what was written so far once it is a megabyte, so that a long report is never held
  /// as a whole. Does nothing without a drain.
  package mutating func flush(
    to drain: ((Span<UInt8>) throws -> Void)?
  ) throws {
    guard let drain, bytes.count >= 1 << 20 else { return }
    try drain(bytes.span)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Returns the text as a terminal may show it: line ends stay, other control characters are
  /// escaped.
  package func withoutControls() -> TextOutput {
    var result = TextOutput()
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      result.write(safeName(rest[..<end], isReport: true))
      result.newline()
      rest = rest[(end + 1)...]
    }
    result.write(safeName(rest, isReport: true))
    return result
  }

  /// The same for people: the user's own functions in colour and without their module, which is
  /// stated first; tabs become blanks; trailing blanks are removed.
  package func forTerminal(_ style: TextStyle) -> TextOutput {
    var result = TextOutput()
    // Labels and comments have no functions.
    if let note = style.moduleNote, bytes.containsPath(style.own.modulePath) {
      result.line(style.marked(note, .faint))
    }
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let safe = safeName(line, isReport: true)
      let words = safe.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      for (index, word) in words.enumerated() {
        if index > 0 { result.blanks(1) }
        if style.own.contains(word) {
          result.write(style.ownName(String(decoding: word, as: UTF8.self)))
        } else {
          result.write(
            word.contains(UInt8(ascii: "\t"))
              ? Array(String(decoding: word, as: UTF8.self).replacing("\t", with: "    ").utf8)
              : Array(word))
        }
      }
      result.removeTrailingBlanks()
      result.newline()
    }
    if result.bytes.suffix(2) == [0x0a, 0x0a], bytes.suffix(2) != [0x0a, 0x0a] {
      result.removeLastByte()
    }
    return result
  }

  private mutating func removeLastByte() { bytes.removeLast() }

  package mutating func line(_ text: String = "") {
    write(text)
    newline()
  }

  package mutating func newline() { bytes.append(UInt8(ascii: "\n")) }

  package mutating func blanks(_ count: Int) {
    if count > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
  }

  /// Writes a text right-aligned in a column of this many characters.
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

extension [UInt8] {
  /// Whether the path of a module stands anywhere in a text.
  fileprivate func containsPath(_ path: String) -> Bool { firstRange(of: Array(path.utf8)) != nil }
}

/// Counts characters as Go's formatting does: code points, and each byte that
/// is no UTF-8 as one.
func characterCount(_ text: some Collection<UInt8>) -> Int {
  if text.allSatisfy({ $0 < 0x80 }) { return text.count }
  return String(decoding: text, as: UTF8.self).unicodeScalars.count
}
