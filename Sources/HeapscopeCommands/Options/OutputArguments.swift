import ArgumentParser

/// When reports are coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// How a report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, csv, markdown
}

/// Where a report goes and how it may look.
protocol OutputPlace {
  /// The file to write; nil or `-` for standard output.
  var output: String? { get }
  var color: ColorChoice { get }
}

/// Where the report goes, and in which form.
struct OutputArguments: ParsableArguments, OutputPlace {
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write the report to this file.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "How to write the report: text, json, csv or markdown.", valueName: "format"))
  var format = ReportFormat.text

  @Option(help: "Colour the report: auto, always or never.")
  var color = ColorChoice.auto

  func validate() throws {
    if output == "" { throw ValidationError(OptionValues.refusal("output", "")) }
  }
}

extension OutputArguments {
  /// As they are when none is named; see ``PlainCommand``.
  static var plain: OutputArguments {
    var arguments = OutputArguments()
    arguments.output = nil
    arguments.format = .text
    arguments.color = .auto
    return arguments
  }
}
