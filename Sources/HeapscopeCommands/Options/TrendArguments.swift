import ArgumentParser
import HeapAnalysis

/// What a row of `trend` is.
enum TrendGranularity: String, ExpressibleByArgument, CaseIterable {
  case functions, lines, stacks

  var granularity: Trend.Granularity {
    switch self {
    case .functions: .functions
    case .lines: .lines
    case .stacks: .stacks
    }
  }
}

/// How much Go's collector lets the heap grow: the variable `GOGC`.
struct CollectorTarget: ExpressibleByArgument {
  /// In percent of what is live; nil for `off`, where only a memory limit ends it.
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

  /// What the process takes for each live byte (Go's guide to the collector).
  var factor: Double { 1 + Double(percent ?? 0) / 100 }

  var reason: String {
    percent.map { "GOGC=\($0), which lets the heap grow by \($0) % before it is collected" }
      ?? "a collector that frees all that is not live in time (--gogc=off)"
  }
}

/// How a trend is written.
enum TrendFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, csv, markdown, svg
}

/// Where a trend goes, and in which form.
struct TrendOutputArguments: ParsableArguments, OutputPlace {
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write the report to this file; .svg for a chart.", valueName: "file"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "How to write the report: text, json, csv, markdown or svg.", valueName: "format"))
  var format: TrendFormat?
  @Option(help: "Colour the report: auto, always or never.")
  var color = ColorChoice.auto

  var kind: TrendFormat {
    format ?? (output?.lowercased().hasSuffix(".svg") ?? false ? .svg : .text)
  }

  func validate() throws {
    if output == "" { throw ValidationError(OptionValues.refusal("output", "")) }
  }
}
