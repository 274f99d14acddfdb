/// Parses an expression as Go's regexp does (https://github.com/google/re2/wiki/Syntax) and
/// translates it to PCRE2 syntax with the same meaning.
///
/// PCRE2 accepts much that RE2 rejects (lookaheads, backreferences, possessive repeats), rejects a
/// little that RE2 accepts (`^*`, `\_`, `[[.a.]]`), and reads some things differently (`\s` and
/// `\v`, octal escapes). Groups keep their numbers.
struct RE2Syntax {
  /// Returns the expression in PCRE2's syntax.
  static func translated(_ source: String) throws(PatternError) -> [UInt8] {
    var syntax = RE2Syntax(bytes: Array(source.utf8))
    try syntax.translate()
    return syntax.output
  }

  /// The most repetitions that RE2 accepts; those of nested repeats multiply.
  private static let largestRepeat = 1000

  let bytes: [UInt8]
  var index = 0
  private var output: [UInt8] = []

  /// Where the last repeatable item begins in ``output``, or nil.
  private var operand: Int?

  /// The product of the nested repeats of that item.
  private var operandRepeats = 1
  private var groups: [Group] = []
  private var groupNames: Set<[UInt8]> = []

  /// Matching ignores case here.
  private(set) var foldsCase = false

  /// The longest translation: a property may expand to many characters.
  static let longestOutput = 1 << 20

  private struct Group {
    var sourceOffset: Int
    var outputOffset: Int
    /// Whether matching ignores case around the group.
    var foldsCaseOutside = false
    /// The largest product of repeats inside the group so far.
    var repeats = 1
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func translate() throws(PatternError) {
    groups = [Group(sourceOffset: 0, outputOffset: 0)]
    while index < bytes.count {
      let start = index
      if output.count > Self.longestOutput {
        throw PatternError(reason: "too many classes of characters", offset: start)
      }
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\\"): try escape(start)
      case UInt8(ascii: "["): try characterClass(start)
      case UInt8(ascii: "("): try openGroup(start)
      case UInt8(ascii: ")"): try closeGroup(start)
      case UInt8(ascii: "|"):
        output.append(byte)
        operand = nil
      case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
        try repeatOperand(start, [byte], count: 1)
      case UInt8(ascii: "{"):
        if let (text, count) = try countedRepeat(start) {
          try repeatOperand(start, text, count: count)
        } else {
          literal([byte])
        }
      case UInt8(ascii: "^"), UInt8(ascii: "$"): emit("(?:" + [byte] + ")")
      case UInt8(ascii: "."): emit([byte])
      case 0x80...:
        while index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
        emit(bytes[start..<index])
      default: literal([byte])
      }
    }
    if groups.count > 1 {
      throw PatternError(reason: "missing closing )", offset: groups[groups.count - 1].sourceOffset)
    }
  }

  // MARK: Writing

  /// Writes an item that a repeat may follow.
  mutating func emit(_ text: some Sequence<UInt8>) {
    operand = output.count
    operandRepeats = 1
    output += text
  }

  private mutating func literal(_ character: [UInt8]) {
    let isSpecial = character.count == 1 && "\\.+*?()|[]{}^$".utf8.contains(character[0])
    emit((isSpecial ? [UInt8(ascii: "\\")] : []) + character)
  }

  static func hexadecimal(_ scalar: UInt32) -> [UInt8] {
    Array("\\x{\(String(scalar, radix: 16))}".utf8)
  }

  // MARK: Repeats

  private mutating func repeatOperand(
    _ start: Int, _ text: [UInt8], count: Int
  ) throws(PatternError) {
    guard let operand else {
      throw error("missing argument to repetition operator", start, index)
    }
    var text = text
    if index < bytes.count, bytes[index] == UInt8(ascii: "?") {
      text.append(UInt8(ascii: "?"))
      index += 1
    }
    let next = index
    if index < bytes.count {
      var isRepeat = "*+?".utf8.contains(bytes[index])
      if bytes[index] == UInt8(ascii: "{") {
        index += 1
        isRepeat = try countedRepeat(next) != nil
        index = next
      }
      if isRepeat { throw error("invalid nested repetition operator", start, next + 1) }
    }
    let (product, overflow) = operandRepeats.multipliedReportingOverflow(by: max(1, count))
    if overflow || product > Self.largestRepeat { throw error("invalid repeat count", start, next) }
    groups[groups.count - 1].repeats = max(groups[groups.count - 1].repeats, product)
    output.insert(contentsOf: "(?:".utf8, at: operand)
    output += Array(")".utf8) + text
    self.operand = nil
  }

