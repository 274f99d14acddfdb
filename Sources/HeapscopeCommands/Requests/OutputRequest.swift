/// Where a report goes and how it is written.
package struct OutputRequest: Sendable {
  /// The file to write; nil or `-` for standard output.
  package var file: String?
  package var format = ReportFormat.text
  package var color = ColorChoice.auto

  package init(file: String? = nil) { self.file = file }
}

/// How a report is written; no report has all of them.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text, json, csv, markdown, sarif, github, svg
}

/// When reports are coloured.
package enum ColorChoice: String, Sendable, CaseIterable {
  case auto, always, never
}
