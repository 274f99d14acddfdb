import ArgumentParser

/// What options take, in words that go behind "give".
enum OptionValues {
  /// - Parameters:
  ///   - option: the name without dashes.
  ///   - command: the command as the user would type it, where it matters.
  static func expected(by option: String, of command: String = "") -> String? {
    switch option {
    case "format" where command.hasSuffix(" check"): alternatives(CheckFormat.self)
    case "format" where command.hasSuffix(" trend"): alternatives(TrendFormat.self)
    case "sample-index": "a sample type such as alloc_space, or its number"
    case "divide-by": "a number above 0"
    case "unit": "a unit such as B, kB, MB or auto"
    case "nodecount": "a whole number; 0 shows all"
    case "nodefraction", "edgefraction": "a number from 0 to 1, such as 0.005"
    case "focus", "ignore", "hide", "show", "show-from", "prune-from", "tagshow", "taghide",
      "match":
      "a regular expression"
    case "tagfocus", "tagignore": "key=regex, or a range such as bytes=1kb:64kb"
    case "tagroot", "tagleaf": "label keys with commas between them"
    case "base", "diff-base", "profile": "a profile"
    case "add-comment": "a text"
    case "output", "o": "a file to write"
    case "trim-path", "source-path": "folders with colons between them"
    case "symbolize": alternatives(SymbolSource.self)
    case "format": alternatives(ReportFormat.self)
    case "color": alternatives(ColorChoice.self)
    case "input": alternatives(InputFormat.self)
    case "max-inflated": "a size such as 512MB or 8GB"
    case "module": "the path of a Go module, such as example.com/shop"
    case "seconds": "a whole number of seconds, 1 to 86400"
    case "timeout": "a time such as 30s, 500ms or 2m"
    case "header": "'Name: value', or @file with such lines"
    case "tls-ca", "tls-cert", "tls-key": "a PEM file"
    case "max-download": "a size such as 512MB or 8GB"
    case "every", "for": "a time such as 30s, 500ms or 2m"
    case "into": "a folder"
    case "keep": "a whole number; 0 keeps all"
    case "on-growth": "a part such as 20%, or a size such as 50MB"
    case "granularity": alternatives(TrendGranularity.self)
    case "limit": "a size such as 512MB or 12GB"
    case "gogc": "a whole number of percent, or off"
    case "title": "a text"
    case "own", "not-own": "a part of a function or file name"
    case "rules": "a TOML file of rules"
    case "budget": "SUBJECT<LIMIT, as in 'map-format<5%' or 'main.handleOrder<50MB:alloc_space'"
    case "max-growth": "a share such as 10%, or a size such as 20MB"
    default: nil
    }
  }

  /// `text, json, csv or markdown`.
  private static func alternatives<Choice: CaseIterable & RawRepresentable>(
    _ type: Choice.Type
  ) -> String where Choice.RawValue == String {
    let names = type.allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }

  /// The line about a value that an option does not take.
  static func refusal(_ option: String, _ value: String, command: String = "") -> String {
    "--\(option) '\(value)': "
      + (expected(by: option, of: command).map { "give \($0)" } ?? "is no value for it")
  }
}

/// Part of a whole, 0 to 1.
struct Fraction: ExpressibleByArgument {
  var value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    guard let value = Double(argument), (0...1).contains(value) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}

/// What values can be divided by.
struct Divisor: ExpressibleByArgument {
  var value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    guard let value = Double(argument), value > 0, value.isNormal else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value == 1 ? "1" : "\(value)" }
}

/// How many rows to show.
struct RowCount: ExpressibleByArgument {
  /// 0 for all, nil for the report's own default, which pprof writes as -1.
  var value: Int?

  init?(argument: String) {
    guard let value = Int(argument), value >= -1 else { return nil }
    self.value = value == -1 ? nil : value
  }
}

/// A number of bytes, such as `512MB`.
struct ByteSize: ExpressibleByArgument {
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
