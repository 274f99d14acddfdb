/// A report in all its forms, each made only when a format needs it.
package struct ReportForms {
  /// pprof's text, or the text for a terminal.
  package var text: () throws -> TextOutput

  /// The tables that most formats write; nil for a report that has none.
  package var document: (() throws -> ReportDocument)?

  /// The report's own JSON and Markdown, instead of those of its tables.
  package var json: (() throws -> TextOutput)?
  package var markdown: (() throws -> TextOutput)?

  /// The problems and their lines, for programs that show them beside the code.
  package var problems: (() -> CodeProblems)?

  /// A picture, as SVG.
  package var chart: (() -> TextOutput)?

  /// A profile in speedscope's form.
  package var speedscope: (() throws -> TextOutput)?

  package init(
    text: @escaping () throws -> TextOutput, document: (() throws -> ReportDocument)? = nil
  ) {
    self.text = text
    self.document = document
  }
}
