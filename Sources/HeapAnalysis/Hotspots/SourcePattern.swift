/// What a line of Go does, where no symbol below it tells.
///
/// The compiler calls the runtime for these, and heap profiles leave the
/// runtime's frames out: the line itself is all there is to read.
package enum SourcePattern: Sendable {
  /// `s += x`, again and again.
  case growingString

  /// `[]byte(s)` and `string(b)`.
  case conversion

  /// `m[k] = v` into a map that grows.
  case mapWrite

  /// `s = append(s, k)` in a loop over a map.
  case mapKeysAppended

  /// `make([]T, 0, 100000)`.
  case oversizedMake
}

/// Reads a line of Go source with what stands around it.
///
/// No parser: the line is known to allocate, and in a way that no call on it
/// explains, so a few shapes of statements are all that must be told apart.
struct SourceReader {
  /// Lines without comments, the contents of literals left out.
  private let lines: [String]

  /// Blocks at least this large are worth a look when a constant made them.
  private static let oversized: Int64 = 64 << 10

  init(_ text: [String]) {
    var isInComment = false
    var isInRawString = false
    lines = text.map { Self.code($0, &isInComment, &isInRawString) }
  }

  /// Returns what the line, counted from 1, does.
  func pattern(atLine number: Int64, sizes: BlockSizes) -> SourcePattern? {
    guard number >= 1, number <= Int64(lines.count) else { return nil }
    let index = Int(number) - 1
    let line = lines[index]
    let makes = ["make(", "new(", "append(", "&", "func("].contains { line.contains($0) }
    if !makes, !line.contains("{"), let target = Self.growingTarget(line), !target.contains("[") {
      return .growingString
    }
    if !makes, !line.contains("{") || line.contains("struct{}{}"), sizes.growsRepeatedly,
      let target = Self.assignedTarget(line), let bracket = target.firstIndex(of: "["),
      isMap(target[..<bracket])
    {
      return .mapWrite
    }
    if !makes, Self.converts(line) { return .conversion }
    if sizes.growsRepeatedly, let appended = Self.appendedValue(line),
      isLoopVariableOfMap(appended, above: index)
    {
      return .mapKeysAppended
    }
    if sizes.largest >= Self.oversized, Self.makesConstantCapacity(line) { return .oversizedMake }
    return nil
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

  /// `x` of `x += y` and of `x = x + y`.
  private static func growingTarget(_ line: String) -> Substring? {
    let statement = Substring(line).trimmed
    if let (left, _) = statement.cut(at: "+=") { return left.lastStatement }
    guard let (left, right) = statement.cut(at: "=") else { return nil }
    let target = left.lastStatement
    guard !target.isEmpty, right.trimmed.hasPrefix(target) else { return nil }
    return right.trimmed.dropFirst(target.count).trimmed.hasPrefix("+") ? target : nil
  }

  /// `m[k]` of `m[k] = v`, `m[k]++` and `m[k] += v`.
  private static func assignedTarget(_ line: String) -> Substring? {
    let statement = Substring(line).trimmed
    for sign in ["++", "--", "+=", "|=", "="] {
      guard let (left, right) = statement.cut(at: sign) else { continue }
      if sign == "=", right.hasPrefix("=") { return nil }
      let target = left.lastStatement
      return target.hasSuffix("]") ? target : nil
    }
    return nil
  }

  private static func converts(_ line: String) -> Bool {
    for (conversion, literals) in [
      ("[]byte(", ["\"", "`", "nil"]), ("string(", ["rune(", "\"", "'"]),
    ] {
      var rest = Substring(line)
      while let (left, right) = rest.cut(at: conversion) {
        let isWord = left.last.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." } ?? false
        if !isWord, !literals.contains(where: { right.hasPrefix($0) }) { return true }
        rest = right
      }
    }
    return false
  }

  /// `v` of `s = append(s, v)`.
  private static func appendedValue(_ line: String) -> Substring? {
    guard let (_, arguments) = Substring(line).cut(at: "append("),
      let (_, value) = arguments.cut(at: ",")
    else { return nil }
    return value.trimmed.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// A variable of the nearest `for … := range m {` above, with a map `m`.
  private func isLoopVariableOfMap(_ name: Substring, above index: Int) -> Bool {
    guard !name.isEmpty else { return false }
    for line in lines[max(0, index - 40)..<index].reversed() {
      guard let (head, ranged) = Substring(line).cut(at: "range ") else { continue }
      guard let (_, variables) = head.cut(at: "for ") else { continue }
      let names = variables.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      guard names.contains(name) else { continue }
      let (expression, _) = ranged.cut(at: "{") ?? (ranged, "")
      return isMap(expression.trimmed)
    }
    return false
  }

  /// Some line of the file says that the last part of `a.b.name` is a map.
  private func isMap(_ expression: Substring) -> Bool {
    let name = expression.trimmed.suffixWord
    guard !name.isEmpty else { return false }
    return lines.contains { line in
      guard let (head, _) = Substring(line).cut(at: "map[") else { return false }
      return head.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains(name)
    }
  }

  /// `make([]T, 0, N)` with a literal N.
  private static func makesConstantCapacity(_ line: String) -> Bool {
    guard let (_, arguments) = Substring(line).cut(at: "make([]") else { return false }
    let parts = arguments.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count >= 3, let capacity = parts.last?.trimmed else { return false }
    return capacity.first?.isNumber ?? false
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var result = self
    while let first = result.first, first.isWhitespace { result.removeFirst() }
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return result
  }

  /// What stands before and behind the first occurrence.
  fileprivate func cut(at text: String) -> (Substring, Substring)? {
    guard let range = firstRange(of: text) else { return nil }
    return (self[..<range.lowerBound], self[range.upperBound...])
  }

  /// The part behind the last `;`, `{` or `:`, such as of `if a { b += c }`.
  fileprivate var lastStatement: Substring {
    let start = lastIndex { ";{".contains($0) }.map { index(after: $0) } ?? startIndex
    return self[start...].trimmed
  }

  /// `name` of `a.b.name`.
  fileprivate var suffixWord: Substring {
    let start = lastIndex { !($0.isLetter || $0.isNumber || $0 == "_") }
    return self[(start.map { index(after: $0) } ?? startIndex)...]
  }
}
