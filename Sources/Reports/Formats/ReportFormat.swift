/// Writes reports in one way; each file of this folder that is named after a format has one.
package protocol FormatWriter: Sendable {
  /// As `--format` takes it.
  var name: String { get }

  /// Whether every report can be written so; of other formats only some have the form.
  var isGeneral: Bool { get }

  /// Returns a report so written; nil when it has no form for that.
  func write(_ report: ReportForms) throws -> TextOutput?
}

extension FormatWriter {
  package var isGeneral: Bool { true }
}

/// How a report is written: what `--format` names.
package struct ReportFormat: Hashable, Sendable {
  private let writer: any FormatWriter

  init(_ writer: some FormatWriter) { self.writer = writer }

  /// Every format, in the order in which help lists them.
  package static let all: [ReportFormat] = [
    .text, .json, .csv, .markdown, .sarif, .github, .svg, .speedscope,
  ]

  /// Those in which every report can be written.
  package static let general = all.filter(\.writer.isGeneral)

  package static func named(_ name: String, among formats: [ReportFormat] = all) -> ReportFormat? {
    formats.first { $0.name == name }
  }

  /// As `--format` takes it.
  package var name: String { writer.name }

  /// Returns a report in this format; nil when it has no form for that.
  package func write(_ report: ReportForms) throws -> TextOutput? { try writer.write(report) }

  package static func == (left: ReportFormat, right: ReportFormat) -> Bool {
    left.name == right.name
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
