/// The report's own text.
struct TextFormat: FormatWriter {
  let name = "text"

  func write(_ report: ReportForms) throws -> TextOutput? { try report.text() }
}

extension ReportFormat {
  package static let text = ReportFormat(TextFormat())
}
