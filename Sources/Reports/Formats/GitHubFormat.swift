/// Workflow commands of GitHub Actions: an error per problem, on the line to blame most, and a
/// notice when there is none (docs.github.com, "Workflow commands for GitHub Actions").
struct GitHubFormat: FormatWriter {
  let name = "github"
  let isGeneral = false

  func write(_ report: ReportForms) throws -> TextOutput? {
    (report.problems?()).map(Self.text)
  }

  static func text(_ report: CodeProblems) -> TextOutput {
    var output = TextOutput()
    for problem in report.problems {
      let command =
        switch problem.level {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
      var properties: [String] = []
      if let place = problem.places.first {
        properties.append("file=" + escapedProperty(place.path))
        if place.line > 0 { properties.append("line=\(place.line)") }
      }
      properties.append("title=" + escapedProperty("heapscope: \(problem.title)"))
      let advice = problem.advice.map { "\nFix: \($0)" } ?? ""
      output.line(
        "::\(command) " + properties.joined(separator: ",") + "::"
          + escaped(problem.sentence + advice))
    }
    if report.problems.isEmpty {
      output.line("::notice title=heapscope::" + escaped(report.verdict))
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

extension ReportFormat {
  package static let github = ReportFormat(GitHubFormat())
}
