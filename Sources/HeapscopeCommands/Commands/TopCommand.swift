import ArgumentParser
import ReportRendering

struct TopCommand: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "List the functions that hold or allocate the most memory.",
    discussion: """
      EXAMPLES:
        heapscope top heap.pb.gz
        heapscope top --sample-index=alloc_space --cum --nodecount=20 heap.pb.gz
        heapscope top -focus='json' -lines heap.pb.gz
        heapscope top --diff-base=before.pb.gz after.pb.gz
      """,
    aliases: ["text"])

  static let isStyled = true

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles; several are added up, - is standard input.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session)
    var context = ReportContext(selection, trimming: arguments.graph.options(defaultCount: 0))
    context.hidesHeader = arguments.graph.compactLabels
    let report = TopReport(context)
    let style = session.style(arguments.output)
    let output = written(
      text: { style.isTerminal ? report.table(style) : report.text() }, document: report.document)
    return (output, .success)
  }
}
