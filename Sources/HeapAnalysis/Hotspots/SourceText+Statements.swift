/// Statements over several lines.
extension SourceText {
  /// The longest statement that is examined, in lines and in bytes.
  static let longestStatement = (lines: 16, bytes: 4096)

  /// The line, and what follows until its parentheses are closed; nil when that is too long.
  func statement(at index: Int) -> Substring? {
    var text = ""
    for row in index..<min(lines.count, index + Self.longestStatement.lines) {
      guard text.utf8.count + lines[row].count <= Self.longestStatement.bytes else { return nil }
      text += String(decoding: lines[row], as: UTF8.self) + " "
      let open = text.count { "([".contains($0) }
      if open <= text.count(where: { ")]".contains($0) }) { break }
    }
    return text[...]
  }

  /// The text of the line where the literal around a line begins, up to its brace; nil outside of
  /// literals.
  func enclosingLiteral(of index: Int) -> Substring? {
    guard lines[index].last(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: ",") else {
      return nil
    }
    var depth = 0
    for row in rowsAbove(index).dropFirst() {
      for (position, byte) in zip(lines[row].indices, lines[row]).reversed() {
        if byte == UInt8(ascii: "}") { depth += 1 }
        guard byte == UInt8(ascii: "{") else { continue }
        depth -= 1
        if depth >= 0 { continue }
        let head = Substring(String(decoding: lines[row][...position], as: UTF8.self)).trimmed
        // `[]T{`, `map[K]V{`, `pkg.T{`; a block header has a blank before its brace.
        if head.dropLast().last.map({ $0.isWord || $0 == "}" || $0 == "]" }) ?? false {
          return head
        }
        // An element without its type, as in a table of tests: the literal is further out.
        guard head == "{" else { return nil }
        depth = 0
      }
    }
    return nil
  }

  /// The lines above one, from the start of the call around it; empty outside of calls.
  func linesOfCall(above index: Int) -> Substring {
    var start = index
    var text = ""
    var depth = 0
    for row in (max(0, index - Self.longestStatement.lines)..<index).reversed() {
      let line = Substring(
        String(decoding: lines[row].prefix(Self.longestStatement.bytes), as: UTF8.self))
      // The body of a function literal in an argument has statements of its own.
      if line.hasPrefix("func ") || line.trimmed.hasSuffix("{") && line.contains("func(") { break }
      depth += line.count { "([".contains($0) } - line.count { ")]".contains($0) }
      if depth > 0 { (start, depth) = (row, 0) }
    }
    for row in start..<index { text += String(decoding: lines[row], as: UTF8.self) + " " }
    return text[...]
  }
}
