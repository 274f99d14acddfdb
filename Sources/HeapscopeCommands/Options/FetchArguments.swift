import ArgumentParser
import Foundations
import ProfileFetch
import ProfileModel

/// How profiles named by a URL are fetched; the names are pprof's where it has them.
struct FetchArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Fetch what changes within this many seconds, not what there is.", valueName: "count"))
  var seconds: SecondCount?
  @Flag(help: "Have the program collect its garbage before it answers (gc=1).")
  var gc = false
  @Option(
    help: ArgumentHelp(
      "The most time to fetch in: seconds, or as in 500ms, 2m.", valueName: "time"))
  var timeout: Period?
  @Option(
    help: ArgumentHelp(
      "Send this header; may be given several times. @file reads them from a file.",
      valueName: "header"))
  var header: [String] = []
  @Option(
    help: ArgumentHelp("Trust the authorities of this PEM file, and no others.", valueName: "file"))
  var tlsCa: String?
  @Option(help: ArgumentHelp("The client's certificate, in PEM form.", valueName: "file"))
  var tlsCert: String?
  @Option(help: ArgumentHelp("The key of the client's certificate.", valueName: "file"))
  var tlsKey: String?
  @Flag(help: "Do not check the certificate of the service.")
  var insecure = false
  @Option(help: ArgumentHelp("The most bytes to download (512MB).", valueName: "size"))
  var maxDownload: ByteSize?

  func validate() throws {
    // The text may be a secret, so it is not shown.
    if header.contains(where: { !Self.isHeader($0) && !($0.hasPrefix("@") && $0.count > 1) }) {
      throw ValidationError("--header: give 'Name: value', or @file with such lines")
    }
    switch (tlsCert, tlsKey) {
    case (.some, nil): throw ValidationError("--tls-cert needs its key too: add --tls-key")
    case (nil, .some): throw ValidationError("--tls-key needs its certificate too: add --tls-cert")
    default: break
    }
    for (name, file) in [("tls-ca", tlsCa), ("tls-cert", tlsCert), ("tls-key", tlsKey)]
    where file == "" {
      throw ValidationError(OptionValues.refusal(name, ""))
    }
    if tlsCa != nil, insecure {
      throw ValidationError("--tls-ca and --insecure exclude each other: give one")
    }
  }

  /// True for `Name: value` (RFC 9110, 5.1) without anything that would end the line.
  static func isHeader(_ line: String) -> Bool {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
      return false
    }
    let name = line.utf8[..<colon]
    return name.allSatisfy { $0 > 0x20 && $0 < 0x7f && !#"(),/:;<=>?@[\]{}""#.utf8.contains($0) }
      && !line.utf8.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0 }
  }
}

/// A number of seconds to measure, above 0.
struct SecondCount: ExpressibleByArgument {
  var value: Int

  init?(argument: String) {
    guard let value = Int(argument), (1...ProfileURL.mostSeconds).contains(value) else {
      return nil
    }
    self.value = value
  }
}

/// A span of time, as Go writes it: `90`, `30s`, `1h30m`, `250ms`.
struct Period: ExpressibleByArgument {
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
        // A number alone is seconds; behind a unit, it is a slip.
        !unit.isEmpty || digits.count == argument.count
      else { return nil }
      sum += number * size
    }
    // A month is more than anybody waits for.
    guard sum > 0, sum <= 31 * 86_400 else { return nil }
    seconds = sum
  }

  private static let units: [String: Double] = [
    "": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400,
  ]

  /// As the user could have written it.
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

extension FetchArguments {
  /// As they are when none is named; see ``PlainCommand``.
  static var plain: FetchArguments {
    var arguments = FetchArguments()
    arguments.seconds = nil
    arguments.gc = false
    arguments.timeout = nil
    arguments.header = []
    arguments.tlsCa = nil
    arguments.tlsCert = nil
    arguments.tlsKey = nil
    arguments.insecure = false
    arguments.maxDownload = nil
    return arguments
  }
}