  /// Reads `{n}`, `{n,}` or `{n,m}` after its brace. Returns nil, without advancing, when the brace
  /// is text.
  private mutating func countedRepeat(
    _ start: Int
  ) throws(PatternError) -> (text: [UInt8], count: Int)? {
    guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
    let parts = bytes[index..<close].split(
      separator: UInt8(ascii: ","), maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty else { return nil }
    var numbers: [Int] = []
    for part in parts where !part.isEmpty {
      // Leading zeros make it text.
      let isNumber = part.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      guard isNumber, part.count == 1 || part.first != 0x30 else { return nil }
      numbers.append(Int(String(decoding: part, as: UTF8.self)) ?? .max)
    }
    let isOrdered = numbers.count < 2 || numbers[0] <= numbers[1]
    guard isOrdered, numbers.allSatisfy({ $0 <= Self.largestRepeat }) else {
      throw error("invalid repeat count", start, close + 1)
    }
    index = close + 1
    return (Array(bytes[start...close]), numbers[numbers.count - 1])
  }

  // MARK: Groups

  private mutating func openGroup(_ start: Int) throws(PatternError) {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "?") else {
      push(start, "(")
      return
    }
    index += 1
    let rest = bytes[index...]
    if rest.starts(with: "P<".utf8) || rest.first == UInt8(ascii: "<") {
      try nameGroup(start)
      return
    }
    let flags = Array(rest.prefix { "imsU-".utf8.contains($0) })
    index += flags.count
    let end = index < bytes.count ? bytes[index] : 0
    let dashes = flags.count { $0 == UInt8(ascii: "-") }
    guard end == UInt8(ascii: ":") || end == UInt8(ascii: ")"), dashes <= 1,
      flags.last != UInt8(ascii: "-")
    else { throw error("invalid or unsupported Perl syntax", start, index + 1) }
    index += 1
    if end == UInt8(ascii: ":") {
      push(start, "(?" + flags + ":")
    } else if !flags.isEmpty {
      output += "(?" + flags + ")"
    }
    if let letter = flags.firstIndex(of: UInt8(ascii: "i")) {
      foldsCase = !flags[..<letter].contains(UInt8(ascii: "-"))
    }
  }

  /// Reads `(?P<name>` or `(?<name>`, starting at the `P` or `<`.
  private mutating func nameGroup(_ start: Int) throws(PatternError) {
    if bytes[index] == UInt8(ascii: "P") { index += 1 }
    index += 1
    let name = Array(bytes[index...].prefix { $0 != UInt8(ascii: ">") })
    let end = min(index + name.count + 1, bytes.count)
    let isLookbehind = name.first.map { "=!".utf8.contains($0) } ?? false
    guard !isLookbehind, index + name.count < bytes.count else {
      throw error("invalid or unsupported Perl syntax", start, min(start + 4, bytes.count))
    }
    let isName = name.allSatisfy { isASCIIAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    guard isName, !name.isEmpty else { throw error("invalid named capture", start, end) }
    guard groupNames.insert(name).inserted else {
      throw error("duplicate capture group name", start, end)
    }
    index = end
    push(start, "(")
  }

  private mutating func push(_ start: Int, _ opening: some Sequence<UInt8>) {
    groups.append(
      Group(sourceOffset: start, outputOffset: output.count, foldsCaseOutside: foldsCase))
    output += opening
    operand = nil
  }

  private mutating func push(_ start: Int, _ opening: String) { push(start, Array(opening.utf8)) }

  private mutating func closeGroup(_ start: Int) throws(PatternError) {
    guard groups.count > 1, let group = groups.popLast() else {
      throw PatternError(reason: "unexpected )", offset: start)
    }
    output.append(UInt8(ascii: ")"))
    operand = group.outputOffset
    operandRepeats = group.repeats
    foldsCase = group.foldsCaseOutside
    groups[groups.count - 1].repeats = max(groups[groups.count - 1].repeats, group.repeats)
  }

  // MARK: Escapes

  private mutating func escape(_ start: Int) throws(PatternError) {
    guard index < bytes.count else {
      throw PatternError(reason: "trailing backslash at end of expression", offset: start)
    }
    let escaped = bytes[index]
    switch escaped {
    case UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "b"), UInt8(ascii: "B"):
      index += 1
      emit("(?:\\" + [escaped] + ")")
    case UInt8(ascii: "Q"):
      index += 1
      quoted()
    case UInt8(ascii: "p"), UInt8(ascii: "P"): emit(try property(start).asClass)
    default:
      if let set = PerlClass(escaped) {
        index += 1
        emit("[" + set.ranges + "]")
      } else {
        emit(Self.hexadecimal(try escapedScalar(start)))
      }
    }
  }

