import ProfileModel

/// Calls that pass variadic arguments on.
extension SourceText {
  /// The function that a line passes variadic arguments to.
  struct Forwardee: Equatable {
    /// Without package or receiver. For a variable, the function that it holds has another name.
    var name: String

    /// The line calls nothing else.
    var isOnlyCall: Bool
  }

  /// The function that a line calls with `args...`, inside a function that takes `args ...T`; nil
  /// without such a call. Lines are counted from 1.
  func forwardee(atLine number: Int64) -> Forwardee? {
    guard number >= 1, number <= Int64(lines.count) else { return nil }
    let index = Int(number) - 1
    guard let statement = statement(at: index) else { return nil }
    var rest = statement
    while let (left, right) = rest.cut(at: "...") {
      rest = right
      let name = left.suffixWord
      // `f(args...)`, or `f(args...,` over several lines; not `[...]int` or `args ...any`.
      let end = right.first { !$0.isWhitespace }
      guard !name.isEmpty, end == ")" || end == ",", let callee = left.innermostCallee,
        takesVariadic(name, above: index)
      else { continue }
      return Forwardee(name: callee, isOnlyCall: statement.callCount == 1)
    }
    return nil
  }

  /// The function around a line declares `name ...T`.
  private func takesVariadic(_ name: Substring, above index: Int) -> Bool {
    for row in rowsAbove(index) {
      guard lines[row].count <= SourceText.longestStatement.bytes else { return false }
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
  /// The number of words followed by an opening parenthesis, except `append` and declarations.
  fileprivate var callCount: Int {
    let body = hasPrefix("func ") ? cut(at: " { ")?.1 ?? self : self
    return body.indices.count { index in
      guard body[index] == "(" else { return false }
      let callee = body[..<index].suffixWord
      return !callee.isEmpty && callee != "append"
    }
  }

  /// The name of the innermost call around the end of the text, without package or receiver; nil
  /// outside of calls. `append` keeps its arguments, so the call around it counts instead.
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
