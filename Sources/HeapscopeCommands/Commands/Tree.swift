import ArgumentParser
import Reports

struct TreeAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "List each function between its callers and callees.",
    discussion: """
      EXAMPLES:
        heapscope tree --nodecount=20 heap.pb.gz
        heapscope tree --focus='fmt\\.Sprint' --sample-index=alloc_space heap.pb.gz
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let selection = try session.select(loaded, request.selection)
    var context = ReportContext(selection, trimming: request.trimming.options(defaultCount: 80))
    context.hidesHeader = request.trimming.hidesHeader
    let report = TreeReport(context)
    let output = try request.output.written(text: report.text) { report.document("tree") }
    return (output, .success)
  }
}
