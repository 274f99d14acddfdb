import ProfileModel

/// What a line of Go does when no symbol below it shows that.
///
/// For these statements the compiler calls the runtime, whose frames heap profiles leave out. Only
/// the source line itself says what happens.
package enum SourcePattern: Sendable {
  /// `s += x`, repeatedly; `b = append(b, x...)` of bytes.
  case growingString

  /// `[]byte(s)` and `string(b)`.
  case conversion

  /// `m[k] = v` into a map that grows.
  case mapWrite

  /// `s = append(s, k)` in a loop over a map.
  case mapKeysAppended

  /// `make([]T, 0, 100000)`.
  case oversizedMake

  /// `runtime.Caller(1)` and similar calls.
  case callerLookup

  /// `"a" + f(b) + "c"`.
  case concatenation

  /// `fmt.Errorf("…", a, b)`: the arguments that the call puts into interfaces.
  case formatArguments

  /// `x = append(x, …)`, whatever is appended.
  case append

  /// `append([]byte(nil), b...)`: nothing grows; everything is copied once.
  case appendedCopy

  /// `make([]T, n)`, `make(chan T)`, `[]T{…}`.
  case buffer

  /// `&T{…}`, `new(T)`, a closure, a variable that outlives its function.
  case object

  /// `make(map[K]V)`, `map[K]V{…}`, and the first entry of a small map.
  case smallMap

  /// A value put into an interface: `var x any = n`, an argument of type `any`.
  case boxing
}

/// Determines what a line of Go source does, from the line and its context.
///
/// This is no parser. The line is known to allocate, in a way that no call on it explains, so it
/// needs to distinguish only a few shapes of statements.
struct SourceReader {
  private let text: SourceText
  private let file: StringID

  /// The rest of the program, for what this file does not declare.
  private let program: SourceFiles

  /// Blocks of at least this size are worth reporting when a constant determined their size.
  private static let oversized: Int64 = 64 << 10

  /// Longer lines are data, or made to keep the reader busy.
  private static let longestLine = 4096

  init(_ text: SourceText, _ file: StringID, of program: SourceFiles) {
    self.text = text
    self.file = file
    self.program = program
  }

  /// Returns what a line does; lines are counted from 1.
  func pattern(atLine number: Int64, sizes: BlockSizes) -> SourcePattern? {
    guard number >= 1, number <= Int64(text.lines.count) else { return nil }
    let index = Int(number) - 1
    guard text.lines[index].count <= Self.longestLine else { return nil }
    let code = String(decoding: text.lines[index], as: UTF8.self)
    let line = Substring(code).body
    if Self.looksUpCaller(line) { return .callerLookup }
    if let (target, appended) = Self.append(line), sizes.growsRepeatedly {
      if declared(target, above: index) == .bytes { return .growingString }
      if appended, isInLoopOverMap(index) { return .mapKeysAppended }
    }
    if !Self.makes(line) {
      if !line.contains("{"), grows(line, at: index, sizes) { return .growingString }
      let writesMap = writesMap(line, at: index)
      if writesMap, sizes.growsRepeatedly { return .mapWrite }
      // Without growth, each block is the first group of one of many maps.
      if writesMap, sizes.isMostlyOneSize, sizes.main >= Self.smallestGroup { return .smallMap }
      if Self.converts(line) { return .conversion }
      if writesMap { return .smallMap }
    }
    if sizes.largest >= Self.oversized, makesConstantCapacity(line) { return .oversizedMake }
    let pattern = SourceAllocation.pattern(of: line, sizes) {
      isMap($0) ? .map : isSlice($0) ? .slice : nil
    }
    if pattern == nil || sizes.isMostlyOneSize && sizes.main <= Self.largestBox {
      // A call over several lines is one call.
      if Self.formats(line) || Self.formats(text.linesOfCall(above: index)) {
        return .formatArguments
      }
    }
    if let pattern { return pattern }
    if Self.concatenates(line) { return .concatenation }
    if let literal = text.enclosingLiteral(of: index) {
      // The whole literal is allocated on one of its lines.
      return SourceAllocation.pattern(of: literal + "}", sizes) {
        isMap($0) ? .map : isSlice($0) ? .slice : nil
      }
    }
    if returnsAppended(line, at: index) { return .append }
    if line.trimmed.operandsOfSum.count > 1, !returnsInterface(line, at: index) {
      return .concatenation
    }
    return text.statement(at: index).flatMap { SourceAllocation.remainder(of: $0, sizes) }
  }

