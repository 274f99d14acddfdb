/// A file of Go source: its code without comments and contents of literals, and
/// what it declares.
struct SourceText {
  /// One string a line.
  let lines: [String]

  /// Types with a name of their own.
  let types: NamedTypes

  /// Constants, of whatever scope.
  let constants: Set<String>

  /// What is worth telling apart.
  enum DeclaredType {
    case map
    case bytes
    case other
  }

  /// `type index map[string]int` and `type text []byte`.
  struct NamedTypes {
    var maps: Set<String> = []
    var bytes: Set<String> = []

    mutating func formUnion(_ other: NamedTypes) {
      maps.formUnion(other.maps)
      bytes.formUnion(other.bytes)
    }
  }

  init(_ text: [String]) {
    var isInComment = false
    var isInRawString = false
    lines = text.map { Self.code($0, &isInComment, &isInRawString) }
    types = Self.namedTypes(in: lines)
    constants = Self.constants(in: lines)
  }

  /// Leaves out comments and the contents of strings.
  private static func code(
    _ line: String, _ isInComment: inout Bool, _ isInRawString: inout Bool
  ) -> String {
    var code: [UInt8] = []
    let bytes = Array(line.utf8)
    var index = 0
    var quote: UInt8?
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      index += 1
      if isInComment {
        if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
          isInComment = false
          index += 1
        }
      } else if isInRawString {
        if byte == UInt8(ascii: "`") {
          isInRawString = false
          code.append(byte)
        }
      } else if let open = quote {
        if byte == UInt8(ascii: "\\") {
          index += 1
        } else if byte == open {
          quote = nil
          code.append(byte)
        }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "/") {
        break
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        isInComment = true
        index += 1
      } else {
        if byte == UInt8(ascii: "`") { isInRawString = true }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
        code.append(byte)
      }
    }
    return String(decoding: code, as: UTF8.self)
  }

  private static func namedTypes(in lines: [String]) -> NamedTypes {
    var types = NamedTypes()
    for line in lines {
      var words = Substring(line).trimmed
      if words.hasPrefix("type ") { words = words.dropFirst(5).trimmed }
      // `index map[string]int`, `set[T comparable] map[T]struct{}`, `layer = map[string]string`:
      // a field looks the same, and does no harm here.
      let name = words.prefix { $0.isWord }
      var rest = words.dropFirst(name.count)
      if rest.hasPrefix("["), !rest.hasPrefix("[]"), let end = rest.firstIndex(of: "]") {
        rest = rest[end...].dropFirst()
      }
      rest = rest.trimmed
      if rest.hasPrefix("=") { rest = rest.dropFirst().trimmed }
      guard Substring(line).trimmed.hasPrefix("type ") else { continue }
      if rest.hasPrefix("map[") { types.maps.insert(String(name)) }
      if rest.hasPrefix("[]byte") { types.bytes.insert(String(name)) }
    }
    return types
  }

  private static func constants(in lines: [String]) -> Set<String> {
    var constants: Set<String> = []
    var isInBlock = false
    for line in lines {
      var words = Substring(line).trimmed
      if words.hasPrefix("const (") {
        isInBlock = true
        continue
      }
      if isInBlock, words.hasPrefix(")") { isInBlock = false }
      let isSingle = words.hasPrefix("const ")
      if isSingle { words = words.dropFirst(6).trimmed }
      let name = words.prefix { $0.isWord }
      if isSingle || isInBlock, !name.isEmpty { constants.insert(String(name)) }
    }
    return constants
  }
}

/// Blocks and declarations around a line.
extension SourceText {
  /// Nobody's function is longer.
  private static let longestFunction = 2000

  func isInLoop(_ index: Int) -> Bool { !loops(around: index).isEmpty }

  /// The first lines of the loops of the same function around a line, the innermost first.
  func loops(around index: Int) -> [Int] {
    var loops: [Int] = []
    var balance = 0
    for row in (max(0, index - Self.longestFunction)...index).reversed() {
      var line = Substring(lines[row])
      // Of the line itself, what stands before the statement.
      if row == index {
        guard let brace = line.firstIndex(of: "{"), line.trimmed.hasPrefix("for ") else { continue }
        line = line[...brace]
      }
      while let brace = line.lastIndex(where: { $0 == "{" || $0 == "}" }) {
        balance += line[brace] == "}" ? 1 : -1
        line = line[..<brace]
        guard balance < 0 else { continue }
        balance = 0
        let header = line.lastBlockHeader
        if header.hasPrefix("for ") || header == "for" { loops.append(row) }
        if header.hasPrefix("func") || header.contains("func(") { return loops }
      }
    }
    return loops
  }

