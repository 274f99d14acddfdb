import ArgumentParser
import Reports

struct DotAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "dot",
    abstract: "Print the call graph for Graphviz.",
    discussion: """
      EXAMPLES:
        heapscope dot --focus=handleOrder heap.pb.gz | dot -Tsvg > graph.svg
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let selection = try session.select(loaded, request.selection)
    let report = DotReport(
      ReportContext(selection, trimming: request.trimming.options(defaultCount: 80)))
    return (try request.output.written(text: report.text, document: report.document), .success)
  }
}
