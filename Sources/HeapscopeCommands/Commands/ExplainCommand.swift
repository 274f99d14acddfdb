import ArgumentParser
import HeapAnalysis
import ReportRendering

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a pattern that hotspots finds: why it costs, and what to write instead.",
    discussion: """
      EXAMPLES:
        heapscope explain map-format
        heapscope explain --list
        heapscope explain map-format --format=json
      """)

  @Flag(help: "List all rules.")
  var list = false
  @Option(
    name: .customLong("rules"),
    help: ArgumentHelp(
      "A file with rules of your own; may be given several times.", valueName: "file"))
  var ruleFiles: [String] = []
  @OptionGroup(title: "OUTPUT") var output: OutputArguments
  @Argument(help: "A rule or kind, as hotspots names it.")
  var rule: String?

  func validate() throws {
    if rule == nil, !list { throw ValidationError("no rule: name one, or add --list") }
    if output.format == .csv {
      throw ValidationError("--format csv: give text, json or markdown")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let style = session.style(output)
    let all = try session.settings(ruleFiles).rules
    if list {
      let text =
        switch output.format {
        case .json: rulesJSON(all)
        case .markdown: ruleIndexMarkdown(all)
        default: ruleListText(all, style)
        }
      try session.deliver(text, output)
      return .success
    }
    let name = rule ?? ""
    let exact = all.filter { $0.id == name }
    let rules = exact.isEmpty ? all.filter { $0.kind.rawValue == name } : exact
    if rules.isEmpty {
      let names = all.flatMap { [$0.id, $0.kind.rawValue] }
      let nearest = names.min { editDistance($0, name) < editDistance($1, name) } ?? ""
      throw CommandFailure(
        .usage,
        "no rule '\(name)': did you mean '\(nearest)'? "
          + "'heapscope explain --list' shows all")
    }
    let text =
      switch output.format {
      case .json: rulesJSON(rules)
      case .markdown: rulePageMarkdown(rules)
      default: rulePageText(rules, style)
      }
    try session.deliver(text, output)
    return .success
  }
}
