/// Determines what a line allocates by itself, if that is one thing. The line is known to allocate,
/// and no call on it explains that.
enum SourceAllocation {
  /// The underlying kind of a type that the program declares.
  enum Shape { case map, slice }

  /// - Parameters:
  ///   - line: of code, without comments and the contents of literals.
  ///   - sizes: of the blocks that the line made.
  ///   - shape: the kind of a named type, if known.
  /// - Returns: nil when nothing on the line is known to allocate.
  static func pattern(
    of line: Substring, _ sizes: BlockSizes, shape: (_ type: Substring) -> Shape? = { _ in nil }
  ) -> SourcePattern? {
    var line = line.trimmed
    if line.hasPrefix("func ") {
      // A parameter or result that outlives the call moves to the heap at its declaration.
      guard let (_, body) = line.cut(at: " { ") else { return .object }
      line = body
    }
    func shapeOf(_ type: Substring) -> Shape? {
      shape(type) ?? (Self.standardMaps.contains(type.suffixWord) ? .map : nil)
    }
    var found: [SourcePattern] = []
    if makes("append(", line) { found.append(copies(line) ? .appendedCopy : .append) }
    let made = madeType(line)
    if made?.hasPrefix("map[") ?? false || made.flatMap(shapeOf) == .map
      || literal(after: "map[", line)
    {
      found.append(.smallMap)
    } else if made != nil {
      // A named type is a slice or a channel, unless it is known to be a map.
      found.append(.buffer)
    }
    if made == nil, literal(after: "[]", line) { found.append(.buffer) }
    if makesObject(line) { found.append(.object) }
    switch found.count {
    case 0:
      if let type = literalType(line), let shape = shapeOf(type) {
        return shape == .map ? .smallMap : .buffer
      }
      return movesVariable(line) ? .object : nil
    case 1: return found[0]
    default:
      // What grows leaves many sizes; what is made anew leaves one.
      if found[0] == .append { return sizes.isMostlyOneSize ? found[1] : .append }
      // In `&T{data: make([]byte, n)}` the larger block is the slice's.
      let isObject = found.contains(.object) && sizes.main < Self.largeObject
      return isObject ? .object : found[0]
    }
  }

  /// Map types of the standard library by name: `http.Header`, `url.Values`.
  private static let standardMaps: Set<Substring> = ["Header", "MIMEHeader", "Values"]

  /// In bytes: few structs are larger, and most buffers are.
  private static let largeObject: Int64 = 512

  /// The word is a call of its own, not the end of another name.
  private static func makes(_ call: String, _ line: Substring) -> Bool {
    var rest = line
    while let (left, right) = rest.cut(at: call) {
      if !(left.last.map { $0.isWord || $0 == "." } ?? false) { return true }
      rest = right
    }
    return false
  }

  /// `append([]T(nil), x...)`, `append([]T{}, x...)` and `append(x[:0:0], x...)`: append to
  /// nothing.
  private static func copies(_ line: Substring) -> Bool {
    guard let (_, right) = line.cut(at: "append(") else { return false }
    let arguments = right.arguments
    guard arguments.count == 2, arguments[1].hasSuffix("...") else { return false }
    let first = arguments[0]
    return first.hasSuffix("(nil)") || first.hasPrefix("[]") && first.hasSuffix("{}")
      || first.hasSuffix("[:0:0]")
  }

  /// The `T` of `make(T, n)`.
  private static func madeType(_ line: Substring) -> Substring? {
    var rest = line
    while let (left, right) = rest.cut(at: "make(") {
      rest = right
      if left.last.map({ $0.isWord || $0 == "." }) ?? false { continue }
      return right.prefix { !",)".contains($0) }
    }
    return nil
  }

  /// A function literal, not a function type.
  private static func hasClosure(_ line: Substring) -> Bool {
    var rest = line
    while let (left, right) = rest.cut(at: "func(") {
      rest = right
      let before = left.trimmed
      if before.isEmpty { return true }
      let isValue =
        "(,=:{&".contains(before.last ?? " ")
        || ["return", "go", "defer"].contains { before.suffixWord == $0 }
      // What sorting takes does not outlive the call.
      let isArgument = Self.sorting.contains { left.contains($0) }
      if isValue, !isArgument, right.contains("{") { return true }
    }
    return false
  }

  private static let sorting = ["sort.Slice(", "sort.SliceStable(", "sort.Search(", "slices."]

