extension LogTime {
  /// Reads a date in the formats of `date` and HTTP as seconds since 1970; nil when there is none.
  ///
  /// `Mon Nov 30 14:24:18 UTC 2026`, `Mon 30 Nov 2026 02:24:18 PM UTC`,
  /// `Mon, 30 Nov 2026 14:24:18 GMT`: a month, a day, a year and a time of day in any order, and
  /// otherwise only punctuation and a time zone. A zone that is not listed below counts as UTC.
  package static func spelledSeconds(_ text: ArraySlice<UInt8>) -> Double? {
    guard text.count < 80, text.position(of: UInt8(ascii: ":")) != nil else { return nil }
    var month: Int?
    var day: Int?
    var year: Int?
    var clock: Double?
    var isAfternoon: Bool?
    var zone = 0.0
    var strange = 0
    for word in text.split(whereSeparator: { $0.isBlank || $0 == UInt8(ascii: ",") }) {
      var cursor = ByteCursor(word)
      if let number = cursor.number() {
        if cursor.isAtEnd {
          if word.count == 4, year == nil {
            year = Int(number)
          } else if word.count <= 2, day == nil {
            day = Int(number)
          } else {
            return nil
          }
        } else if clock == nil, cursor.take(":"), let minute = cursor.digits(2), number < 25 {
          let second = cursor.take(":") ? cursor.decimal() ?? 0 : 0
          clock = Double(number) * 3600 + Double(minute) * 60 + second
        } else {
          return nil
        }
        continue
      }
      let name = word.text.lowercased()
      if month == nil, let index = months.firstIndex(of: String(name.prefix(3))) {
        month = index + 1
      } else if name == "am" || name == "pm" {
        isAfternoon = name == "pm"
      } else if let hours = zones[name] {
        zone = hours
      } else if let offset = numericZone(word) {
        zone = offset
      } else if !weekdays.contains(String(name.prefix(3))), word.contains(where: { $0.isLetter }) {
        strange += 1
      }
    }
    guard let month, let day, let year, let clock, strange <= 1, (1...31).contains(day) else {
      return nil
    }
    var hours = 0.0
    if let isAfternoon {
      // 12 AM is midnight, 12 PM is noon.
      if clock >= 12 * 3600, clock < 13 * 3600 { hours -= 12 }
      if isAfternoon { hours += 12 }
    }
    return Double(days(year, month, day)) * 86_400 + clock + (hours - zone) * 3600
  }

  private static func numericZone(_ word: ArraySlice<UInt8>) -> Double? {
    guard word.count == 5, let sign = word.first,
      sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    else { return nil }
    var cursor = ByteCursor(word.dropFirst())
    guard let hours = cursor.digits(2), let minutes = cursor.digits(2) else { return nil }
    return (Double(hours) + Double(minutes) / 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let weekdays: Set = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Hours east of Greenwich, only for names that mean a single zone.
  private static let zones: [String: Double] = [
    "utc": 0, "gmt": 0, "z": 0, "cet": 1, "cest": 2, "bst": 1, "eet": 2, "eest": 3, "edt": -4,
    "est": -5, "cdt": -5, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "jst": 9,
  ]
}
