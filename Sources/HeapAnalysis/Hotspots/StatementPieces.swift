/// Parts of statements.
extension Substring {
  var trimmed: Substring {
    var result = self
    while let first = result.first, first.isWhitespace { result.removeFirst() }
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return result
  }

  /// The text before and after the first occurrence.
  func cut(at text: String) -> (Substring, Substring)? {
    guard let range = firstRange(of: text) else { return nil }
    return (self[..<range.lowerBound], self[range.upperBound...])
  }

  /// The part after the last `;` or `{`, as in `if a { b += c }`.
  var lastStatement: Substring {
    let start = lastIndex { ";{".contains($0) }.map { index(after: $0) } ?? startIndex
    return self[start...].trimmed
  }

  /// The `s += p` of `for _, p := range parts { s += p }`; a line without a block unchanged.
  var body: Substring {
    let line = trimmed
    guard line.hasPrefix("for ") || line.hasPrefix("if "), line.hasSuffix("}"),
      let (_, body) = line.cut(at: "{")
    else { return self }
    return body.dropLast().trimmed
  }

  /// The `name` of `a.b.name`.
  var suffixWord: Substring {
    let start = lastIndex { !$0.isWord }
    return self[(start.map { index(after: $0) } ?? startIndex)...]
  }

  /// The `a[i]` of `a[i][k]`.
  var withoutIndex: Substring? {
    var depth = 0
    for index in indices.reversed() {
      if self[index] == "]" { depth += 1 }
      if self[index] == "[" {
        depth -= 1
        if depth == 0 { return self[..<index] }
      }
    }
    return nil
  }

  /// The text before and after each `+`, without blanks.
  var operatorsPlus: [(Substring, Substring)] {
    var result: [(Substring, Substring)] = []
    var start = startIndex
    while let sign = self[start...].firstIndex(of: "+") {
      let next = index(after: sign)
      result.append((self[..<sign].trimmed, self[next...].trimmed))
      start = next
    }
    return result
  }

  /// The arguments of a call, from its parenthesis on.
  var arguments: [Substring] { parts(separator: ",", end: ")") }

  /// The operands `a`, `f(b)` and `c` of `a + f(b) + c`.
  var operandsOfSum: [Substring] { parts(separator: "+", end: ";") }

  private func parts(separator: Character, end: Character) -> [Substring] {
    var parts: [Substring] = []
    var depth = 0
    var start = startIndex
    for index in indices {
      let character = self[index]
      if depth == 0, character == end {
        parts.append(self[start..<index].trimmed)
        return parts
      }
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if depth < 0 { break }
      if depth == 0, character == separator {
        parts.append(self[start..<index].trimmed)
        start = self.index(after: index)
      }
    }
    parts.append(self[start...].trimmed)
    return parts
  }
}
