/// Writes reports in one format; each file of this folder that is named after a format has one.
package protocol FormatWriter: Sendable {
  /// The name for `--format`.
  var name: String { get }

  /// Whether every report can be written in it; only some reports have the other formats.
  var isGeneral: Bool { get }

  /// Returns a report in this format; nil when it has no form for that.
  func write(_ report: ReportForms) throws -> TextOutput?
}

extension FormatWriter {
  package var isGeneral: Bool { true }
}

/// The format of a report, as `--format` names it.
package struct ReportFormat: Hashable, Sendable {
  private let writer: any FormatWriter

  init(_ writer: some FormatWriter) { self.writer = writer }

  /// Every format, in the order in which help lists them.
  package static let all: [ReportFormat] = [
    .text, .json, .csv, .markdown, .sarif, .github, .svg, .speedscope,
  ]

  /// The formats that every report has.
  package static let general = all.filter(\.writer.isGeneral)

  package static func named(_ name: String, among formats: [ReportFormat] = all) -> ReportFormat? {
    formats.first { $0.name == name }
  }

  /// The name for `--format`.
  package var name: String { writer.name }

  /// Returns a report in this format; nil when it has no form for that.
  package func write(_ report: ReportForms) throws -> TextOutput? { try writer.write(report) }

  package static func == (left: ReportFormat, right: ReportFormat) -> Bool {
    left.name == right.name
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
