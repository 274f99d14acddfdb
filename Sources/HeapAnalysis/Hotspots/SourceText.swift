import Glibc

/// A Go source file: its code without comments and the contents of literals, and its declarations.
///
/// Passes over a line or a file read bytes, each once: a search for one declaration may read the
/// whole program.
struct SourceText {
  /// One line of code for each line of the file.
  let lines: SourceLines
  let declared: DeclaredNames

  /// The types that must be distinguished.
  enum DeclaredType {
    case map
    case bytes
    case other
  }

  /// The type names that a file declares, in any scope.
  struct DeclaredNames {
    /// `type index map[string]int`.
    var maps: Set<String> = []

    /// `type text []byte`, which is also in ``slices``.
    var bytes: Set<String> = []

    /// `type names []string`.
    var slices: Set<String> = []
    var constants: Set<String> = []

    mutating func formUnion(_ other: DeclaredNames) {
      maps.formUnion(other.maps)
      bytes.formUnion(other.bytes)
      slices.formUnion(other.slices)
      constants.formUnion(other.constants)
    }
  }

  init(_ text: SourceLines) {
    var code: [UInt8] = []
    code.reserveCapacity(text.bytes.count + 1)
    var isInComment = false
    var isInRawString = false
    for row in 0..<text.count {
      Self.addCode(text[row], &isInComment, &isInRawString, to: &code)
      code.append(UInt8(ascii: "\n"))
    }
    lines = SourceLines(code)
    // Not while the code grows: a slice of it would make each append a copy.
    var names = DeclaredNames()
    var isInConstants = false
    for row in 0..<lines.count {
      let words = lines[row].trimmed
      Self.addType(words, to: &names)
      Self.addConstant(words, &isInConstants, to: &names)
    }
    declared = names
  }

  /// Leaves out comments and the contents of strings.
  private static func addCode(
    _ line: ArraySlice<UInt8>, _ isInComment: inout Bool, _ isInRawString: inout Bool,
    to code: inout [UInt8]
  ) {
    var index = line.startIndex
    var quote: UInt8?
    while index < line.endIndex {
      let byte = line[index]
      let next = index + 1 < line.endIndex ? line[index + 1] : 0
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
  }

  private static func addType(_ line: ArraySlice<UInt8>, to names: inout DeclaredNames) {
    guard line.begins("type ") else { return }
    let words = line.dropFirst(5).trimmed
    // `index map[string]int`, `set[T comparable] map[T]struct{}`, `layer = map[string]string`.
    let name = words.prefix { $0.isWord }
    var rest = words.dropFirst(name.count)
    if rest.begins("["), !rest.begins("[]"), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
      rest = rest[(end + 1)...]
    }
    rest = rest.trimmed
    if rest.begins("=") { rest = rest.dropFirst().trimmed }
    if rest.begins("map[") { names.maps.insert(name.text) }
    if rest.begins("[]byte") { names.bytes.insert(name.text) }
    if rest.begins("[]") { names.slices.insert(name.text) }
  }

  private static func addConstant(
    _ line: ArraySlice<UInt8>, _ isInBlock: inout Bool, to names: inout DeclaredNames
  ) {
    if line.begins("const (") {
      isInBlock = true
      return
    }
    if isInBlock, line.begins(")") { isInBlock = false }
    let isSingle = line.begins("const ")
    guard isSingle || isInBlock else { return }
    let name = (isSingle ? line.dropFirst(6).trimmed : line).prefix { $0.isWord }
    if !name.isEmpty { names.constants.insert(name.text) }
  }
}

/// Blocks and declarations around a line.
extension SourceText {
  /// No real function is longer, in lines and in bytes.
  private static let longestFunction = (lines: 2000, bytes: 1 << 20)

  /// The rows from a line upwards that may belong to its function.
  func rowsAbove(_ index: Int) -> ReversedCollection<ClosedRange<Int>> {
    var first = index
    var bytes = 0
    while first > 0, index - first < Self.longestFunction.lines,
      bytes <= Self.longestFunction.bytes
    {
      first -= 1
      bytes += lines[first].count
    }
    return (first...index).reversed()
  }

  func isInLoop(_ index: Int) -> Bool { !loops(around: index).isEmpty }

  /// The first lines of the loops around a line, within its function, innermost first.
  func loops(around index: Int) -> [Int] {
    let open = UInt8(ascii: "{")
    let close = UInt8(ascii: "}")
    var loops: [Int] = []
    var balance = 0
    for row in rowsAbove(index) {
      var line = lines[row]
      // Of the line itself, only the text before the statement counts.
      if row == index {
        guard let brace = line.firstIndex(of: open), line.trimmed.begins("for ") else { continue }
        line = line[...brace]
      }
      while let brace = line.lastIndex(where: { $0 == open || $0 == close }) {
        balance += line[brace] == close ? 1 : -1
        line = line[..<brace]
        guard balance < 0 else { continue }
        balance = 0
        let header = line.lastBlockHeader
        if header.begins("for ") || header.elementsEqual("for".utf8) { loops.append(row) }
        if header.begins("func") || header.contains("func(") { return loops }
      }
    }
    return loops
  }

  /// The type that the function around a line gives a variable, by the nearest declaration.
  func declaration(
    of name: [UInt8], above index: Int, names: DeclaredNames
  ) -> DeclaredType? {
    for row in rowsAbove(index) {
      let line = lines[row]
      if let type = Self.declaredType(of: name, in: line, names: names) { return type }
      if line.begins("func ") { return nil }
    }
    return nil
  }

