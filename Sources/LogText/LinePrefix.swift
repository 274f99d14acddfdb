/// What a logger writes before a text. Times, levels and source locations change from line to line;
/// the rest names the process and is constant.
package struct LinePrefix: Sendable, Equatable {
  struct Word: Sendable, Equatable {
    var bytes: [UInt8]

    /// The kind of word that may be in this place; nil when only the word itself may.
    var kind: Kind?

    func fits(_ other: ArraySlice<UInt8>) -> Bool {
      if let kind { return LinePrefix.kind(other) == kind }
      return other.elementsEqual(bytes)
    }
  }

  /// What changes from line to line.
  enum Kind: Sendable { case time, number, word, place, field }

  private(set) var words: [Word] = []

  /// The constant words that are meaningful, joined by blanks; empty without any.
  package private(set) var name = ""

  /// When the line was written, in seconds since 1970; nil when unknown.
  package private(set) var seconds: Double?

  /// What precedes the text without a blank: `12:` and `app.log:12:` of grep, `[info]`.
  private var glue: [UInt8] = []
  private var isGlueNamed = false

  private static let wordLimit = 16
  private static let longest = 512

  package init() {}

  package init(_ text: ArraySlice<UInt8>) {
    var named: [String] = []
    // If a program did not end its line, this may be anything.
    for range in Self.words(text.suffix(Self.longest)).suffix(Self.wordLimit) {
      let bytes = text[range]
      let kind = Self.kind(bytes)
      if range.upperBound == text.endIndex {
        glue = Array(bytes)
        if kind == nil, let word = Self.glueName(bytes) {
          named.append(word.text)
          isGlueNamed = true
        }
        break
      }
      words.append(Word(bytes: Array(bytes), kind: kind))
      if kind != nil {
        if seconds == nil, bytes.count > 4 { seconds = LogTime.seconds(text[range.lowerBound...]) }
      } else {
        let word = Self.core(bytes)
        if word.contains(where: { $0.isLetter || $0.isDigit }) { named.append(word.text) }
      }
    }
    name = named.joined(separator: " ")
  }

  package var isEmpty: Bool { words.isEmpty && glue.isEmpty }

  /// Where the text may begin in another line: after as many of the words as are there, in
  /// descending order, down to the beginning of the line.
  package func textStarts(in line: ArraySlice<UInt8>) -> [Int] {
    var starts = [line.startIndex]
    var index = line.startIndex
    for word in words {
      while index < line.endIndex, line[index].isBlank { index += 1 }
      var end = index
      while end < line.endIndex, !line[end].isBlank { end += 1 }
      let bytes = line[index..<end]
      guard !bytes.isEmpty, word.fits(bytes) else { return starts.reversed() }
      starts.append(min(end + 1, line.endIndex))
      index = end
    }
    if !glue.isEmpty {
      while index < line.endIndex, line[index].isBlank { index += 1 }
      if let end = glueEnd(line, index) { starts.append(end) }
    }
    return starts.reversed()
  }

  /// The end, in another line, of what precedes a text without a blank. Its numbers may change, and
  /// grep writes `12-` before the lines around those that it found.
  private func glueEnd(_ line: ArraySlice<UInt8>, _ start: Int) -> Int? {
    func isJoint(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
    }
    var index = start
    var last: UInt8 = 0
    for byte in glue {
      if byte.isDigit {
        if last.isDigit { continue }
        guard index < line.endIndex, line[index].isDigit else { return nil }
        while index < line.endIndex, line[index].isDigit { index += 1 }
      } else {
        guard index < line.endIndex, line[index] == byte || isJoint(line[index]) && isJoint(byte)
        else { return nil }
        index += 1
      }
      last = byte
    }
    return index
  }

  /// The constant, meaningful part of such a word: `app.log` of `app.log:12:`.
  private static func glueName(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    word.split { ":[]()|>+=\"".utf8.contains($0) }.first { part in
      part.contains { $0.isLetter } && kind(part) == nil
    }
  }

  /// Whether a line has, in the same places, all the words that name the process.
  package func names(_ line: ArraySlice<UInt8>) -> Bool {
    let starts = textStarts(in: line).count
    if isGlueNamed { return starts > words.count + 1 }
    guard let last = words.lastIndex(where: { $0.kind == nil }) else { return name.isEmpty }
    return starts > last + 1
  }

  private static func words(_ text: ArraySlice<UInt8>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var index = text.startIndex
    while index < text.endIndex {
      while index < text.endIndex, text[index].isBlank { index += 1 }
      let start = index
      while index < text.endIndex, !text[index].isBlank { index += 1 }
      if index > start { result.append(start..<index) }
    }
    return result
  }

  /// Removes brackets and punctuation at both ends.
  private static func core(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isMark(_ byte: UInt8) -> Bool {
      !byte.isLetter && !byte.isDigit && byte < 0x80 && byte != UInt8(ascii: "_")
        && byte != UInt8(ascii: "/")
    }
    var start = word.startIndex
    var end = word.endIndex
    while start < end, isMark(word[start]) { start += 1 }
    // `web[123]` keeps its bracket.
    while end > start, isMark(word[end - 1]), word[end - 1] != UInt8(ascii: "]") { end -= 1 }
    if end > start, word[end - 1] == UInt8(ascii: "]"),
      word[start..<end].position(of: UInt8(ascii: "[")) == nil
    {
      end -= 1
    }
    return word[start..<end]
  }

  /// Whether a word is a time, a number, a level or a source location.
  package static func isTimeOrLevel(_ word: ArraySlice<UInt8>) -> Bool { kind(word) != nil }

  /// The kind of a word; nil when the word is constant.
  private static func kind(_ word: ArraySlice<UInt8>) -> Kind? {
    let core = core(word)
    guard let first = core.first else { return nil }
    if let sign = core.position(of: UInt8(ascii: "=")), sign > core.startIndex {
      let changes =
        changingKeys.contains(String(decoding: core[..<sign], as: UTF8.self))
        || kind(core[(sign + 1)...]) != nil
      return changes ? .field : nil
    }
    var digits = 0
    var dots = 0
    var marks = 0
    var letters = 0
    for byte in core {
      if byte.isDigit {
        digits += 1
      } else if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") {
        dots += 1
      } else if byte.isLetter || byte == UInt8(ascii: "_") {
        letters += 1
      } else {
        marks += 1
      }
    }
    // An IP address is constant: it names a host.
    if digits > 0, letters == 0, marks == 0 { return dots == 3 ? nil : .number }
    // `10:00:59.123`, `2026/01/02`, `2026-01-02T03:04:05Z`, `2026-01-02T03:04:05.6+0000`
    if digits >= 4, letters <= 2, marks > 0, first.isDigit {
      var cursor = ByteCursor(core)
      let isDate = cursor.digits(4) != nil && (cursor.take("-") || cursor.take("/"))
      cursor.position = core.startIndex
      let isClock = cursor.digits(2) != nil && cursor.take(":") && cursor.digits(2) != nil
      if isDate || isClock { return .time }
    }
    // `1.5s`, `3ms`
    if digits > 0, letters <= 2, marks == 0, first.isDigit,
      core.hasSuffix("s") || core.hasSuffix("m")
    {
      return .number
    }
    // logrus and log15: `INFO[0042]`, `WARN[11-03|10:00:59]`.
    if core.last == UInt8(ascii: "]"), let bracket = core.position(of: UInt8(ascii: "[")),
      core[bracket + 1].isDigit, changingWords.contains(core[..<bracket].text.lowercased())
    {
      return .time
    }
    // svlogd and multilog: @4000000068a1b2c31234abcd.
    if core.count == 24, core.hasPrefix("40000000"), core.allSatisfy({ $0.hexDigit != nil }) {
      return .time
    }
    // klog: I0102.
    if digits == 4, letters == 1, core.count == 5, !first.isDigit { return .time }
    if let colon = core.position(of: ".go:") {
      return core[(colon + 4)...].allSatisfy { $0.isDigit || !$0.isLetter } ? .place : nil
    }
    return core.count <= 8 && changingWords.contains(core.text.lowercased()) ? .word : nil
  }

  private static let changingKeys: Set<String> = [
    "time", "ts", "t", "level", "lvl", "msg", "caller", "source", "seq", "line",
  ]

  private static let changingWords: Set<String> = {
    let levels =
      "trace debug info notice warn warning error err fatal panic critical dpanic crit alert emerg "
      + "trc dbg inf wrn ftl pnc dpa i w e f d"
    let times =
      "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun am pm utc gmt "
      + "z cet cest"
    return Set((levels + " " + times + " stdout stderr p").split(separator: " ").map(String.init))
  }()
}

extension Array where Element == String {
  /// The names without the words that all of them have: `web-1 app` and `web-2 app` become `web-1`
  /// and `web-2`.
  package var distinguished: [String] {
    guard count > 1 else { return self }
    let parts = map { $0.split(whereSeparator: { $0 == " " || $0 == "/" }) }
    let shared = parts.dropFirst().reduce(Set(parts[0])) { $0.intersection($1) }
    return zip(self, parts).map { name, words in
      let own = words.filter { !shared.contains($0) }
      return own.isEmpty ? name : own.joined(separator: "/")
    }
  }
}
