/// What a line allocates by itself, where it is one thing: the line is known to allocate, and
/// no call on it explains it.
enum SourceAllocation {
  /// - Parameters:
  ///   - line: of code, without comments and the contents of literals.
  ///   - sizes: of the blocks that the line made.
  ///   - isMap: whether a type that the program declares is one of maps.
  /// - Returns: nil where nothing on the line is known to allocate.
  static func pattern(
    of line: Substring, _ sizes: BlockSizes, isMap: (_ type: Substring) -> Bool = { _ in false }
  ) -> SourcePattern? {
    var line = line.trimmed
    if line.hasPrefix("func ") {
      // A parameter or result that outlives the call is put on the heap at its declaration.
      guard let (_, body) = line.cut(at: " { ") else { return .object }
      line = body
    }
    var found: [SourcePattern] = []
    if makes("append(", line) { found.append(.append) }
    if makes("make(map[", line) || literal(after: "map[", line) { found.append(.smallMap) }
    if makes("make([]", line) || makes("make(chan", line) || literal(after: "[]", line) {
      found.append(.buffer)
    }
    if makesObject(line) { found.append(.object) }
    switch found.count {
    case 0:
      if let type = literalType(line), isMap(type) { return .smallMap }
      return movesVariable(line) ? .object : nil
    case 1: return found[0]
    default:
      // What grows leaves many sizes, what is made anew one.
      if found[0] == .append { return sizes.isMostlyOneSize ? found[1] : .append }
      // `&T{data: make([]byte, n)}`: the larger block is the slice's.
      let isObject = found.contains(.object) && sizes.main < Self.largeObject
      return isObject ? .object : found[0]
    }
  }

  /// Few structs are larger, in bytes, and most buffers are.
  private static let largeObject: Int64 = 512

  /// The word stands there as a call of its own, not as the end of another name.
  private static func makes(_ call: String, _ line: Substring) -> Bool {
    var rest = line
    while let (left, right) = rest.cut(at: call) {
      if !(left.last.map { $0.isWord || $0 == "." } ?? false) { return true }
      rest = right
    }
    return false
  }

  /// `&T{…}`, `new(T)`, a closure, or an object that a constructor's line returns.
  private static func makesObject(_ line: Substring) -> Bool {
    if makes("new(", line) || makes("func(", line) { return true }
    var rest = line
    while let (left, right) = rest.cut(at: "&") {
      rest = right
      if left.last == "&" || right.first == "&" { continue }
      if typeName(right)?.first == "{" { return true }
    }
    return false
  }

  /// `[]T{…}`, `map[K]V{…}`: a literal, and no type of a declaration.
  private static func literal(after start: String, _ line: Substring) -> Bool {
    var rest = line
    while let (left, right) = rest.cut(at: start) {
      rest = right
      if left.last.map({ $0.isWord || $0 == ")" || $0 == "]" }) ?? false { continue }
      var type = right
      if start == "map[" {
        guard let (_, value) = right.cut(at: "]") else { continue }
        type = value
      }
      for empty in ["struct{}", "interface{}"] where type.hasPrefix(empty) {
        type = type.dropFirst(empty.count)
        if type.first == "{" { return true }
      }
      if typeName(type)?.first == "{" { return true }
    }
    return false
  }

  /// What follows the name of a type, with its package, pointers, brackets and arguments.
  private static func typeName(_ text: Substring) -> Substring? {
    var rest = text
    while let first = rest.first, first == "*" || first == "[" {
      if first == "[" {
        guard let (_, right) = rest.cut(at: "]") else { return nil }
        rest = right
      } else {
        rest.removeFirst()
      }
    }
    guard let first = rest.first, first.isWord, !first.isNumber else { return nil }
    rest = rest.drop { $0.isWord || $0 == "." }
    if rest.first == "[", let (_, right) = rest.cut(at: "]") { rest = right }
    return rest
  }

  /// `T` of `x := T{…}`, `return T{…}` and `f(T{…})`.
  private static func literalType(_ line: Substring) -> Substring? {
    guard let (left, _) = line.cut(at: "{"), !line.hasSuffix("{") else { return nil }
    let type = left.suffixWord
    return type.isEmpty ? nil : type
  }

  /// `var x T`, `x := T{…}` and the variables of a loop, whose address outlives them.
  private static func movesVariable(_ line: Substring) -> Bool {
    if line.hasPrefix("var ") { return true }
    guard let (left, right) = line.cut(at: ":=") else { return false }
    if left.hasPrefix("for ") { return true }
    let value = right.trimmed
    return value.first == "*" || typeName(value)?.first == "{"
  }
}