  /// `return list`, where the function has appended to the list: since Go 1.25 the compiler may
  /// build it on the stack and move it to the heap here.
  private func returnsAppended(_ line: Substring, at index: Int) -> Bool {
    let statement = line.trimmed
    guard statement == "return" || statement.hasPrefix("return ") else { return false }
    let results = statement.dropFirst(6).split(separator: ",").map(\.trimmed)
    for row in text.rowsAbove(index) {
      let above = Substring(String(decoding: text.lines[row], as: UTF8.self)).trimmed
      if let (target, _) = Self.append(above), results.isEmpty || results.contains(target) {
        return true
      }
      if above.hasPrefix("func ") { return false }
    }
    return false
  }

  /// The line returns something, and the function around it does not return a string.
  private func returnsInterface(_ line: Substring, at index: Int) -> Bool {
    guard line.trimmed.hasPrefix("return ") else { return false }
    for row in text.rowsAbove(index) {
      let above = Substring(String(decoding: text.lines[row], as: UTF8.self)).trimmed
      guard above.hasPrefix("func ") || above.contains("func(") else { continue }
      return !above.contains("string")
    }
    return true
  }

  /// Eight keys and values of eight bytes, and a word that says which exist.
  private static let smallestGroup: Int64 = 128

  /// In bytes: numbers, strings and short slices in interfaces are not larger.
  private static let largestBox: Int64 = 64

  /// The type's underlying type is a map.
  private func isMap(_ type: Substring) -> Bool {
    let name = String(type)
    return text.declared.maps.contains(name) || program.ownNames.maps.contains(name)
  }

  private func isSlice(_ type: Substring) -> Bool {
    let name = String(type)
    return text.declared.slices.contains(name) || program.ownNames.slices.contains(name)
  }

  private static func formats(_ line: Substring) -> Bool {
    [
      "fmt.Sprint", "fmt.Fprint", "fmt.Print", "fmt.Errorf(", "fmt.Append", "log.Print",
      "log.Fatal",
    ]
    .contains { line.contains($0) }
  }

  /// The line concatenates strings.
  private static func concatenates(_ line: Substring) -> Bool {
    line.operatorsPlus.contains { left, right in
      ["\"", "`"].contains { left.hasSuffix($0) || right.hasPrefix($0) }
    }
  }

  private static func looksUpCaller(_ line: Substring) -> Bool {
    ["runtime.Caller(", "runtime.Callers(", "runtime.CallersFrames(", "runtime.FuncForPC("]
      .contains { line.contains($0) }
  }

  /// Something else on the line allocates.
  private static func makes(_ line: Substring) -> Bool {
    ["make(", "new(", "append(", "func("].contains { line.contains($0) }
      || line.replacing("&&", with: "").contains("&")
  }
}

/// Text that grows.
extension SourceReader {
  private func grows(_ line: Substring, at index: Int, _ sizes: BlockSizes) -> Bool {
    let statement = line.trimmed
    if let (left, _) = statement.cut(at: "+=") { return !left.lastStatement.contains("[") }
    guard let (left, right) = statement.cut(at: "=") else { return false }
    let target = left.lastStatement
    guard !target.isEmpty, !target.contains("["), !target.hasSuffix(":") else { return false }
    let operands = right.operandsOfSum
    guard operands.count > 1, operands.contains(target) else { return false }
    // A prefix is put in front of a text once.
    return operands.first == target || sizes.growsRepeatedly || text.isInLoop(index)
  }

