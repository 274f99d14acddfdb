import ArgumentParser
import Reports

/// Where the report goes, and in which form.
struct OutputArguments: ParsableArguments {
  @Option("Write the report to this file.")
  var output: Text<OutputFileName>?
  @Option("How to write the report: text, json, csv or markdown.")
  var format = FormatName<TableFormats>(.text)
  @Option("Colour the report: auto, always or never.")
  var color = ColorChoice.auto

  var request: OutputRequest {
    var request = OutputRequest(file: output?.text)
    request.format = format.format
    request.color = color
    return request
  }
}

extension ColorChoice: OptionValue {
  static let valueName = "color"
}

/// The name of a format, of those that a command has.
struct FormatName<Formats: FormatList>: OptionValue {
  static var valueName: String { "format" }
  static var expected: String { alternatives(allValueStrings) }
  static var allValueStrings: [String] { Formats.formats.map(\.name) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  var format: ReportFormat

  init(_ format: ReportFormat) { self.format = format }

  init?(argument: String) {
    guard let format = ReportFormat.named(argument, among: Formats.formats) else { return nil }
    self.format = format
  }

  var defaultValueDescription: String { format.name }
}

/// The formats that a command has.
protocol FormatList {
  static var formats: [ReportFormat] { get }
}

/// Those of every report.
enum TableFormats: FormatList {
  static let formats = ReportFormat.general
}
