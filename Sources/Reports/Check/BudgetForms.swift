import HeapAnalysis

extension BudgetReport {
  /// The forms of the report.
  ///
  /// - Parameter version: heapscope's own.
  package func forms(
    _ style: TextStyle, _ context: @autoclosure @escaping () -> ReportContext, version: String
  ) -> ReportForms {
    var forms = ReportForms(
      text: { self.text(style) }, document: { self.document(context()) })
    forms.markdown = markdown
    forms.problems = { self.problems(version: version) }
    return forms
  }
}
