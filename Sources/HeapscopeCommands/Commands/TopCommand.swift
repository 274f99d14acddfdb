import ArgumentParser
import Reports

struct TopCommand: PlainProfilesCommand {
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

  static let isStyled = true

  @Flag(help: "Show between which figures the truth lies, at 95 %: a profile is a sample.")
  var error = false
  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles; several are added up, - is standard input.", completion: .file())
  var profiles: [String] = []

  mutating func setOwnDefaults() { error = false }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session)
    var context = ReportContext(selection, trimming: arguments.graph.options(defaultCount: 0))
    context.hidesHeader = arguments.graph.compactLabels
    var report = TopReport(context)
    if error, !report.addErrors() {
      session.message(
        "--error: there is nothing to say; that takes a heap profile as Go's runtime writes it, "
          + "with its block sizes, and no difference or mean")
    }
    let style = session.style(arguments.output)
    let output = written(
      text: { style.isTerminal ? report.table(style) : report.text() }, document: report.document)
    return (output, .success)
  }
}