  /// What the function around a line says of a variable, the nearest declaration first.
  func declaration(
    of name: Substring, above index: Int, types: NamedTypes
  ) -> DeclaredType? {
    for row in (max(0, index - Self.longestFunction)...index).reversed() {
      let line = Substring(lines[row])
      if let type = Self.declaredType(of: name, in: line, types: types) { return type }
      if line.hasPrefix("func ") { return nil }
    }
    return nil
  }

  /// What the file says of a field or of a variable of the package.
  func outerDeclaration(
    of name: Substring, isField: Bool, types: NamedTypes
  ) -> DeclaredType? {
    for line in lines where isField || line.hasPrefix("var ") {
      if let type = Self.declaredType(of: name, in: Substring(line), types: types) { return type }
    }
    return nil
  }

  /// `name map[string]int`, `name, other []byte`, `name := make(index)`, `name: map[…]…{}`.
  private static func declaredType(
    of name: Substring, in line: Substring, types: NamedTypes
  ) -> DeclaredType? {
    var searched = line
    while let range = searched.firstRange(of: name) {
      let before = searched[..<range.lowerBound].last ?? " "
      searched = searched[range.upperBound...]
      guard !before.isWord, before != ".", searched.first.map({ !$0.isWord }) ?? false else {
        continue
      }
      var rest = searched.trimmed
      if rest.hasPrefix(":=") {
        rest = rest.dropFirst(2).trimmed
      } else if rest.hasPrefix("="), !rest.hasPrefix("==") {
        rest = rest.dropFirst().trimmed
      } else if rest.hasPrefix(":") {
        rest = rest.dropFirst().trimmed
      } else if rest.hasPrefix(",") {
        // Names that share a type.
        while rest.hasPrefix(",") {
          rest = rest.dropFirst().trimmed
          rest = rest.drop { $0.isWord }
          guard rest.hasPrefix(",") || rest.hasPrefix(" ") else { break }
          rest = rest.trimmed
        }
      } else if searched.first != " ", searched.first != "\t" {
        continue
      }
      if let type = type(rest, types: types) { return type }
    }
    return nil
  }

  /// The type that a text begins with, or a literal or `make` of it.
  private static func type(_ text: Substring, types: NamedTypes) -> DeclaredType? {
    var text = text
    for prefix in ["*", "&", "make(", "new("] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
    }
    if text.hasPrefix("map[") { return .map }
    if text.hasPrefix("[]byte") || text.hasPrefix("[]uint8") { return .bytes }
    if text.hasPrefix("[") || text.hasPrefix("string") || text.hasPrefix("\"") { return .other }
    let name = text.prefix { $0.isWord || $0 == "." }.suffixWord
    if types.maps.contains(String(name)) { return .map }
    if types.bytes.contains(String(name)) { return .bytes }
    return nil
  }
}

extension Character {
  /// A letter, a digit or `_`.
  var isWord: Bool { isLetter || isNumber || self == "_" }
}

/// Pieces of statements.
extension Substring {
  var trimmed: Substring {
    var result = self
    while let first = result.first, first.isWhitespace { result.removeFirst() }
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return result
  }

  /// What stands before and behind the first occurrence.
  func cut(at text: String) -> (Substring, Substring)? {
    guard let range = firstRange(of: text) else { return nil }
    return (self[..<range.lowerBound], self[range.upperBound...])
  }

  /// The part behind the last `;` or `{`, such as of `if a { b += c }`.
  var lastStatement: Substring {
    let start = lastIndex { ";{".contains($0) }.map { index(after: $0) } ?? startIndex
    return self[start...].trimmed
  }

  /// `s += p` of `for _, p := range parts { s += p }`; a line without a block as it is.
  var body: Substring {
    let line = trimmed
    guard line.hasPrefix("for ") || line.hasPrefix("if "), line.hasSuffix("}"),
      let (_, body) = line.cut(at: "{")
    else { return self }
    return body.dropLast().trimmed
  }

  /// The statement whose block begins where the text ends: `for i := 0; i < n; i++ `
  /// whole, without what stands before it.
  var lastBlockHeader: Substring {
    let start = lastIndex { "{}".contains($0) }.map { index(after: $0) } ?? startIndex
    let header = self[start...].trimmed
    // A label.
    if let (label, rest) = header.cut(at: ":"), label.allSatisfy(\.isWord), !rest.hasPrefix("=") {
      return rest.trimmed
    }
    return header
  }

  /// `name` of `a.b.name`.
  var suffixWord: Substring {
    let start = lastIndex { !$0.isWord }
    return self[(start.map { index(after: $0) } ?? startIndex)...]
  }

  /// `a[i]` of `a[i][k]`.
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

  /// The arguments of a call, from behind its parenthesis on.
  var arguments: [Substring] { parts(separator: ",", end: ")") }

  /// `a`, `f(b)` and `c` of `a + f(b) + c`.
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
