import ArgumentParser
import Reports

struct TopProtoAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "topproto", abstract: "Write the rows of top as a profile.",
    discussion: """
      EXAMPLES:
        heapscope topproto --nodecount=20 -o top.pb.gz heap.pb.gz
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let selection = try session.select(loaded, request.selection)
    let report = TopReport(
      ReportContext(selection, trimming: request.trimming.options(defaultCount: 0)))
    return (try session.profileOutput(report.profile(), request.output), .success)
  }
}
