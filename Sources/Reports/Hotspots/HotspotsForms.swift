package import HeapAnalysis

/// Returns the forms of a report of findings; as JSON it has a schema of its own.
package func hotspotsForms(
  _ report: HotspotReport, _ style: TextStyle,
  _ context: @autoclosure @escaping () -> ReportContext
) -> ReportForms {
  var forms = ReportForms(
    text: { hotspotsText(report, style) }, document: { hotspotsDocument(report, context()) })
  forms.json = { hotspotsJSON(report) }
  return forms
}
