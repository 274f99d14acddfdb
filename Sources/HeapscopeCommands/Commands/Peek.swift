import ArgumentParser
import Reports
import StackGraph

struct PeekCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "peek",
    abstract: "List the callers and callees of the functions that match.",
    discussion: """
      The pattern is literal text, as it is written or else in either case, in a function's
      name or else in its path; /…/ makes it a regular expression.

      EXAMPLES:
        heapscope peek fmt.Sprintf heap.pb.gz
        heapscope peek '/^main\\./' heap.pb.gz
      """)

  @OptionGroup var pattern: PatternArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The pattern, unless --match gives it, then the profiles.", completion: .file())
  var words: [String] = []

  func validate() throws { try pattern.validate(words, command: "peek") }

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(
      PeekAnswer(pattern: pattern.pattern(words)), arguments.request(pattern.profiles(words)))
  }
}

struct PeekAnswer: ProfileAnswer {
  static let isStyled = true

  var pattern: PatternWord

  func answer(_ run: ProfileRun) throws -> Answer {
    let matcher = try pattern.pattern(in: run)
    let selection = try run.select()
    var trimming = run.request.trimming.options(defaultCount: 0)
    trimming.keepAll()
    var context = ReportContext(selection, trimming: trimming)
    context.hidesHeader = run.request.trimming.hidesHeader
    let report = TreeReport(context, matching: matcher)
    try matcher.checkEffort()
    if report.blocks.isEmpty { throw noMatch(pattern.text, selection) }
    let style = run.style(namesOf: run.loaded.profile)
    return try run.written(text: { style.isTerminal ? report.table(style) : report.text() }) {
      report.document("peek")
    }
  }
}
