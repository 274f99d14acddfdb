import ArgumentParser
import Reports

/// Where the outcome of a check goes, and in which form.
struct CheckOutputArguments: ParsableArguments {
  @Option("Write the report to this file.")
  var output: Text<OutputFileName>?
  @Option("How to write the outcome: text, json, csv, markdown, sarif (2.1.0) or github.")
  var format = FormatName<CheckFormats>(.text)
  @Option("Colour the report: auto, always or never.")
  var color = ColorChoice.auto

  var request: OutputRequest {
    var request = OutputRequest(file: output?.text)
    request.format = format.format
    request.color = color
    return request
  }
}

enum CheckFormats: FormatList {
  static let formats = TableFormats.formats + [.sarif, .github]
}
