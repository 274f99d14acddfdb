import ArgumentParser
import Reports

struct TagsAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "tags", abstract: "List the labels and what the samples with each add up to.",
    discussion: """
      EXAMPLES:
        heapscope tags heap.pb.gz
        heapscope tags --tagshow='^bytes$' --unit=kB heap.pb.gz
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let report = TagsReport(ReportContext(try session.select(loaded, request.selection)))
    return (try request.output.written(text: report.text, document: report.document), .success)
  }
}
