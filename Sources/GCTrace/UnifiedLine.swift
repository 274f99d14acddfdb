/// A line of the JVM's unified log that belongs to a collection:
/// `[decorations] GC(123) text`.
struct UnifiedLine {
  var number: UInt64

  /// When the line was written: seconds since the start, or since 1970.
  var seconds: Double?

  /// How far the text is indented; parts of a part are indented more.
  var indent: Int
  var text: ArraySlice<UInt8>

  /// - Returns: nil when the line names no collection.
  init?(_ line: ArraySlice<UInt8>) {
    guard let mark = line.position(of: "GC(") else { return nil }
    var cursor = LineCursor(line)
    cursor.position = mark + 3
    guard let number = cursor.number(), cursor.take(") ") else { return nil }
    let start = cursor.position
    cursor.skipBlanks()
    self.number = number
    indent = cursor.position - start
    text = cursor.rest.trimmed
    seconds = Self.time(line[..<mark])
  }

  /// The uptime or the date among the decorations (JEP 158): `[3.669s]`,
  /// `[3669ms]`, `[2026-11-24T00:24:45.917+0000]`.
  static func time(_ decorations: ArraySlice<UInt8>) -> Double? {
    var date: Double?
    for part in decorations.split(separator: UInt8(ascii: "[")) {
      guard let end = part.firstIndex(of: UInt8(ascii: "]")) else { continue }
      var cursor = LineCursor(part[..<end].trimmed)
      if let value = cursor.decimal() {
        switch cursor.rest.text {
        case "s": return value
        case "ms": return value / 1e3
        case "ns": return value / 1e9
        default: date = date ?? Self.date(cursor.bytes)
        }
      }
    }
    return date
  }

  /// Seconds since 1970 of `2026-11-24T00:24:45.917+0000`.
  private static func date(_ text: ArraySlice<UInt8>) -> Double? {
    var cursor = LineCursor(text)
    guard let year = cursor.number(), year < 10_000, cursor.take("-"), let month = cursor.number(),
      (1...12).contains(month), cursor.take("-"), let day = cursor.number(), day < 32,
      cursor.take("T"), let hour = cursor.number(), hour < 25, cursor.take(":"),
      let minute = cursor.number(), minute < 61, cursor.take(":"), let second = cursor.decimal()
    else { return nil }
    var zone = 0.0
    let isWest = cursor.next == UInt8(ascii: "-")
    if isWest || cursor.next == UInt8(ascii: "+") {
      cursor.position += 1
      if let digits = cursor.number(), digits < 10_000 {
        zone = Double(digits / 100 * 3600 + digits % 100 * 60) * (isWest ? -1 : 1)
      }
    }
    // Days from civil (Hinnant): March is the first month of a year.
    let shifted = Int(year) - (month <= 2 ? 1 : 0)
    let dayOfYear = (153 * ((Int(month) + 9) % 12) + 2) / 5 + Int(day) - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    return Double(days) * 86_400 + Double(hour) * 3600 + Double(minute) * 60 + second - zone
  }
}
