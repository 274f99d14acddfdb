/// One result line of a Go benchmark: how often the benchmark ran, and what was measured.
package struct BenchmarkRun: Sendable, Equatable {
  /// The package that the text names before the line; empty when it names none.
  package var package: String

  /// The name without `-8`, the number of processors, at its end: `BenchmarkSizes/tags=16`.
  package var name: String

  /// 1 when the text has no number of processors.
  package var processors: Int
  package var iterations: Int64

  /// By unit, as printed: `ns/op`, `B/op`, `allocs/op`, `MB/s` and others.
  package var values: [String: Double]

  /// `BenchmarkSizes`, the function that Go calls.
  package var function: String { String(name.prefix { $0 != "/" }) }
}

/// Reads what `go test -bench` prints
/// (go.googlesource.com/proposal, 14313-benchmark-format).
package struct BenchmarkText: Sendable {
  package private(set) var runs: [BenchmarkRun] = []

  /// Facts about the machine: `goos`, `goarch`, `cpu`; the first value of each.
  package private(set) var facts: [String: String] = [:]

  /// How many lines begin like a result but are none: failed benchmarks, or lines cut short.
  package private(set) var unread = 0

  /// By process: the package under test.
  private var packages: [String: String] = [:]

  /// Real texts are shorter, and each line takes memory.
  package static let limit = 1_000_000

  /// The same for distinct units: a text with more is no benchmark's.
  package static let unitLimit = 64
  private var units: Set<String> = []

  /// The text exceeded ``limit`` or ``unitLimit``.
  package private(set) var isCut = false

  package init() {}

  /// - Parameter process: the writer of the line, when several wrote at the same time.
  package mutating func add(_ line: some StringProtocol, process: String = "") {
    let text = line.last == "\r" ? line.dropLast() : line[...]
    if text.hasPrefix("Benchmark") {
      guard var run = Self.run(text, package: packages[process] ?? "") else {
        // A name alone may precede its figures, and `BenchmarkX` may stand in a log.
        if text.contains(where: \.isWhitespace) { unread += 1 }
        return
      }
      for unit in run.values.keys.sorted() where !units.contains(unit) {
        if units.count < Self.unitLimit {
          units.insert(unit)
        } else {
          run.values[unit] = nil
          isCut = true
        }
      }
      if runs.count == Self.limit { isCut = true } else { runs.append(run) }
    } else if let colon = text.firstIndex(of: ":"), let first = text.first, first.isLowercase {
      let key = text[..<colon]
      guard key.allSatisfy({ !$0.isWhitespace && !$0.isUppercase }), key.utf8.count < 64 else {
        return
      }
      let value = text[text.index(after: colon)...].drop { $0.isWhitespace }
      if key == "pkg", packages.count < Self.limit { packages[process] = String(value) }
      if facts.count < 64, facts[String(key)] == nil { facts[String(key)] = String(value) }
    }
  }

  private static func run(_ text: some StringProtocol, package: String) -> BenchmarkRun? {
    let fields = text.split(whereSeparator: \.isWhitespace)
    guard fields.count >= 4, fields.count % 2 == 0, let iterations = Int64(fields[1]),
      iterations > 0
    else { return nil }
    var values: [String: Double] = [:]
    for index in stride(from: 2, to: fields.count, by: 2) {
      guard let value = Double(fields[index]), value.isFinite else { return nil }
      values[String(fields[index + 1])] = value
    }
    var name = fields[0][...]
    var processors = 1
    if let dash = name.lastIndex(of: "-"), let number = Int(name[name.index(after: dash)...]),
      number > 0
    {
      processors = number
      name = name[..<dash]
    }
    return BenchmarkRun(
      package: package, name: String(name), processors: processors, iterations: iterations,
      values: values)
  }
}
