import ArgumentParser
import Reports

/// Where to write the report, and in which format.
struct OutputArguments<Formats: FormatList>: ParsableArguments {
  @Option("Write the report to this file.")
  var output: Text<OutputFileName>?
  @Option(Formats.help)
  var format = FormatName<Formats>(.text)
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
  static let description = alternatives(named: "color")
}

/// The name of one of a command's formats.
struct FormatName<Formats: FormatList>: OptionValue {
  static var description: ValueDescription {
    let names = Formats.formats.map(\.name)
    return ValueDescription(name: "format", expected: oneOf(names), completion: .words(names))
  }

  var format: ReportFormat

  init(_ format: ReportFormat) { self.format = format }

  init?(argument: String) {
    guard let format = ReportFormat.named(argument, among: Formats.formats) else { return nil }
    self.format = format
  }

  var defaultValueDescription: String { format.name }
}

/// The formats of a command.
protocol FormatList {
  static var formats: [ReportFormat] { get }
  static var help: String { get }
}

/// The formats of every report.
enum TableFormats: FormatList {
  static let formats = ReportFormat.general
  static let help = "How to write the report: text, json, csv or markdown."
}

/// The formats of reports that blame lines of code.
enum CodeFormats: FormatList {
  static let formats = ReportFormat.general + [.sarif, .github]
  static let help =
    "How to write the outcome: text, json, csv, markdown, sarif (2.1.0) or github."
}