  /// Everything up to `\E`, or to the end, is literal.
  private mutating func quoted() {
    while index < bytes.count {
      if bytes[index...].starts(with: "\\E".utf8) {
        index += 2
        return
      }
      let start = index
      index += 1
      while index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
      literal(Array(bytes[start..<index]))
    }
  }

  /// Reads an escape for one character, after its backslash.
  mutating func escapedScalar(_ start: Int) throws(PatternError) -> UInt32 {
    guard index < bytes.count else {
      throw PatternError(reason: "trailing backslash at end of expression", offset: start)
    }
    let escaped = bytes[index]
    index += 1
    switch escaped {
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      // A single digit other than 0 would be a backreference.
      let digits = bytes[(index - 1)...].prefix(3).prefix { (0x30...0x37).contains($0) }
      if escaped == UInt8(ascii: "0") || digits.count > 1 {
        index += digits.count - 1
        return digits.reduce(0) { $0 * 8 + UInt32($1 - 0x30) }
      }
    case UInt8(ascii: "x"): return try hexadecimalScalar(start)
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "f"): return 0x0c
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "r"): return 0x0d
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "v"): return 0x0b
    default: if escaped < 0x80, !isASCIIAlphanumeric(escaped) { return UInt32(escaped) }
    }
    while index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
    throw error("invalid escape sequence", start, index)
  }

  /// Reads `41` or `{1f600}` after `\x`.
  private mutating func hexadecimalScalar(_ start: Int) throws(PatternError) -> UInt32 {
    var digits = bytes[index...].prefix(2)
    var end = index + digits.count
    if digits.first == UInt8(ascii: "{") {
      digits = bytes[(index + 1)...].prefix { $0 != UInt8(ascii: "}") }
      end = min(digits.endIndex + 1, bytes.count)
      if digits.endIndex == bytes.count || digits.isEmpty { digits = [] }
    } else if digits.count < 2 {
      digits = []
    }
    let text = String(decoding: digits, as: UTF8.self)
    guard !text.hasPrefix("+"), !text.hasPrefix("-"), let number = UInt32(text, radix: 16),
      Unicode.Scalar(number) != nil
    else { throw error("invalid escape sequence", start, end) }
    index = end
    return number
  }

  /// Reads `\pN`, `\p{Greek}` or `\p{^Greek}` from its letter on.
  mutating func property(_ start: Int) throws(PatternError) -> UnicodeClass {
    var isNegated = bytes[index] == UInt8(ascii: "P")
    index += 1
    var name = bytes[index...].prefix(1)
    index += name.count
    if name.first == UInt8(ascii: "{") {
      name = bytes[index...].prefix { $0 != UInt8(ascii: "}") }
      index = min(index + name.count + 1, bytes.count)
      if name.endIndex == bytes.count { name = [] }
    }
    if name.first == UInt8(ascii: "^") {
      isNegated.toggle()
      name = name.dropFirst()
    }
    guard var found = UnicodeClass(name, folds: foldsCase) else {
      throw error("invalid character class range", start, index)
    }
    if isNegated { found.negate() }
    return found
  }

  func error(_ reason: String, _ start: Int, _ end: Int) -> PatternError {
    let text = String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
    return PatternError(reason: "\(reason): `\(text)`", offset: start)
  }
}

private func isASCIIAlphanumeric(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
  default: false
  }
}

private func + (left: String, right: some Sequence<UInt8>) -> [UInt8] { Array(left.utf8) + right }

private func + (left: [UInt8], right: String) -> [UInt8] { left + Array(right.utf8) }
