import LogText

/// A line of Prometheus' text exposition, or of OpenMetrics text: a name, labels, a value, perhaps
/// a timestamp and an exemplar.
struct SampleLine {
  /// The row of ``SeriesNames``; nil for any other series.
  var row: Int?

  /// The labels that identify the process: those other than the series' own, sorted.
  var labels: [(name: String, value: String)] = []
  var value = 0.0

  /// Seconds since 1970; nil without a timestamp.
  var seconds: Double?

  /// Why a line is not a sample.
  enum Fault: Error {
    /// It does not begin as a sample does.
    case other

    /// It begins as a sample of a known series does, but does not continue as one.
    case damaged
  }

  init(_ line: ArraySlice<UInt8>) throws(Fault) {
    var cursor = ByteCursor(line)
    cursor.skipBlanks()
    var name = Self.name(&cursor)
    let named = name.isEmpty ? nil : SeriesNames.all.row(name)
    if !name.isEmpty, named == nil {
      // Most samples are of other series: it is enough to check that it looks like one.
      guard Self.looksLikeSample(cursor) else { throw .other }
      return
    }
    cursor.skipBlanks()
    var pairs: [(ArraySlice<UInt8>, ArraySlice<UInt8>)] = []
    if cursor.next == UInt8(ascii: "{") {
      guard let labels = Self.labels(&cursor, &name) else {
        throw named == nil ? .other : .damaged
      }
      pairs = labels
    }
    guard let row = named ?? SeriesNames.all.row(name) else {
      guard !name.isEmpty else { throw .other }
      return
    }
    cursor.skipBlanks()
    guard let value = Self.number(&cursor) else { throw .damaged }
    self.value = value
    cursor.skipBlanks()
    if let next = cursor.next, next != UInt8(ascii: "#"), next != 0x0d {
      guard let time = Self.number(&cursor) else { throw .damaged }
      seconds = Self.seconds(time)
      cursor.skipBlanks()
      if let next = cursor.next, next != UInt8(ascii: "#"), next != 0x0d { throw .damaged }
    }
    self.row = row
    take(pairs)
  }

  /// Takes the labels that identify the process, and the quantile.
  private mutating func take(_ pairs: [(ArraySlice<UInt8>, ArraySlice<UInt8>)]) {
    for (name, value) in pairs {
      if name.equals("quantile") {
        // Of the quantiles, only the longest pause is a figure.
        if !value.equals("1"), !value.equals("1.0") { row = nil }
      } else if !name.equals("le"), !name.equals("__name__"), !value.isEmpty {
        labels.append((name.text, value.text))
      }
    }
    if labels.count > 1 { labels.sort { $0.name < $1.name } }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
  }

  private static func name(_ cursor: inout ByteCursor) -> ArraySlice<UInt8> {
    let start = cursor.position
    guard let first = cursor.next, isNameByte(first), !first.isDigit else {
      return cursor.bytes[start..<start]
    }
    while let byte = cursor.next, isNameByte(byte) { cursor.position += 1 }
    return cursor.bytes[start..<cursor.position]
  }

  /// Whether the text after a name is that of a sample: labels and a number, or a number.
  private static func looksLikeSample(_ cursor: ByteCursor) -> Bool {
    guard let next = cursor.next else { return false }
    var rest = cursor
    if next == UInt8(ascii: "{") {
      guard let end = cursor.bytes.lastIndex(of: UInt8(ascii: "}")) else { return false }
      // An exemplar also has labels.
      if let mark = cursor.bytes.position(of: " # {", from: cursor.position) {
        return mark > cursor.position
      }
      rest.position = end + 1
    } else if !next.isBlank {
      return false
    }
    rest.skipBlanks()
    guard takesNumber(&rest) else { return false }
    rest.skipBlanks()
    // A timestamp, an exemplar, or the end.
    if let next = rest.next, next != UInt8(ascii: "#") {
      guard takesNumber(&rest) else { return false }
      rest.skipBlanks()
    }
    return rest.isAtEnd || rest.next == UInt8(ascii: "#")
  }

  /// Skips a word if it may be a number, judging by its beginning.
  private static func takesNumber(_ cursor: inout ByteCursor) -> Bool {
    guard let byte = cursor.next else { return false }
    let isNumber =
      byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".") || cursor.rest.hasPrefix("NaN") || cursor.rest.hasPrefix("Inf")
    if isNumber { while let byte = cursor.next, !byte.isBlank { cursor.position += 1 } }
    return isNumber
  }

  /// Reads `{name="value",…}`; a quoted text without a value is the name of the series.
  private static func labels(
    _ cursor: inout ByteCursor, _ series: inout ArraySlice<UInt8>
  ) -> [(ArraySlice<UInt8>, ArraySlice<UInt8>)]? {
    var pairs: [(ArraySlice<UInt8>, ArraySlice<UInt8>)] = []
    cursor.position += 1
    while true {
      cursor.skipBlanks()
      guard let byte = cursor.next else { return nil }
      if byte == UInt8(ascii: "}") {
        cursor.position += 1
        return pairs
      }
      let isQuoted = byte == UInt8(ascii: "\"")
      let name = isQuoted ? quoted(&cursor) : self.name(&cursor)
      guard let name, isQuoted || !name.isEmpty else { return nil }
      cursor.skipBlanks()
      if cursor.take("=") {
        cursor.skipBlanks()
        guard let value = quoted(&cursor) else { return nil }
        pairs.append((name, value))
      } else if isQuoted, series.isEmpty {
        series = name
      } else {
        return nil
      }
      cursor.skipBlanks()
      if !cursor.take(","), cursor.next != UInt8(ascii: "}") { return nil }
    }
  }

  private static func quoted(_ cursor: inout ByteCursor) -> ArraySlice<UInt8>? {
    guard cursor.take("\"") else { return nil }
    let start = cursor.position
    var isPlain = true
    while let byte = cursor.next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        cursor.position += 1
      }
      cursor.position += 1
    }
    guard cursor.position < cursor.bytes.endIndex else { return nil }
    let text = cursor.bytes[start..<cursor.position]
    cursor.position += 1
    return isPlain ? text : unescaped(text)
  }

  /// Decodes the three escapes of the format.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in text {
      if isEscaped {
        result.append(byte == UInt8(ascii: "n") ? 0x0a : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    return result[...]
  }

  /// Reads a number up to a blank, as Go's `strconv.ParseFloat` does.
  private static func number(_ cursor: inout ByteCursor) -> Double? {
    let start = cursor.position
    while let byte = cursor.next, !byte.isBlank { cursor.position += 1 }
    let word = cursor.bytes[start..<cursor.position]
    // Most numbers are whole.
    if word.count < 16, let first = word.first, first.isDigit, word.allSatisfy(\.isDigit) {
      return Double(word.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
    guard let first = word.first, word.count < 64,
      first.isDigit || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        || first == UInt8(ascii: ".") || first == UInt8(ascii: "N") || first == UInt8(ascii: "I")
    else { return nil }
    return Double(word.text)
  }

  /// Prometheus writes milliseconds, OpenMetrics seconds.
  private static func seconds(_ value: Double) -> Double? {
    switch abs(value) {
    case 1e8..<1e11: value
    case 1e11..<1e15: value / 1000
    default: nil
    }
  }
}