  /// The type that the file gives a field or a package variable.
  func outerDeclaration(
    of name: [UInt8], isField: Bool, names: DeclaredNames
  ) -> DeclaredType? {
    let code = lines.bytes[...]
    let newline = UInt8(ascii: "\n")
    var from = 0
    while let found = code.position(ofWord: name, from: from) {
      let start = code[from..<found].lastIndex(of: newline).map { $0 + 1 } ?? from
      // Every line of the code has a newline.
      let end = code[found...].firstIndex(of: newline) ?? code.endIndex
      from = min(end + 1, code.endIndex)
      let line = code[start..<end]
      guard isField || line.begins("var ") else { continue }
      if let type = Self.declaredType(of: name, in: line, names: names) { return type }
    }
    return nil
  }

  /// `name map[string]int`, `name, other []byte`, `name := make(index)`, `name: map[…]…{}`.
  static func declaredType(
    of name: [UInt8], in line: ArraySlice<UInt8>, names: DeclaredNames
  ) -> DeclaredType? {
    var from = line.startIndex
    // The end of the last list of names that share a type: each name in it has the type that was
    // examined there.
    var listEnd = line.startIndex
    while let start = line.position(ofWord: name, from: from) {
      let end = start + name.count
      from = end
      let before = start > line.startIndex ? line[start - 1] : UInt8(ascii: " ")
      guard before != UInt8(ascii: "."), end < line.endIndex else { continue }
      var rest = line[end...].withoutLeadingBlanks
      if rest.begins(":=") {
        rest = rest.dropFirst(2).withoutLeadingBlanks
      } else if rest.begins("="), !rest.begins("==") {
        rest = rest.dropFirst().withoutLeadingBlanks
      } else if rest.begins(":") {
        rest = rest.dropFirst().withoutLeadingBlanks
      } else if rest.begins(",") {
        if start < listEnd { continue }
        while rest.begins(",") {
          rest = rest.dropFirst().withoutLeadingBlanks
          rest = rest.drop { $0.isWord }
          guard rest.begins(",") || rest.begins(" ") else { break }
          rest = rest.withoutLeadingBlanks
        }
        listEnd = rest.startIndex
      } else if line[end] != UInt8(ascii: " "), line[end] != UInt8(ascii: "\t") {
        continue
      }
      if let type = type(rest, names: names) { return type }
    }
    return nil
  }

  /// The type at the start of a text, or of a literal or `make` there.
  private static func type(_ text: ArraySlice<UInt8>, names: DeclaredNames) -> DeclaredType? {
    var text = text
    for prefix: StaticString in ["*", "&", "make(", "new("] where text.begins(prefix) {
      text = text.dropFirst(prefix.utf8CodeUnitCount)
    }
    if text.begins("map[") { return .map }
    if text.begins("[]byte") || text.begins("[]uint8") { return .bytes }
    if text.begins("[") || text.begins("string") || text.begins("\"") { return .other }
    let path = text.prefix { $0.isWord || $0 == UInt8(ascii: ".") }
    let name = path[((path.lastIndex(of: UInt8(ascii: ".")) ?? path.startIndex - 1) + 1)...].text
    if names.maps.contains(name) { return .map }
    if names.bytes.contains(name) { return .bytes }
    return nil
  }
}

extension UInt8 {
  /// A letter, a digit or `_`. Outside of strings, non-ASCII bytes occur only in names.
  fileprivate var isWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}

extension ArraySlice<UInt8> {
  fileprivate func begins(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { starts(with: $0) }
  }

  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  fileprivate var withoutLeadingBlanks: ArraySlice<UInt8> { drop { $0.isSpace } }

  fileprivate var trimmed: ArraySlice<UInt8> {
    let text = withoutLeadingBlanks
    return text[..<((text.lastIndex { !$0.isSpace } ?? text.startIndex - 1) + 1)]
  }

  /// The first place, at or after an index, where a word stands as a whole. The index is at the end
  /// of a word or between two.
  ///
  /// - Complexity: linear, as each word is compared once.
  fileprivate func position(ofWord word: [UInt8], from: Int) -> Int? {
    self[from...].withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var index = 0
      while let found = memchr(base + index, Int32(word[0]), bytes.count - index) {
        let start = UnsafeRawPointer(base).distance(to: found)
        index = start
        while index < bytes.count, bytes[index].isWord { index += 1 }
        if start == 0 || !bytes[start - 1].isWord, index - start == word.count,
          memcmp(base + start, word, word.count) == 0
        {
          return from + start
        }
      }
      return nil
    }
  }

  fileprivate func contains(_ text: StaticString) -> Bool {
    indices.contains { self[$0...].begins(text) }
  }

  /// The statement whose block begins at the end of the text, without what precedes it: `for i :=
  /// 0; i < n; i++ `.
  fileprivate var lastBlockHeader: ArraySlice<UInt8> {
    let brace = lastIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    let header = self[((brace ?? startIndex - 1) + 1)...].trimmed
    // A label.
    let word = header.prefix { $0.isWord }
    let rest = header.dropFirst(word.count)
    return rest.begins(":") && !rest.begins(":=") ? rest.dropFirst().trimmed : header
  }
}

extension Character {
  /// A letter, a digit or `_`.
  var isWord: Bool { isLetter || isNumber || self == "_" }
}
