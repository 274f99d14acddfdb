import ProfileModel

/// Calls that hand variadic arguments on.
extension SourceText {
  /// A longer statement is not looked at, in lines and in bytes.
  private static let longestStatement = (lines: 16, bytes: 4096)

  /// What a line hands variadic arguments on to.
  struct Forwardee: Equatable {
    /// Without package or receiver; of a variable, what it holds has another name.
    var name: String

    /// Nothing else is called there.
    var isOnlyCall: Bool
  }

  /// What a line, counted from 1, calls with `args...`, of a function that takes `args ...T`;
  /// nil where there is no such call.
  func forwardee(atLine number: Int64) -> Forwardee? {
    guard number >= 1, number <= Int64(lines.count) else { return nil }
    let index = Int(number) - 1
    guard let statement = statement(at: index) else { return nil }
    var rest = statement
    while let (left, right) = rest.cut(at: "...") {
      rest = right
      let name = left.suffixWord
      // `f(args...)`, `f(args...,` over several lines; not `[...]int` or `args ...any`.
      let end = right.first { !$0.isWhitespace }
      guard !name.isEmpty, end == ")" || end == ",", let callee = left.innermostCallee,
        takesVariadic(name, above: index)
      else { continue }
      return Forwardee(name: callee, isOnlyCall: statement.callCount == 1)
    }
    return nil
  }

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

  /// The function around a line declares `name ...T`.
  private func takesVariadic(_ name: Substring, above index: Int) -> Bool {
    for row in rowsAbove(index) {
      guard lines[row].count <= Self.longestStatement.bytes else { return false }
      var rest = Substring(String(decoding: lines[row], as: UTF8.self))
      let isHeader = rest.hasPrefix("func ")
      while let (left, right) = rest.cut(at: "...") {
        rest = right
        let before = left.trimmed
        // A name, then blanks.
        if before.count < left.count, before.suffixWord == name { return true }
      }
      if isHeader { return false }
    }
    return false
  }
}

extension Substring {
  /// Words with an opening parenthesis right after them, but for `append` and what is declared.
  fileprivate var callCount: Int {
    let body = hasPrefix("func ") ? cut(at: " { ")?.1 ?? self : self
    return body.indices.count { index in
      guard body[index] == "(" else { return false }
      let callee = body[..<index].suffixWord
      return !callee.isEmpty && callee != "append"
    }
  }

  /// What the innermost call around the end of the text calls, without its package or receiver;
  /// nil outside of calls. `append` keeps what it is given, so what is around it counts.
  fileprivate var innermostCallee: String? {
    var depth = 0
    for index in indices.reversed() {
      switch self[index] {
      case ")": depth += 1
      case "(":
        depth -= 1
        if depth >= 0 { continue }
        depth = 0
        let callee = self[..<index].suffixWord
        if !callee.isEmpty, callee != "append" { return String(callee) }
      default: break
      }
    }
    return nil
  }
}
