package import Reports

/// Where to write a report, and how.
package struct OutputRequest: Sendable {
  /// The file to write; nil or `-` for standard output.
  package var file: String?
  package var format = ReportFormat.text
  package var color = ColorChoice.auto

  package init(file: String? = nil) { self.file = file }
}

/// When to colour reports.
package enum ColorChoice: String, Sendable, CaseIterable {
  case auto, always, never
}
