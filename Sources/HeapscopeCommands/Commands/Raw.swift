import ArgumentParser
import Reports
import StackGraph

struct RawAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "raw", abstract: "Print all tables of the profile.",
    discussion: """
      EXAMPLES:
        heapscope raw heap.pb.gz | less
      """)

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let selection = try session.select(loaded, request.selection) { $0.granularity = .addresses }
    let drain = session.drainUnlessTerminal(request.output)
    let output = try request.output.written(
      text: { try rawText(selection.profile, drain: drain) }
    ) {
      ReportContext(selection).rawDocument()
    }
    return (output, .success)
  }
}