  /// `&T{…}`, `new(T)`, a closure, or an object that a constructor returns on this line.
  private static func makesObject(_ line: Substring) -> Bool {
    if makes("new(", line) || hasClosure(line) { return true }
    var rest = line
    while let (left, right) = rest.cut(at: "&") {
      rest = right
      if left.last == "&" || right.first == "&" { continue }
      if typeName(right)?.first == "{" { return true }
    }
    return false
  }

  /// `[]T{…}`, `map[K]V{…}`: a literal, not a type in a declaration.
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

  /// The name of a type, without its package, pointers, brackets and arguments.
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

  /// The `T` of `x := T{…}`, `return T{…}` and `f(T{…})`.
  private static func literalType(_ line: Substring) -> Substring? {
    guard let (left, _) = line.cut(at: "{"), !line.hasSuffix("{") else { return nil }
    let type = left.suffixWord
    return type.isEmpty ? nil : type
  }

  /// `var x T`, `x := T{…}` and loop variables whose address outlives them.
  private static func movesVariable(_ line: Substring) -> Bool {
    if line.hasPrefix("var ") { return true }
    guard let (left, right) = line.cut(at: ":=") else { return false }
    if left.hasPrefix("for ") { return true }
    let value = right.trimmed
    return value.first == "*" || typeName(value)?.first == "{"
  }

  /// The remaining cases, when nothing visible in the statement allocates: a value is put into an
  /// interface, or the arguments of a variadic call into a slice.
  ///
  /// - Parameter statement: with all lines of a call.
  static func remainder(of statement: Substring, _ sizes: BlockSizes) -> SourcePattern? {
    guard sizes.isMostlyOneSize else { return nil }
    let statement = statement.trimmed
    // What runs later has its arguments in a block of its own.
    if statement.hasPrefix("go ") || statement.hasPrefix("defer ") { return .object }
    if hasTextKeys(statement) { return .smallMap }
    // Block headers, and statements that may move a variable, were examined before.
    if ["if ", "switch ", "for ", "case ", "func "].contains(where: { statement.hasPrefix($0) }),
      !statement.contains("(")
    {
      return nil
    }
    if let (_, right) = statement.cut(at: "(") {
      let arguments = right.arguments
      if arguments.count >= Self.manyArguments, sizes.main > Self.largestBox { return .buffer }
      // In other cases it may be a variable of an inlined function.
      return takesInterfaces(statement) ? .boxing : nil
    }
    if statement.hasPrefix("return ") { return .boxing }
    // A variable declared here gets the type of its value.
    guard let (left, right) = statement.cut(at: "="), !left.hasSuffix(":"), !right.hasPrefix("=")
    else { return nil }
    return .boxing
  }

  /// The statement calls a function of the standard library that takes interfaces, or converts to
  /// one.
  private static func takesInterfaces(_ statement: Substring) -> Bool {
    boxingCalls.contains { statement.contains($0) } || makes("any(", statement)
  }

  private static let boxingCalls = [
    "sort.Sort(", "sort.Stable(", "sort.Slice(", "sort.SliceStable(", "sort.Reverse(", "heap.Push(",
    "heap.Init(", "heap.Fix(", ".PushBack(", ".PushFront(", "json.Marshal", "json.Unmarshal(",
    "xml.Marshal", "gob.Register(", "binary.Write(", "binary.Read(", "binary.Size(",
    "reflect.ValueOf(", "reflect.TypeOf(", "reflect.DeepEqual(", "slog.", ".Encode(",
    "context.WithValue(", "atomic.Value", "interface{}(", "panic(", "errors.As(", "driver.Value(",
    ".Execute(", ".ExecuteTemplate(", "sync.Map", ".LoadOrStore(", "expvar.", "fmt.",
  ]

  /// `T{"id": id}`: the keys of a struct literal have no quotes.
  private static func hasTextKeys(_ statement: Substring) -> Bool {
    var rest = statement
    while let (left, right) = rest.cut(at: "{") {
      rest = right
      guard left.last.map({ $0.isWord || $0 == "}" }) ?? false else { continue }
      let first = right.trimmed
      if first.hasPrefix("\"\""), first.dropFirst(2).trimmed.hasPrefix(":") { return true }
    }
    return false
  }

  /// With fewer variadic arguments, their slice is hardly larger than a value.
  private static let manyArguments = 3

  /// In bytes: values in interfaces are seldom larger.
  private static let largestBox: Int64 = 64
}
