package import HeapAnalysis

/// Returns the forms of a report of findings; as JSON it has a schema of its own.
///
/// - Parameter problems: describes the lines where code is shown; see ``hotspotsProblems(_:_:)``.
package func hotspotsForms(
  _ report: HotspotReport, _ style: TextStyle, problems: @escaping () -> CodeProblems,
  _ context: @autoclosure @escaping () -> ReportContext
) -> ReportForms {
  var forms = ReportForms(
    text: { hotspotsText(report, style) }, document: { hotspotsDocument(report, context()) })
  forms.json = { hotspotsJSON(report) }
  forms.problems = problems
  return forms
}
