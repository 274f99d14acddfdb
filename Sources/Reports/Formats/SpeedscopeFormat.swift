/// A profile as speedscope reads it.
struct SpeedscopeFormat: FormatWriter {
  let name = "speedscope"
  let isGeneral = false

  func write(_ report: ReportForms) throws -> TextOutput? { try report.speedscope?() }
}

extension ReportFormat {
  package static let speedscope = ReportFormat(SpeedscopeFormat())
}
