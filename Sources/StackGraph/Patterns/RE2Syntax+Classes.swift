/// Character classes.
extension RE2Syntax {
  /// Reads a class after its bracket.
  mutating func characterClass(_ start: Int) throws(PatternError) {
    var content: [UInt8] = []
    // Classes that belong to this one and cannot be written inside brackets.
    var others: [[UInt8]] = []
    let isNegated = index < bytes.count && bytes[index] == UInt8(ascii: "^")
    if isNegated { index += 1 }
    var isFirst = true
    // A bracket right after the opening one stands for itself.
    while index < bytes.count, isFirst || bytes[index] != UInt8(ascii: "]") {
      if content.count + others.reduce(0, { $0 + $1.count }) > Self.longestOutput {
        throw PatternError(reason: "too many classes of characters", offset: index)
      }
      isFirst = false
      if let named = try namedClass() {
        content += named
      } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count,
        let set = PerlClass(bytes[index + 1])
      {
        index += 2
        content += set.ranges
      } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count,
        "pP".utf8.contains(bytes[index + 1])
      {
        index += 1
        let property = try property(index - 1)
        if let text = property.classContent {
          content += text
        } else {
          others.append(property.asClass)
        }
      } else {
        content += try range()
      }
    }
    guard index < bytes.count else { throw error("missing closing ]", start, bytes.count) }
    index += 1
    let plain = Array((isNegated && others.isEmpty ? "[^" : "[").utf8) + content + "]".utf8
    if others.isEmpty { return emit(plain) }
    let all = (content.isEmpty ? others : [plain] + others).joined(separator: "|".utf8)
    emit(
      isNegated
        ? Array("(?:(?!".utf8) + all + ")(?s:.))".utf8 : Array("(?:".utf8) + all + ")".utf8)
  }

  /// Reads `[:alpha:]` or `[:^alpha:]`, or returns nil.
  private mutating func namedClass() throws(PatternError) -> [UInt8]? {
    let rest = bytes[index...]
    guard rest.starts(with: "[:".utf8) else { return nil }
    guard
      let colon = rest.indices.dropFirst(2).first(where: { rest[$0...].starts(with: ":]".utf8) })
    else { return nil }
    let name = rest[(index + 2)..<colon]
    let plain = name.first == UInt8(ascii: "^") ? name.dropFirst() : name
    let names = [
      "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
      "space", "upper", "word", "xdigit",
    ]
    guard names.contains(where: { plain.elementsEqual($0.utf8) }) else {
      throw error("invalid character class range", index, colon + 2)
    }
    index = colon + 2
    return Array(rest[..<(colon + 2)])
  }

  /// Reads a character, or a range of them, in a class.
  private mutating func range() throws(PatternError) -> [UInt8] {
    let start = index
    let low = try classScalar()
    let rest = bytes[index...]
    guard rest.first == UInt8(ascii: "-"), rest.count > 1, bytes[index + 1] != UInt8(ascii: "]")
    else { return Self.hexadecimal(low) }
    index += 1
    let high = try classScalar()
    if high < low { throw error("invalid character class range", start, index) }
    return Self.hexadecimal(low) + [UInt8(ascii: "-")] + Self.hexadecimal(high)
  }

  private mutating func classScalar() throws(PatternError) -> UInt32 {
    let start = index
    index += 1
    if bytes[start] == UInt8(ascii: "\\") { return try escapedScalar(start) }
    while index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    return text.unicodeScalars.first?.value ?? 0
  }
}

/// `\d`, `\s`, `\w` and their opposites, which are sets of ASCII here.
struct PerlClass {
  /// The set as written between brackets.
  var ranges: [UInt8]

  init?(_ letter: UInt8) {
    let text: String
    switch letter {
    case UInt8(ascii: "d"): text = "0-9"
    case UInt8(ascii: "D"): text = "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}"
    case UInt8(ascii: "s"): text = "\\x{9}\\x{a}\\x{c}\\x{d}\\x{20}"
    case UInt8(ascii: "S"): text = "\\x{0}-\\x{8}\\x{b}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"
    case UInt8(ascii: "w"): text = "0-9A-Za-z_"
    case UInt8(ascii: "W"):
      text = "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}"
    default: return nil
    }
    ranges = Array(text.utf8)
  }
}
