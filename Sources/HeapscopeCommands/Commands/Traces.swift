import ArgumentParser
import Reports

struct TracesAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "traces", abstract: "List every sample with its labels and stack.",
    discussion: """
      EXAMPLES:
        heapscope traces --focus=handleOrder heap.pb.gz
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let context = ReportContext(try session.select(loaded, request.selection))
    let drain = session.drainUnlessTerminal(request.output)
    let output = try request.output.written(
      text: { try context.tracesText(drain: drain) }, document: context.tracesDocument)
    return (output, .success)
  }
}
