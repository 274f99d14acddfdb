import ArgumentParser
import Glibc
import ProfileModel
import Reports

/// The meaning of the parts of a profile's file name: `pods/{pod}/{time}.pb.gz`.
///
/// The template is matched with the end of the path, folder by folder. Words in braces match any
/// text without a slash; if a name can be read in several ways, the first words match as much as
/// possible.
struct NameTemplate: OptionValue {
  static let description = ValueDescription(
    name: "template",
    expected: "a path with words in braces, each once, such as 'pods/{pod}/{time}.pb.gz'")

  private enum Piece: Equatable {
    case text(String)
    case word(String)
  }

  /// The pieces of each part of the path.
  private let parts: [[Piece]]

  /// The words, in order.
  let words: [String]

  /// More words in a part would only make matching slow.
  private static let mostWords = 4

  init?(argument: String) {
    var parts: [[Piece]] = []
    var words: [String] = []
    for part in argument.split(separator: "/") {
      var pieces: [Piece] = []
      var rest = part[...]
      while !rest.isEmpty {
        let text = rest.prefix { $0 != "{" && $0 != "}" }
        rest = rest.dropFirst(text.count)
        if !text.isEmpty { pieces.append(.text(String(text))) }
        if rest.isEmpty { break }
        guard rest.first == "{", let end = rest.firstIndex(of: "}") else { return nil }
        let word = String(rest[rest.index(after: rest.startIndex)..<end])
        guard !word.isEmpty, word.utf8.allSatisfy({ $0 == 0x5f || isLetterOrDigit($0) }),
          !words.contains(word)
        else { return nil }
        // Two adjacent words have no boundary between them.
        if case .word? = pieces.last { return nil }
        pieces.append(.word(word))
        words.append(word)
        rest = rest[rest.index(after: end)...]
      }
      if pieces.count(where: { if case .word = $0 { true } else { false } }) > Self.mostWords {
        return nil
      }
      parts.append(pieces)
    }
    if words.isEmpty { return nil }
    self.parts = parts
    self.words = words
  }

  /// Returns what a name says; nil when it does not match.
  func source(_ name: String) -> ExportSource? {
    let path = name.split(separator: "/")
    if path.count < parts.count { return nil }
    var found: [String: String] = [:]
    for (pieces, part) in zip(parts, path.suffix(parts.count)) {
      guard Self.match(pieces[...], part, &found) else { return nil }
    }
    var source = ExportSource(file: name)
    for word in words {
      guard let text = found[word] else { continue }
      if let field = ProfileOrigin.Field.allCases.first(where: { $0.name == word }) {
        source.origin[field] = text
      } else if word == "time" {
        guard let time = nanoseconds(inName: text) else { return nil }
        source.timeNanoseconds = time
      } else {
        source.labels.append((word, text))
      }
    }
    return source
  }

  private static func match(
    _ pieces: ArraySlice<Piece>, _ text: Substring, _ found: inout [String: String]
  ) -> Bool {
    guard let piece = pieces.first else { return text.isEmpty }
    switch piece {
    case .text(let literal):
      return text.hasPrefix(literal)
        && match(pieces.dropFirst(), text.dropFirst(literal.count), &found)
    case .word(let word):
      var end = text.endIndex
      while end > text.startIndex {
        if match(pieces.dropFirst(), text[end...], &found) {
          found[word] = String(text[..<end])
          return true
        }
        end = text.index(before: end)
      }
      return false
    }
  }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
}

/// Reads a time as file names contain it. It is a number of seconds, milliseconds, microseconds or
/// nanoseconds since 1970, distinguished by the number of digits; or a date, with or without a time
/// of day, in UTC: `2026-11-30T08:00:00Z`, `20261130-080000`, `2026-11-30_08-00`.
func nanoseconds(inName text: String) -> Int64? {
  let bytes = Array(text.utf8)
  if bytes.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text) {
    switch bytes.count {
    // None of them overflows 64 bits.
    case 9: return number * 1_000_000_000
    case 10: return number > 9_000_000_000 ? nil : number * 1_000_000_000
    case 13: return number > 9_000_000_000_000 ? nil : number * 1_000_000
    case 16: return number > 9_000_000_000_000_000 ? nil : number * 1000
    case 19: return number
    default: break
    }
  }
  var scan = TimeScan(bytes: bytes[...])
  guard let year = scan.number(4), let month = scan.number(2, after: "-"),
    let day = scan.number(2, after: "-")
  else { return nil }
  var parts = tm()
  parts.tm_year = Int32(year) - 1900
  parts.tm_mon = Int32(month) - 1
  parts.tm_mday = Int32(day)
  var fraction: Int64 = 0
  if let hour = scan.number(2, after: "T_- ") {
    guard let minute = scan.number(2, after: ":-") else { return nil }
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    if let second = scan.number(2, after: ":-") {
      parts.tm_sec = Int32(second)
      fraction = scan.nanoseconds()
    }
  }
  guard scan.isAtEnd, (1970...2261).contains(year), (1...12).contains(month),
    (1...31).contains(day), parts.tm_hour < 24, parts.tm_min < 60, parts.tm_sec < 60
  else { return nil }
  return Int64(timegm(&parts)) * 1_000_000_000 + fraction
}

/// Reads the digits of a time, from the beginning.
private struct TimeScan {
  var bytes: ArraySlice<UInt8>

  /// Nothing is left, except perhaps the sign of UTC.
  var isAtEnd: Bool { bytes.isEmpty || bytes.elementsEqual("Z".utf8) }

  /// Returns a number with this many digits, after one of the separators or none. Nil, with nothing
  /// read, when there is no such number.
  mutating func number(_ digits: Int, after separators: String = "") -> Int? {
    var rest = bytes
    if let first = rest.first, separators.utf8.contains(first) { rest.removeFirst() }
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    bytes = rest.dropFirst(digits)
    return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Reads the fraction after the seconds: nine digits at most.
  mutating func nanoseconds() -> Int64 {
    guard let first = bytes.first, first == UInt8(ascii: ".") || first == UInt8(ascii: ",") else {
      return 0
    }
    let digits = bytes.dropFirst().prefix { (0x30...0x39).contains($0) }
    if !(1...9).contains(digits.count) { return 0 }
    bytes = bytes.dropFirst(digits.count + 1)
    return digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
      * (digits.count..<9).reduce(1) { product, _ in product * 10 }
  }
}
