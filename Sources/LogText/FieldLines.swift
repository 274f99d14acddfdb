/// A line of `key=value` pairs, like the text formats of slog and logrus (logfmt).
struct FieldLine {
  /// The values that are texts, and the words before the first pair.
  var texts: [ArraySlice<UInt8>] = []
  var prefix: ArraySlice<UInt8>
  var time: ArraySlice<UInt8> = []

  /// The process, as the fields name it.
  var name = ""

  /// - Returns: nil when the line has no pairs, or no text among their values.
  init?(_ line: ArraySlice<UInt8>, _ bytes: ByteMarks, _ roles: inout FieldRoles) {
    guard
      line.contains(text: "msg=") || bytes.contains(.quote) && line.contains(text: "=\"")
    else { return nil }
    var marks = WriterMarks()
    prefix = line[line.startIndex..<line.startIndex]
    var pairs = 0
    var index = line.startIndex
    while index < line.endIndex {
      if line[index].isBlank {
        index += 1
        continue
      }
      let start = index
      while index < line.endIndex, Self.isNameByte(line[index]) { index += 1 }
      guard index > start, index < line.endIndex, line[index] == UInt8(ascii: "=") else {
        // A word. If a runtime wrote it, the pairs after it are only a suffix.
        while index < line.endIndex, !line[index].isBlank { index += 1 }
        if pairs == 0 { prefix = line[line.startIndex..<index] }
        continue
      }
      if pairs == 0, Anchor.stands(in: prefix) { return nil }
      let role = roles.role(of: FieldName.path(line[start..<index], in: nil))
      index += 1
      pairs += 1
      let value = Self.value(line, &index)
      if let rank = role.rank {
        marks.add(rank, value)
      } else if role.isTime {
        if time.isEmpty { time = value }
      } else if role.isText || Anchor.stands(in: value) {
        texts.append(value)
      }
    }
    if texts.isEmpty || pairs < 2 { return nil }
    name = marks.name()
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "@")
  }

  /// A quoted value with the escapes of Go's `strconv.Quote`, or a bare one.
  private static func value(_ line: ArraySlice<UInt8>, _ index: inout Int) -> ArraySlice<UInt8> {
    guard index < line.endIndex, line[index] == UInt8(ascii: "\"") else {
      let start = index
      while index < line.endIndex, !line[index].isBlank { index += 1 }
      return line[start..<index]
    }
    let start = index + 1
    index = start
    while index < line.endIndex, line[index] != UInt8(ascii: "\"") {
      index += line[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    let end = min(index, line.endIndex)
    index = min(end + 1, line.endIndex)
    let text = line[start..<end]
    return text.position(of: UInt8(ascii: "\\")) == nil ? text : LiteralEscapes.unquoted(text)[...]
  }
}

/// Line ends and tabs that were written as two or more visible characters.
enum LiteralEscapes {
  /// Decodes the escapes of Go's `strconv.Quote`.
  static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(text: "\\x") else { return JSONRecords.unescaped(text) }
    var result: [UInt8] = []
    var rest = text
    while let slash = rest.position(of: "\\x") {
      result += JSONRecords.unescaped(rest[..<slash])
      let digits = rest[(slash + 2)...].prefix(2)
      let value = digits.reduce(into: UInt8?(0)) { sum, byte in
        sum = sum.flatMap { sum in byte.hexDigit.map { sum << 4 | $0 } }
      }
      if digits.count == 2, let value {
        result.append(value)
        rest = rest[(slash + 4)...]
      } else {
        rest = rest[(slash + 2)...]
      }
    }
    return result + JSONRecords.unescaped(rest)
  }

  /// Returns a line with its literal line ends and tabs decoded; nil when it has none, or nothing
  /// that a runtime wrote.
  ///
  /// These are `\n` and `\t`, however often they were escaped, and rsyslog's `#012` and `#011`.
  static func resolved(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    guard
      line.contains(text: "\\n") || line.contains(text: "#012") || line.contains(text: "\\t")
        || line.contains(text: "u003e") || line.contains(text: "u003E")
    else { return nil }
    guard
      Anchor.beginsGoroutine(line) || Anchor.beginsCollection(line)
        || line.contains(text: "profile: ")
    else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(line.count)
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      if byte == UInt8(ascii: "\\") {
        var end = index
        while end < line.endIndex, line[end] == UInt8(ascii: "\\") { end += 1 }
        if let (replacement, length) = escape(line, end) {
          if let replacement { result.append(replacement) }
          index = end + length
          continue
        }
      } else if let (replacement, length) = entity(line, index) {
        result.append(replacement)
        index += length
        continue
      }
      result.append(byte)
      index += 1
    }
    return result.elementsEqual(line) ? nil : result
  }

  /// Whether a text was copied from the source of an HTML page.
  static func hasEntities(_ line: ArraySlice<UInt8>) -> Bool {
    line.contains(text: "&gt;") || line.contains(text: "&lt;")
  }

  /// Returns a text that was copied from the source of an HTML page, with its entities decoded.
  static func withoutEntities(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var result: [UInt8] = []
    var index = line.startIndex
    while index < line.endIndex {
      let (byte, length) = entity(line, index) ?? (line[index], 1)
      result.append(byte)
      index += length
    }
    return result[...]
  }

  /// Decodes the escape after backslashes.
  private static func escape(
    _ line: ArraySlice<UInt8>, _ index: Int
  ) -> (UInt8?, length: Int)? {
    guard index < line.endIndex else { return nil }
    switch line[index] {
    case UInt8(ascii: "n"): return (0x0a, 1)
    case UInt8(ascii: "t"): return (0x09, 1)
    case UInt8(ascii: "r"): return (nil, 1)
    case UInt8(ascii: "\""): return (UInt8(ascii: "\""), 1)
    default:
      if line.has("u003e", at: index) || line.has("u003E", at: index) {
        return (UInt8(ascii: ">"), 5)
      }
      if line.has("u003c", at: index) || line.has("u003C", at: index) {
        return (UInt8(ascii: "<"), 5)
      }
      if line.has("u0026", at: index) { return (UInt8(ascii: "&"), 5) }
      if line.has("u0009", at: index) { return (0x09, 5) }
      if line.has("u000a", at: index) || line.has("u000A", at: index) { return (0x0a, 5) }
      return nil
    }
  }

  /// Decodes an escape of rsyslog or an HTML entity.
  private static func entity(
    _ line: ArraySlice<UInt8>, _ index: Int
  ) -> (UInt8, length: Int)? {
    switch line[index] {
    case UInt8(ascii: "#"):
      if line.has("#012", at: index) { return (0x0a, 4) }
      if line.has("#011", at: index) { return (0x09, 4) }
    case UInt8(ascii: "&"):
      if line.has("&gt;", at: index) { return (UInt8(ascii: ">"), 4) }
      if line.has("&lt;", at: index) { return (UInt8(ascii: "<"), 4) }
      if line.has("&amp;", at: index) { return (UInt8(ascii: "&"), 5) }
      if line.has("&quot;", at: index) { return (UInt8(ascii: "\""), 6) }
      if line.has("&#34;", at: index) { return (UInt8(ascii: "\""), 5) }
    default: break
    }
    return nil
  }
}
