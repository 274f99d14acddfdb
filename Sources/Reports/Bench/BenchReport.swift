import Foundations
package import HeapAnalysis
import ProfileModel

/// What benchmarks allocate, line by line, and how that changed since another version.
package struct BenchReport: Sendable {
  package var runs: [BenchmarkRun]

  /// The file's name in messages; empty for a file that was not given.
  package var textName: String
  package var profileName = ""
  package var oldNames: [String] = []

  /// Nil without a memory profile.
  package var split: BenchmarkSplit?

  /// Nil without an older text.
  package var comparison: BenchmarkComparison?

  /// By file name in the profile: the path from the root of the working tree, if known.
  package var paths: [String: String] = [:]

  package init(_ runs: [BenchmarkRun], textName: String) {
    self.runs = runs
    self.textName = textName
  }

  /// A benchmark with its medians.
  struct Entry {
    var name: String
    var processors: Int
    var values: [String: BenchmarkSample]

    func median(_ unit: String) -> Double? { values[unit]?.median }
  }

  var units: [String] { BenchmarkComparison.units(of: runs) }

  /// In the order of the text; ratios are relative to the first.
  var entries: [Entry] {
    var order: [String] = []
    var byKey: [String: [BenchmarkRun]] = [:]
    for run in runs {
      let key = "\(run.package) \(run.name) \(run.processors)"
      if byKey[key] == nil { order.append(key) }
      byKey[key, default: []].append(run)
    }
    let units = units
    return order.compactMap { key in
      guard let runs = byKey[key], let first = runs.first else { return nil }
      var values: [String: BenchmarkSample] = [:]
      for unit in units {
        let found = runs.compactMap { $0.values[unit] }
        if !found.isEmpty { values[unit] = BenchmarkSample(found) }
      }
      return Entry(name: first.name, processors: first.processors, values: values)
    }
  }

  /// The unit of the ratios: allocations, if there are any.
  var ratioUnit: String? {
    ["allocs/op", "B/op", "ns/op"].first { unit in
      entries.first?.median(unit).map { $0 > 0 } ?? false
    }
  }

  func ratio(_ entry: Entry) -> Double? {
    guard let unit = ratioUnit, let base = entries.first?.median(unit),
      let value = entry.median(unit)
    else { return nil }
    return value / base
  }

  func place(_ file: String, _ line: Int64) -> String {
    let path = paths[file] ?? shortPath(file)
    return line > 0 ? "\(path):\(line)" : path
  }

  /// Describes the profile.
  var profileNote: String? {
    guard let split else { return nil }
    return switch split.period {
    case 1: "every allocation is in the profile, so lines add up to what Go printed"
    case let period?:
      "one allocation in every \(ScaledValue(period, from: "bytes", to: "auto").text) is in the "
        + "profile: figures of lines have an error; -memprofilerate=1 counts all"
    case nil: "how the profile was sampled is unknown, and so is the error of lines' figures"
    }
  }

  /// Summarizes the comparison.
  var verdict: String {
    guard let comparison else {
      return "\(entries.count) \(entries.count == 1 ? "benchmark" : "benchmarks")"
    }
    let sure = comparison.rows.filter(\.isSure)
    let (more, less) = (
      sure.count { $0.after.median > $0.before.median },
      sure.count { $0.after.median < $0.before.median }
    )
    let lines = comparison.lines.count { $0.isSure }
    if sure.isEmpty, lines == 0 { return "nothing has changed beyond chance" }
    var parts: [String] = []
    if more > 0 { parts.append("\(more) of \(comparison.rows.count) figures larger") }
    if less > 0 { parts.append("\(less) of \(comparison.rows.count) figures smaller") }
    if lines > 0 { parts.append("\(lines) \(lines == 1 ? "line" : "lines") changed") }
    return parts.joined(separator: ", ")
  }
}

extension BenchmarkSplit.Group {
  /// How the sum of the lines compares with what Go printed.
  var reconciliation: (rest: Double, text: String)? {
    guard let printed = printed("allocs/op") else { return nil }
    let lines = loopObjects + untold.reduce(0) { $0 + perOperation($1.objects) }
    let rest = printed - lines
    let isSampled = objectInterval.map { !$0.isPoint } ?? false
    if isSampled, let interval = objectInterval {
      let room = lines - loopObjects
      let text =
        "\(benchNumber(interval.low + room)) to \(benchNumber(interval.high + room)) allocs/op"
      // Go truncates the fraction.
      return interval.low + room < printed + 1 && interval.high + room >= printed
        ? (rest, "Go's figure is within what the samples allow, \(text)")
        : (
          rest,
          "Go's figure is outside of what the samples allow, \(text): small objects "
            + "without pointers share blocks, which the profile counts once"
        )
    }
    if rest > -1, rest <= 0.005 { return (rest, "the lines add up to what Go printed") }
    return rest > 0
      ? (
        rest,
        "objects under 16 B without pointers that share a block with others, which the "
          + "profile counts once"
      )
      : (
        rest,
        "more in the profile than Go printed: rounds before the printed one, or a timer "
          + "that stood"
      )
  }
}

/// `12`, `3.25`, `0.50`: a figure per iteration.
func benchNumber(_ value: Double) -> String {
  if value == value.rounded(), value.magnitude < 1e15 { return "\(Int64(value))" }
  return value.magnitude >= 1000
    ? formatted(value, "%.0f")
    : value.magnitude >= 100 ? formatted(value, "%.1f") : formatted(value, "%.2f")
}

extension BenchmarkComparison.Row {
  /// `8 ± 0%`.
  static func text(_ sample: BenchmarkSample) -> String {
    let median = sample.median
    guard let interval = sample.interval else { return "\(benchNumber(median)) ± ∞" }
    let half = max(median - interval.low, interval.high - median)
    let part = median == 0 ? (half == 0 ? 0 : .infinity) : half / median
    return "\(benchNumber(median)) ± "
      + (part.isFinite ? "\(formatted((part * 100).rounded(), "%.0f"))%" : "∞")
  }

  /// `-12.5%`, or `~` when it is no more than chance.
  var changeText: String {
    guard isSure else { return "~" }
    guard let change else { return "new" }
    return (change >= 0 ? "+" : "") + percentText(change)
  }

  /// `p=0.002 n=6`, or why there is no test.
  var testText: String {
    let counts =
      before.values.count == after.values.count
      ? "\(after.values.count)" : "\(before.values.count)+\(after.values.count)"
    guard let probability else { return "equal n=\(counts)" }
    let text = probability < 0.0005 ? "p<0.001" : "p=" + formatted(probability, "%.3f")
    return "\(text) n=\(counts)" + (hasTooFew ? " too few" : "")
  }
}

/// Shortens `example.com/serializers.(*T).Do` to `serializers.(*T).Do`, also in generic code.
func benchFunction(_ name: String) -> String {
  let plain = name.prefix { $0 != "[" }
  guard let slash = plain.lastIndex(of: "/") else { return name }
  return String(name[name.index(after: slash)...])
}
