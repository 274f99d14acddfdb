package import HeapAnalysis

/// Returns the forms of a list of rules.
package func ruleListForms(_ rules: [HotspotRule], _ style: TextStyle) -> ReportForms {
  var forms = ReportForms(text: { ruleListText(rules, style) })
  forms.json = { rulesJSON(rules) }
  forms.markdown = { ruleIndexMarkdown(rules) }
  return forms
}

/// Returns the forms of the pages of some rules.
package func rulePageForms(_ rules: [HotspotRule], _ style: TextStyle) -> ReportForms {
  var forms = ReportForms(text: { rulePageText(rules, style) })
  forms.json = { rulesJSON(rules) }
  forms.markdown = { rulePageMarkdown(rules) }
  return forms
}
