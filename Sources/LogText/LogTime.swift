/// Reads times in logs.
package enum LogTime {
  /// Reads the time at the beginning of a text as seconds since 1970; nil without one.
  ///
  /// `2026-11-24T00:24:45.917+0000`, `2026/11/24 00:24:45`, with or without a time zone, and
  /// numbers of seconds, milliseconds, microseconds or nanoseconds since 1970. Without a zone, the
  /// time is UTC.
  package static func seconds(_ text: ArraySlice<UInt8>) -> Double? {
    var cursor = ByteCursor(text)
    while let byte = cursor.next,
      byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"") || byte.isBlank
    {
      cursor.position += 1
    }
    if let date = date(&cursor) { return date }
    guard let value = cursor.decimal() else { return nil }
    switch value {
    case 1e8..<1e11: return value
    case 1e11..<1e14: return value / 1e3
    case 1e14..<1e17: return value / 1e6
    case 1e17...: return value / 1e9
    default: return nil
    }
  }

  private static func date(_ cursor: inout ByteCursor) -> Double? {
    let start = cursor.position
    guard let year = cursor.digits(4), let mark = cursor.next,
      mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/")
    else {
      cursor.position = start
      return nil
    }
    cursor.position += 1
    guard let month = cursor.digits(2), (1...12).contains(month), cursor.next == mark else {
      cursor.position = start
      return nil
    }
    cursor.position += 1
    guard let day = cursor.digits(2), day < 32 else {
      cursor.position = start
      return nil
    }
    let midnight = Double(days(year, month, day)) * 86_400
    if !cursor.take("T"), !cursor.take(" - ") { cursor.skipBlanks() }
    let clock = cursor.position
    guard let hour = cursor.digits(2), hour < 25, cursor.take(":"), let minute = cursor.digits(2),
      minute < 61, cursor.take(":"), let second = cursor.decimal()
    else {
      cursor.position = clock
      return midnight
    }
    return midnight + Double(hour) * 3600 + Double(minute) * 60 + second - zone(&cursor)
  }

  /// `+0200`, `-07:00`, in seconds; 0 for anything else.
  private static func zone(_ cursor: inout ByteCursor) -> Double {
    let isWest = cursor.next == UInt8(ascii: "-")
    guard isWest || cursor.next == UInt8(ascii: "+") else { return 0 }
    let start = cursor.position
    cursor.position += 1
    guard let hours = cursor.digits(2) else {
      cursor.position = start
      return 0
    }
    _ = cursor.take(":")
    let minutes = cursor.digits(2) ?? 0
    return Double(hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
  }

  /// Days from civil (Hinnant): years begin in March.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = year - (month <= 2 ? 1 : 0)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
