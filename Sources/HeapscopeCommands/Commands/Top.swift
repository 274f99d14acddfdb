import ArgumentParser
import Reports

struct TopCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "List the functions that hold or allocate the most memory.",
    discussion: """
      EXAMPLES:
        heapscope top heap.pb.gz
        heapscope top --sample-index=alloc_space --cum --nodecount=20 heap.pb.gz
        heapscope top -focus='json' -lines heap.pb.gz
        heapscope top --error heap.pb.gz
        heapscope top --diff-base=before.pb.gz after.pb.gz
      """,
    aliases: ["text"])

  @Flag(help: "Show between which figures the truth lies, at 95 %: a profile is a sample.")
  var error = false
  @OptionGroup var arguments: SharedArguments
  @Argument(help: profilesHelp, completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(TopAnswer(showsErrors: error), arguments.request(profiles))
  }
}

struct TopAnswer: ProfileAnswer {
  static let isStyled = true

  var showsErrors = false

  func answer(_ run: ProfileRun) throws -> Answer {
    var report = TopReport(try run.trimmed(defaultCount: 0))
    if showsErrors, !report.addErrors() {
      run.session.message(
        "--error: there is nothing to say; that takes a heap profile as Go's runtime writes it, "
          + "with its block sizes, and no difference or mean")
    }
    let style = run.style(namesOf: run.loaded.profile)
    let fitsScreen = run.request.trimming.nodeCount == nil && !run.request.trimming.keepsAll
    return try run.written(
      text: { style.isTerminal ? report.table(style, fitsScreen: fitsScreen) : report.text() },
      document: report.document)
  }
}
