/// Statements that go over several lines.
extension SourceText {
  /// A longer statement is not looked at, in lines and in bytes.
  static let longestStatement = (lines: 16, bytes: 4096)

  /// The line, and what follows until its parentheses are closed; nil where that is long.
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

  /// The line on which the literal begins that a line is an element or a field of, up to its
  /// brace; nil where the line is none.
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
        // `[]T{`, `map[K]V{`, `pkg.T{`; the head of a block has a blank before its brace.
        if head.dropLast().last.map({ $0.isWord || $0 == "}" || $0 == "]" }) ?? false {
          return head
        }
        // An element without its type, such as of a table of tests: the literal is further out.
        guard head == "{" else { return nil }
        depth = 0
      }
    }
    return nil
  }

  /// The lines above one, from where a call around it begins; empty outside of calls.
  func linesOfCall(above index: Int) -> Substring {
    var start = index
    var text = ""
    var depth = 0
    for row in (max(0, index - Self.longestStatement.lines)..<index).reversed() {
      let line = Substring(
        String(decoding: lines[row].prefix(Self.longestStatement.bytes), as: UTF8.self))
      // The body of a function that is an argument: statements of its own.
      if line.hasPrefix("func ") || line.trimmed.hasSuffix("{") && line.contains("func(") { break }
      depth += line.count { "([".contains($0) } - line.count { ")]".contains($0) }
      if depth > 0 { (start, depth) = (row, 0) }
    }
    for row in start..<index { text += String(decoding: lines[row], as: UTF8.self) + " " }
    return text[...]
  }
}
