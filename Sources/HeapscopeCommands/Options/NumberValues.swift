import ArgumentParser
import ProfileFetch
import ProfileModel

/// A share of a whole, 0 to 1.
struct Fraction: OptionValue {
  static let description = ValueDescription(
    name: "fraction", expected: "a number from 0 to 1, such as 0.005")

  var value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    guard let value = Double(argument), (0...1).contains(value) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}

/// A divisor for values.
struct Divisor: OptionValue {
  static let description = ValueDescription(name: "number", expected: "a number above 0")

  var value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    guard let value = Double(argument), value > 0, value.isNormal else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value == 1 ? "1" : "\(value)" }
}

/// How many rows to show.
struct RowCount: OptionValue {
  static let description = ValueDescription(
    name: "count", expected: "a whole number; 0 shows all", letter: "n")

  /// 0 for all; nil for the report's own default, which pprof writes as -1.
  var value: Int?

  init?(argument: String) {
    guard let value = Int(argument), value >= -1 else { return nil }
    self.value = value == -1 ? nil : value
  }
}

/// How many rows to show, with a default of its own; 0 for all.
struct RowLimit: OptionValue {
  static let description = ValueDescription(
    name: "count", expected: "a whole number; 0 shows all", letter: "n")

  var value: Int

  init(value: Int) { self.value = value }

  init?(argument: String) {
    guard let value = Int(argument), value >= 0 else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}

/// How many moments to take, at least one.
struct MomentCount: OptionValue {
  static let description = ValueDescription(
    name: "count", expected: "a whole number from 1 on")

  var value: Int

  init?(argument: String) {
    guard let value = Int(argument), value > 0 else { return nil }
    self.value = value
  }
}

/// How many files to keep; 0 for all.
struct KeptCount: OptionValue {
  static let description = ValueDescription(name: "count", expected: "a whole number; 0 keeps all")

  var value: Int

  init(value: Int) { self.value = value }

  init?(argument: String) {
    guard let limit = RowLimit(argument: argument) else { return nil }
    value = limit.value
  }

  var defaultValueDescription: String { "\(value)" }
}

/// A number of bytes, for example `512MB`.
struct ByteSize: OptionValue {
  static let description = ValueDescription(name: "size", expected: "a size such as 512MB or 8GB")

  var bytes: Int

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0 else { return nil }
    let shift: Int
    switch argument.dropFirst(digits.count).lowercased() {
    case "", "b": shift = 0
    case "k", "kb", "kib": shift = 10
    case "m", "mb", "mib": shift = 20
    case "g", "gb", "gib": shift = 30
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    if overflow { return nil }
    bytes = product
  }
}

/// How much something may grow.
enum GrowthLimit: OptionValue {
  static let description = ValueDescription(
    name: "growth", expected: "a part such as 20%, or a size such as 50MB")

  /// As a share of the first value.
  case part(Double)
  case bytes(Int)

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let number = Double(argument.dropLast()), (0...1e6).contains(number) else { return nil }
      self = .part(number / 100)
    } else if let size = ByteSize(argument: argument) {
      self = .bytes(size.bytes)
    } else {
      return nil
    }
  }
}

/// A number of seconds to measure, positive.
struct SecondCount: OptionValue {
  static let description = ValueDescription(
    name: "count", expected: "a whole number of seconds, 1 to 86400", whenEmpty: .theDefault)

  var value: Int

  init?(argument: String) {
    guard let value = Int(argument), (1...ProfileURL.mostSeconds).contains(value) else {
      return nil
    }
    self.value = value
  }
}

/// How far Go's collector lets the heap grow: the variable `GOGC`.
struct CollectorTarget: OptionValue {
  static let description = ValueDescription(
    name: "percent|off", expected: "a whole number of percent, or off")

  /// In percent of what is live; nil for `off`, where only a memory limit triggers a collection.
  var percent: Int?

  init(percent: Int?) { self.percent = percent }

  init?(argument: String) {
    if argument == "off" {
      percent = nil
    } else if let number = Int(argument), (1...10_000).contains(number) {
      percent = number
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { percent.map { "\($0)" } ?? "off" }

  /// The bytes that the process takes for each live byte (Go's guide to the collector).
  var factor: Double { 1 + Double(percent ?? 0) / 100 }

  var reason: String {
    percent.map { "GOGC=\($0), which lets the heap grow by \($0) % before it is collected" }
      ?? "a collector that frees all that is not live in time (--gogc=off)"
  }
}
