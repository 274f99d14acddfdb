package import HeapAnalysis

/// Returns one line per rule.
package func ruleListText(_ rules: [HotspotRule], _ style: TextStyle) -> TextOutput {
  var output = TextOutput()
  let width = rules.reduce(0) { max($0, $1.id.count) }
  let kindWidth = rules.reduce(0) { max($0, $1.kind.rawValue.count) }
  for rule in rules.sorted(by: { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }) {
    output.line(
      style.marked(rule.kind.rawValue.padded(to: kindWidth), .faint) + "  "
        + style.marked(rule.id.padded(to: width), .user) + "  " + rule.title)
  }
  return output.laidOut(style)
}

/// Returns the pages of some rules for a terminal.
package func rulePageText(_ rules: [HotspotRule], _ style: TextStyle) -> TextOutput {
  var output = TextOutput()
  for (index, rule) in rules.enumerated() {
    if index > 0 { output.line() }
    output.line(
      style.marked(rule.id, .heading) + "  \(rule.title)"
        + (rule.kind.rawValue == rule.id ? "" : style.marked("  [\(rule.kind.rawValue)]", .faint)))
    output.line()
    for line in wrapped(rule.cost, to: min(style.width, 88) - 2) { output.line("  " + line) }
    output.line()
    for line in wrapped("Fix: " + rule.advice, to: min(style.width, 88) - 2) {
      output.line("  " + style.marked(line, .good))
    }
    for (title, code) in [("Before", rule.before), ("After", rule.after)] where !code.isEmpty {
      output.line()
      output.line("  " + style.marked(title, .heading))
      for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
        output.line("    " + line)
      }
    }
    let table = CostTable(rule)
    if !table.rows.isEmpty {
      output.line()
      let title = "Measured, an operation (maps of 100 entries, texts of 100 parts)"
      output.line("  " + style.marked(title, .heading))
      for line in table.aligned { output.line("    " + line) }
      if let note = table.note { output.line("    " + style.marked(note, .faint)) }
    }
    if !rule.circulatingRemedies.isEmpty {
      output.line()
      output.line("  " + style.marked("What is recommended elsewhere", .heading))
    }
    for remedy in rule.circulatingRemedies {
      output.line("    " + remedy.code)
      for line in wrapped(remedy.truth, to: min(style.width, 88) - 6) {
        output.line("      " + line)
      }
    }
    output.line()
    output.line("  " + style.marked("On a stack", .heading))
    for sentence in rule.match.sentences {
      let lines = wrapped(sentence.replacing("`", with: ""), to: min(style.width, 88) - 4)
      for line in lines { output.line("    " + line) }
    }
    if !rule.links.isEmpty { output.line() }
    for link in rule.links { output.line("  " + style.marked(link, .faint)) }
  }
  return output.laidOut(style)
}

/// Breaks a text at blanks into lines of at most this many characters.
package func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  return line.isEmpty ? lines : lines + [line]
}
