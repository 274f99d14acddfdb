/// Terminal control sequences (ECMA-48), which colour the output of docker compose, stern and build
/// servers.
package enum TerminalSequences {
  /// Whether a line may contain any, in one of the forms that occur in logs.
  static func mayStand(in line: ArraySlice<UInt8>, _ marks: ByteMarks) -> Bool {
    if marks.contains(.control) { return true }
    // Substitutes for the escape character are followed by a bracket.
    guard marks.contains(.bracket) else { return false }
    return marks.contains(.hash) && line.contains(text: "#033[")
      || marks.contains(.caret) && line.contains(text: "^[[")
      || line.contains(text: "[0m")
      || marks.contains(.wide) && line.contains(text: "\u{241b}[")
      || marks.contains(.backslash)
        && (line.contains(text: "\\x1b[") || line.contains(text: "\\033[")
          || line.contains(text: "\\u001b[") || line.contains(text: "\\e["))
  }

  /// The escape character and its substitutes: those of rsyslog, `cat -v`, loggers, and web pages.
  private static let begins: [StaticString] = [
    "\u{1b}", "#033", "^[", "\\x1b", "\\x1B", "\\033", "\\u001b", "\\u001B", "\\e", "\u{241b}",
  ]

  /// Returns a text without control sequences.
  package static func removed(from text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    // Text copied from a web page has sequences without the escape character.
    let isBare = text.position(of: 0x1b) == nil && text.contains(text: "[0m")
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte == 0x08 {
        // Overstruck, as `man` writes bold text.
        if !result.isEmpty { result.removeLast() }
        index += 1
        continue
      }
      if let end = sequenceEnd(text, at: index) {
        index = end
      } else if isBare, byte == UInt8(ascii: "["), let end = colourEnd(text, after: index + 1) {
        index = end
      } else {
        result.append(byte)
        index += 1
      }
    }
    return result
  }

  /// The end of a sequence that begins here; nil when none does.
  private static func sequenceEnd(_ text: ArraySlice<UInt8>, at start: Int) -> Int? {
    let first = text[start]
    guard
      first == 0x1b || first == UInt8(ascii: "#") || first == UInt8(ascii: "^")
        || first == UInt8(ascii: "\\") || first == 0xe2
    else { return nil }
    guard let begin = begins.first(where: { text.has($0, at: start) }) else { return nil }
    let next = start + begin.utf8CodeUnitCount
    guard next < text.endIndex else { return first == 0x1b ? next : nil }
    switch text[next] {
    case UInt8(ascii: "["):
      // Parameters, intermediate bytes and a final byte.
      var index = next + 1
      while index < text.endIndex, (0x20...0x3f).contains(text[index]) { index += 1 }
      if index < text.endIndex, (0x40...0x7e).contains(text[index]) { return index + 1 }
      return first == 0x1b ? index : nil
    case UInt8(ascii: "]") where first == 0x1b, UInt8(ascii: "P") where first == 0x1b,
      UInt8(ascii: "_") where first == 0x1b, UInt8(ascii: "^") where first == 0x1b,
      UInt8(ascii: "X") where first == 0x1b:
      // A title or a link, up to BEL or ESC \.
      var index = next + 1
      while index < text.endIndex {
        if text[index] == 0x07 { return index + 1 }
        if text[index] == 0x1b {
          return text.has("\\", at: index + 1) ? index + 2 : index
        }
        index += 1
      }
      return index
    case 0x20...0x2f where first == 0x1b:
      var index = next
      while index < text.endIndex, (0x20...0x2f).contains(text[index]) { index += 1 }
      return min(index + 1, text.endIndex)
    default: return first == 0x1b ? next + 1 : nil
    }
  }

  /// The end of `36m` or `1;32m`, after a bracket; `[366ms]` is a time.
  private static func colourEnd(_ text: ArraySlice<UInt8>, after start: Int) -> Int? {
    var index = start
    while index < text.endIndex, index - start < 16,
      text[index].isDigit || text[index] == UInt8(ascii: ";")
    {
      index += 1
    }
    guard index < text.endIndex, text[index] == UInt8(ascii: "m") else { return nil }
    return text.has("ms]", at: index) ? nil : index + 1
  }
}
