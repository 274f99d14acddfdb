import HeapAnalysis

extension BudgetReport {
  /// Returns workflow commands of GitHub Actions: an error a budget that is
  /// exceeded, on the line to blame, and a notice when none is
  /// (docs.github.com, "Workflow commands for GitHub Actions").
  package func githubAnnotations() -> TextOutput {
    var output = TextOutput()
    for outcome in exceeded {
      var properties: [String] = []
      if let line = outcome.blame.first {
        properties.append("file=" + Self.escapedProperty(path(line.file)))
        if line.line > 0 { properties.append("line=\(line.line)") }
      }
      properties.append("title=" + Self.escapedProperty("heapscope: \(outcome.budget.text)"))
      let advice = outcome.advice.map { "\nFix: \($0)" } ?? ""
      output.line(
        "::error " + properties.joined(separator: ",") + "::"
          + Self.escaped(outcome.sentence + advice))
    }
    if exceeded.isEmpty {
      output.line("::notice title=heapscope::" + Self.escaped(verdict))
    }
    return output
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func escapedProperty(_ text: String) -> String {
    escaped(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
