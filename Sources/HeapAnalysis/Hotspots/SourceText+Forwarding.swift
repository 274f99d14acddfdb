import ProfileModel

/// Calls that hand variadic arguments on.
extension SourceText {
  /// A longer statement is not looked at, in lines and in bytes.
  private static let longestStatement = (lines: 16, bytes: 4096)

  /// Whether a line, counted from 1, calls something with `args...`, of a function that takes
  /// `args ...T`.
  func forwardsArguments(atLine number: Int64) -> Bool {
    guard number >= 1, number <= Int64(lines.count) else { return false }
    let index = Int(number) - 1
    guard let statement = statement(at: index) else { return false }
    var rest = statement
    while let (left, right) = rest.cut(at: "...") {
      rest = right
      let name = left.suffixWord
      // `f(args...)`, `f(args...,` over several lines; not `[...]int` or `args ...any`.
      let end = right.first { !$0.isWhitespace }
      guard !name.isEmpty, end == ")" || end == ",", left.isInCall,
        takesVariadic(name, above: index)
      else { continue }
      return true
    }
    return false
  }

  /// The line, and what follows until its parentheses are closed.
  private func statement(at index: Int) -> Substring? {
    var text = ""
    for row in index..<min(lines.count, index + Self.longestStatement.lines) {
      guard text.utf8.count + lines[row].count <= Self.longestStatement.bytes else { return nil }
      text += String(decoding: lines[row], as: UTF8.self) + " "
      let open = text.count { "([".contains($0) }
      if open <= text.count(where: { ")]".contains($0) }) { break }
    }
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
  /// The end of the text lies inside of a call other than of `append`, which keeps what it is
  /// given.
  fileprivate var isInCall: Bool {
    var depth = 0
    for index in indices.reversed() {
      switch self[index] {
      case ")": depth += 1
      case "(":
        depth -= 1
        if depth >= 0 { continue }
        depth = 0
        let callee = self[..<index].suffixWord
        if !callee.isEmpty, callee != "append" { return true }
      default: break
      }
    }
    return false
  }
}
