package import Reports

/// Where a report goes and how it is written.
package struct OutputRequest: Sendable {
  /// The file to write; nil or `-` for standard output.
  package var file: String?
  package var format = ReportFormat.text
  package var color = ColorChoice.auto

  package init(file: String? = nil) { self.file = file }
}

/// When reports are coloured.
package enum ColorChoice: String, Sendable, CaseIterable {
  case auto, always, never
}
