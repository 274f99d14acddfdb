import ArgumentParser
import HeapAnalysis
import Reports

/// What a row of `trend` is.
enum TrendGranularity: String, OptionValue, CaseIterable {
  case functions, lines, stacks

  static let description = alternatives(named: "granularity")

  var granularity: Trend.Granularity {
    switch self {
    case .functions: .functions
    case .lines: .lines
    case .stacks: .stacks
    }
  }
}

/// Where to write a trend, and in which format.
struct TrendOutputArguments: ParsableArguments {
  @Option("Write the report to this file; .svg for a chart.")
  var output: Text<OutputFileName>?
  @Option(TrendFormats.help)
  var format: FormatName<TrendFormats>?
  @Option("Colour the report: auto, always or never.")
  var color = ColorChoice.auto

  var request: OutputRequest {
    var request = OutputRequest(file: output?.text)
    let isPicture = output?.text.lowercased().hasSuffix(".svg") ?? false
    request.format = format?.format ?? (isPicture ? .svg : .text)
    request.color = color
    return request
  }
}

enum TrendFormats: FormatList {
  static let formats = ReportFormat.general + [.svg]
  static let help = "How to write the report: text, json, csv, markdown or svg."
}
