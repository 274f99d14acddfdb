/// Refuses what PCRE2 accepts beyond RE2 (https://github.com/google/re2/wiki/Syntax),
/// so that an expression means here what it means in pprof.
enum RE2Syntax {
  /// The most repetitions that RE2 accepts.
  private static let largestRepeat = 1000

  /// Letters and signs that may follow a backslash; punctuation always may.
  private static let escapes = Set("AabBCdDfnpPQrsStvwWxzE01234567".utf8)

  static func check(_ source: String) throws(PatternError) {
    let bytes = Array(source.utf8)
    var index = 0
    var inClass = false
    var afterRepeat = false
    while index < bytes.count {
      let start = index
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\\"):
        guard index < bytes.count else {
          throw PatternError(reason: "trailing backslash at end of expression", offset: start)
        }
        let escaped = bytes[index]
        index += 1
        if escaped == UInt8(ascii: "Q") { index = skipQuoted(bytes, index) }
        try checkEscape(escaped, next: index < bytes.count ? bytes[index] : 0, offset: start)
        afterRepeat = false
      case UInt8(ascii: "[") where !inClass:
        inClass = true
        if index < bytes.count, bytes[index] == UInt8(ascii: "^") { index += 1 }
        // A bracket right behind the opening one stands for itself.
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") { index += 1 }
        afterRepeat = false
      case UInt8(ascii: "[") where bytes[index...].first == UInt8(ascii: ":"):
        // [:alpha:]: its bracket must not close the class.
        if let end = find(":]", bytes, from: index) { index = end + 2 }
      case UInt8(ascii: "]") where inClass: inClass = false
      case _ where inClass: break
      case UInt8(ascii: "("):
        try checkGroup(bytes, index)
        // The question mark behind the bracket repeats nothing.
        if index < bytes.count, bytes[index] == UInt8(ascii: "?") { index += 1 }
        afterRepeat = false
      case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
        try finishRepeat(bytes, &index, start, afterRepeat)
        afterRepeat = true
      case UInt8(ascii: "{"):
        if let end = try repeatEnd(bytes, index, start) {
          index = end
          try finishRepeat(bytes, &index, start, afterRepeat)
          afterRepeat = true
        } else {
          afterRepeat = false
        }
      default: afterRepeat = false
      }
    }
  }

  /// Takes the `?` of a lazy repeat and refuses a repeat of a repeat, which
  /// PCRE2 would read as possessive.
  private static func finishRepeat(
    _ bytes: [UInt8], _ index: inout Int, _ start: Int, _ afterRepeat: Bool
  ) throws(PatternError) {
    if afterRepeat { throw PatternError(reason: "invalid nested repetition operator", offset: start) }
    if index < bytes.count, bytes[index] == UInt8(ascii: "?") { index += 1 }
  }

  private static func checkEscape(
    _ escaped: UInt8, next: UInt8, offset: Int
  ) throws(PatternError) {
    let isOctal = escaped >= UInt8(ascii: "1") && escaped <= UInt8(ascii: "7")
    let hasOctalTail = next >= UInt8(ascii: "0") && next <= UInt8(ascii: "7")
    let isWord =
      escaped >= 0x80 || escaped == UInt8(ascii: "_")
      || Character(UnicodeScalar(escaped)).isLetter || Character(UnicodeScalar(escaped)).isNumber
    if isOctal && !hasOctalTail || isWord && !escapes.contains(escaped) {
      let text = String(UnicodeScalar(escaped))
      throw PatternError(reason: "invalid escape sequence: `\\\(text)`", offset: offset)
    }
  }

  /// Allows `(…`, `(?flags)`, `(?flags:…`, `(?P<name>…` and `(?<name>…`.
  private static func checkGroup(_ bytes: [UInt8], _ index: Int) throws(PatternError) {
    guard index < bytes.count else { return }
    if bytes[index] == UInt8(ascii: "*") {
      throw PatternError(reason: "missing argument to repetition operator: `*`", offset: index)
    }
    guard bytes[index] == UInt8(ascii: "?") else { return }
    let rest = bytes[(index + 1)...]
    if rest.starts(with: "P<".utf8) { return }
    if rest.first == UInt8(ascii: "<"), rest.count > 1,
      bytes[index + 2] != UInt8(ascii: "="), bytes[index + 2] != UInt8(ascii: "!")
    {
      return
    }
    let flags = rest.prefix { "imsU-".utf8.contains($0) }
    let end = rest.dropFirst(flags.count).first
    if end != UInt8(ascii: ":"), end != UInt8(ascii: ")") || flags.isEmpty {
      let text = String(decoding: bytes[(index - 1)...].prefix(8), as: UTF8.self)
      throw PatternError(reason: "invalid or unsupported Perl syntax: `\(text)`", offset: index - 1)
    }
  }

  /// Returns where a `{n}`, `{n,}` or `{n,m}` ends, or nil when the brace is text.
  private static func repeatEnd(
    _ bytes: [UInt8], _ index: Int, _ start: Int
  ) throws(PatternError) -> Int? {
    guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
    let parts = bytes[index..<close].split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, !first.isEmpty,
      parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
    else { return nil }
    for part in parts where !part.isEmpty {
      guard let number = Int(String(decoding: part, as: UTF8.self)), number <= largestRepeat else {
        throw PatternError(reason: "invalid repeat count", offset: start)
      }
    }
    return close + 1
  }

  private static func skipQuoted(_ bytes: [UInt8], _ index: Int) -> Int {
    find("\\E", bytes, from: index).map { $0 + 2 } ?? bytes.count
  }

  private static func find(_ text: String, _ bytes: [UInt8], from index: Int) -> Int? {
    let wanted = Array(text.utf8)
    guard index + wanted.count <= bytes.count else { return nil }
    return (index...(bytes.count - wanted.count)).first {
      bytes[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }
}
