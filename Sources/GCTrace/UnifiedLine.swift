import LogText

/// A line of the JVM's unified log that belongs to a collection:
/// `[decorations] GC(123) text`.
struct UnifiedLine {
  var number: UInt64

  /// When the line was written: seconds since the start, or since 1970.
  var seconds: Double?

  /// The indentation of the text; parts of a part are indented more.
  var indent: Int
  var text: ArraySlice<UInt8>

  /// - Returns: nil when the line does not name a collection.
  init?(_ line: ArraySlice<UInt8>) {
    guard let mark = line.position(of: "GC(") else { return nil }
    var cursor = ByteCursor(line)
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
      var cursor = ByteCursor(part[..<end].trimmed)
      if let value = cursor.decimal() {
        switch cursor.rest.text {
        case "s": return value
        case "ms": return value / 1e3
        case "ns": return value / 1e9
        default: date = date ?? LogTime.seconds(cursor.bytes)
        }
      }
    }
    return date
  }
}
