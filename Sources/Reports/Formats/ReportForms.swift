/// A report in all the forms that it has, each made when a format asks for it.
package struct ReportForms {
  /// pprof's text, or what a terminal shows.
  package var text: () throws -> TextOutput

  /// The tables that most formats write; nil for a report that has none.
  package var document: (() throws -> ReportDocument)?

  /// JSON and Markdown of the report's own, in place of those of its tables.
  package var json: (() throws -> TextOutput)?
  package var markdown: (() throws -> TextOutput)?

  /// What is wrong on which lines, for programs that show it beside the code.
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
