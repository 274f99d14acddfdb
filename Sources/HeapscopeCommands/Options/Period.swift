import Foundations
import ArgumentParser
import ProfileModel

/// A span of time, as Go writes it: `90`, `30s`, `1h30m`, `250ms`.
struct Period: OptionValue {
  static let description = ValueDescription(
    name: "time", expected: "a time such as 30s, 500ms or 2m")

  var seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    var rest = argument[...]
    var sum = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let number = Double(digits), let size = Self.units[String(unit)],
        // A number by itself is in seconds; after a unit, it is a slip.
        !unit.isEmpty || digits.count == argument.count
      else { return nil }
      sum += number * size
    }
    // Nobody waits longer than a month.
    guard sum > 0, sum <= 31 * 86_400 else { return nil }
    seconds = sum
  }

  private static let units: [String: Double] = [
    "": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400,
  ]

  /// In the user's syntax.
  var text: String {
    let milliseconds = Int(nearest: seconds * 1000)
    if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
    var left = milliseconds / 1000
    if left < 60 { return "\(left)s" }
    var text = ""
    for (size, unit) in [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")] where left >= size {
      text += "\(left / size)\(unit)"
      left %= size
    }
    return text
  }

  var defaultValueDescription: String { text }
}

/// The timeout for fetching.
struct Timeout: OptionValue {
  static let description = ValueDescription(
    name: Period.description.name, expected: Period.description.expected, whenEmpty: .theDefault)

  var period: Period

  init?(argument: String) {
    guard let period = Period(argument: argument) else { return nil }
    self.period = period
  }
}