  /// The `x` of `x = append(x, …)`, and whether a single element is appended.
  private static func append(_ line: Substring) -> (target: Substring, isElement: Bool)? {
    guard let (left, arguments) = line.cut(at: "append("), left.trimmed.hasSuffix("=") else {
      return nil
    }
    let target = left.trimmed.dropLast().trimmed.lastStatement
    let parts = arguments.arguments
    guard parts.count > 1, parts[0] == target else { return nil }
    return (target, !parts[1].hasSuffix("..."))
  }

  private static func converts(_ line: Substring) -> Bool {
    for (conversion, literals) in [
      ("[]byte(", ["\"", "`", "nil"]), ("[]rune(", ["\"", "`", "nil"]),
      ("string(", ["rune(", "\"", "'"]),
    ] {
      var rest = line
      while let (left, right) = rest.cut(at: conversion) {
        let isWord = left.last.map { $0.isWord || $0 == "." } ?? false
        if !isWord, !literals.contains(where: { right.hasPrefix($0) }) { return true }
        rest = right
      }
    }
    return false
  }
}

/// Maps.
extension SourceReader {
  /// The line writes to a map: `m[k] = v`, `m[k]++` or `m[k] += v`.
  private func writesMap(_ line: Substring, at index: Int) -> Bool {
    let statement = line.trimmed
    // A block header.
    if statement.hasSuffix("{") { return false }
    for sign in ["++", "--", "+=", "|=", "="] {
      guard let (left, right) = statement.cut(at: sign) else { continue }
      if sign == "=", right.hasPrefix("=") { return false }
      let target = left.lastStatement
      guard target.hasSuffix("]"), let map = target.withoutIndex else { return false }
      switch declared(map, above: index) {
      case .map: return true
      case .bytes, .other: return false
      // Nothing else here can allocate: an element of a slice exists already.
      case nil: return ["++", "--"].contains(sign) || sign == "=" && Self.isPlain(right)
      }
    }
    return false
  }

  /// An expression that allocates nothing on its line; calls have lines of their own.
  private static func isPlain(_ expression: Substring) -> Bool {
    let expression = expression.trimmed
    return !expression.isEmpty && !expression.contains("+") && !expression.contains("[]")
      && !expression.contains("map[")
  }

  /// The nearest loop around the line ranges over a map.
  private func isInLoopOverMap(_ index: Int) -> Bool {
    guard let loop = text.loops(around: index).first,
      text.lines[loop].count <= Self.longestLine,
      let (_, ranged) = Substring(String(decoding: text.lines[loop], as: UTF8.self))
        .cut(at: "range ")
    else { return false }
    let (expression, _) = ranged.cut(at: "{") ?? (ranged, "")
    let map = expression.trimmed.filter { !"*()".contains($0) }
    return declared(Substring(map), above: loop) == .map
  }

  /// The type of a variable or field, if it is declared anywhere.
  private func declared(_ expression: Substring, above index: Int) -> SourceText.DeclaredType? {
    let word = expression.suffixWord
    // An element: its type is inside another type.
    guard !word.isEmpty else { return nil }
    let name = Array(word.utf8)
    let isField = expression.utf8.count > name.count
    func inFunction(_ names: SourceText.DeclaredNames) -> SourceText.DeclaredType? {
      isField ? nil : text.declaration(of: name, above: index, names: names)
    }
    return inFunction(text.declared)
      ?? program.outerDeclaration(of: name, isField: isField, in: file, others: false)
      ?? inFunction(program.names(with: text))
      ?? program.outerDeclaration(of: name, isField: isField, in: file, others: true)
  }
}

/// Slices made too large.
extension SourceReader {
  /// `make([]T, 0, N)` with a constant N.
  private func makesConstantCapacity(_ line: Substring) -> Bool {
    guard let (_, arguments) = line.cut(at: "make([]") else { return false }
    let parts = arguments.arguments
    guard parts.count == 3 else { return false }
    let words = parts[2].split { !$0.isWord }
    return !words.isEmpty && !parts[2].contains("(")
      && words.allSatisfy { word in
        word.first?.isNumber ?? false || isConstant(word)
      }
  }

  private func isConstant(_ name: Substring) -> Bool {
    let name = String(name)
    return text.declared.constants.contains(name) || program.ownNames.constants.contains(name)
  }
}
