extension TrendReport {
  /// The forms of the report; as JSON it has a schema of its own.
  package func forms(_ style: TextStyle) -> ReportForms {
    var forms = ReportForms(text: { self.text(style) }, document: document)
    forms.json = json
    forms.chart = { TrendSVG(self).text() }
    return forms
  }
}
