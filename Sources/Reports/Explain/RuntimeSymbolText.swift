package import HeapAnalysis

/// Returns the forms of a page about a runtime function: what it would show, and what appears
/// instead.
package func runtimeSymbolForms(
  _ name: String, _ symbol: RuntimeSymbol, _ style: TextStyle
) -> ReportForms {
  let why =
    "Heap profiles do not show it: Go leaves the runtime's frames out where a stack ends with "
    + "them, so the leaf is the line that made the runtime allocate."
  var forms = ReportForms(text: {
    var output = TextOutput()
    func paragraph(_ text: String) {
      output.line()
      for line in wrapped(text, to: min(style.width, 88) - 2) { output.line("  " + line) }
    }
    output.line(style.marked(name, .heading) + "  \(symbol.cause)")
    paragraph(why)
    paragraph(symbol.shows)
    if !symbol.rules.isEmpty {
      output.line()
      output.line("  " + style.marked("Rules that find it", .heading))
      for rule in symbol.rules {
        output.line("    heapscope explain \(rule)")
      }
    }
    return output.laidOut(style)
  })
  forms.json = { symbolJSON(name, symbol) }
  forms.markdown = {
    var output = TextOutput()
    output.line("# \(name): `\(symbol.cause)`")
    for text in [why, symbol.shows] {
      output.line()
      for line in wrapped(text, to: 100) { output.line(line) }
    }
    if !symbol.rules.isEmpty { output.line() }
    for rule in symbol.rules { output.line("- `\(rule)`") }
    return output
  }
  return forms
}
