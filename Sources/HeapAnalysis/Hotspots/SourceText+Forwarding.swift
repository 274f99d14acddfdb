import ProfileModel

/// Calls that pass on what the function around them is given, whatever that is.
extension SourceText {
  /// The function that a line passes arguments to.
  struct Forwardee: Equatable {
    /// Without package or receiver. For a variable, the function that it holds has another name.
    var name: String

    /// The line calls nothing else.
    var isOnlyCall: Bool
  }

  /// The function that a line calls with `args...`, inside a function that takes `args ...T`, or
  /// with a parameter that may be any list, such as `args []any`; nil without such a call. Lines
  /// are counted from 1.
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
          || parameters(above: index)[name].map(Self.anything.contains) ?? false
      else { continue }
      return Forwardee(name: callee, isOnlyCall: statement.callCount == 1)
    }
    return callWithParameters(statement, above: index)
  }

  /// The first call of a statement with nothing but parameters and literals, of which one is a list
  /// of anything: only a caller knows what it contains. A parameter of another type is the
  /// function's choice.
  private func callWithParameters(_ statement: Substring, above index: Int) -> Forwardee? {
    var parameters: [Substring: Substring]?
    for open in statement.indices where statement[open] == "(" {
      let callee = statement[..<open].suffixWord
      if callee.isEmpty || callee == "append" { continue }
      let operands = statement[statement.index(after: open)...].arguments
        .flatMap(\.operandsOfSum).filter { !($0.first.map { "\"`'".contains($0) } ?? false) }
      guard !operands.isEmpty, operands.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isWord) })
      else { continue }
      let known = parameters ?? self.parameters(above: index)
      parameters = known
      let types = operands.map { known[$0] }
      if types.allSatisfy({ $0 != nil }), types.contains(where: { Self.anything.contains($0!) }) {
        return Forwardee(name: String(callee), isOnlyCall: statement.callCount == 1)
      }
    }
    return nil
  }

  /// Lists of anything. A single `v any` is not among them: a function with one mostly decides
  /// itself what to do with it, as `writeValue(v any)` does.
  private static let anything: Set<Substring> = [
    "[]any", "[]interface{}", "...any", "...interface{}",
  ]

  /// The types of the parameters of the function around a line, by name.
  private func parameters(above index: Int) -> [Substring: Substring] {
    var text = ""
    for row in rowsAbove(index) {
      guard text.utf8.count + lines[row].count <= SourceText.longestStatement.bytes else { break }
      text = String(decoding: lines[row], as: UTF8.self) + " " + text
      if text.hasPrefix("func ") { break }
    }
    guard text.hasPrefix("func ") else { return [:] }
    var rest = text.dropFirst("func ".count)
    // The receiver.
    if rest.hasPrefix("("), let end = rest.firstIndex(of: ")") {
      rest = rest[rest.index(after: end)...]
    }
    guard let open = rest.firstIndex(of: "(") else { return [:] }
    var types: [Substring: Substring] = [:]
    var type: Substring = ""
    // `a, b any`: a name alone has the type of the next.
    for part in rest[rest.index(after: open)...].arguments.reversed() {
      let name = part.prefix { $0.isWord }
      let own = part[name.endIndex...].trimmed
      if !own.isEmpty { type = own }
      types[name] = type
    }
    return types
  }

  /// The function around a line declares `name ...T`.
  private func takesVariadic(_ name: Substring, above index: Int) -> Bool {
    for row in rowsAbove(index) {
      guard lines[row].count <= SourceText.longestStatement.bytes else { return false }
      var rest = Substring(String(decoding: lines[row], as: UTF8.self))
      let isHeader = rest.hasPrefix("func ")
      while let (left, right) = rest.cut(at: "...") {
        rest = right
        // A name, then blanks.
        if left.last?.isWhitespace ?? false, left.trimmed.suffixWord == name { return true }
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
