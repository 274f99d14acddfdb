/// A chart as a picture.
struct SVGFormat: FormatWriter {
  let name = "svg"
  let isGeneral = false

  func write(_ report: ReportForms) throws -> TextOutput? { report.chart?() }
}

extension ReportFormat {
  package static let svg = ReportFormat(SVGFormat())
}
