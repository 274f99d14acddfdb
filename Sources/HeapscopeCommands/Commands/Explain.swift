import ArgumentParser
import HeapAnalysis
import Reports

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a pattern that hotspots finds: why it costs, and what to write instead.",
    discussion: """
      EXAMPLES:
        heapscope explain map-format
        heapscope explain runtime.mapiterinit
        heapscope explain --list
        heapscope explain map-format --format=json
      """)

  @Flag(help: "List all rules.")
  var list = false
  @Option("A TOML file with rules of your own; may be given several times.")
  var rules: [Text<RulesFile>] = []
  @Flag(help: "Leave out the .heapscope.toml that lies in the working tree.")
  var noRulesFile = false
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(help: "A rule or kind, as hotspots names it, or a function of Go's runtime.")
  var rule: String?

  func validate() throws {
    if rule == nil, !list { throw ValidationError("no rule: name one, or add --list") }
    if let rule, list {
      throw ValidationError("--list shows all rules: leave '\(rule)' or --list out")
    }
    if output.format.format == .csv {
      throw ValidationError("--format csv: give text, json or markdown")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    var settings = OwnCodeRequest()
    settings.rulesFiles = rules.map(\.text)
    settings.ignoresFoundFile = noRulesFile
    let all = try session.settings(settings).rules
    let output = output.request
    let style = session.style(output)
    guard let rule else {
      try session.deliver(output.written(ruleListForms(all, style)), output)
      return .success
    }
    let exact = all.filter { $0.id == rule }
    let rules = exact.isEmpty ? all.filter { $0.kind.rawValue == rule } : exact
    if rules.isEmpty, let symbol = RuntimeSymbol.named(rule) {
      try session.deliver(output.written(runtimeSymbolForms(rule, symbol, style)), output)
      return .success
    }
    if rules.isEmpty {
      throw CommandFailure(
        .usage, "no rule '\(rule)': \(Self.hint(rule, all))'heapscope explain --list' shows all")
    }
    try session.deliver(output.written(rulePageForms(rules, style)), output)
    return .success
  }

  /// `did you mean …?`, with a name that contains the word or is spelled like it.
  private static func hint(_ name: String, _ rules: [HotspotRule]) -> String {
    let names = rules.flatMap { [$0.id, $0.kind.rawValue] }
    let nearest = names.min {
      (editDistance($0, name), $0) < (editDistance($1, name), $1)
    }
    if let nearest, isNear(nearest, name) { return "did you mean '\(nearest)'? " }
    let containing = name.isEmpty ? [] : Set(names.filter { $0.contains(name) }).sorted()
    return containing.isEmpty
      ? "" : "did you mean \(containing.prefix(5).map { "'\($0)'" }.joined(separator: " or "))? "
  }
}
