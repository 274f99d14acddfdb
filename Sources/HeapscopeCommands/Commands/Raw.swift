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

  func answer(_ run: ProfileRun) throws -> Answer {
    let selection = try run.select { $0.granularity = .addresses }
    let drain = run.session.drainUnlessTerminal(run.request.output)
    return try run.written(
      text: { try rawText(selection.profile, drain: drain) },
      document: { ReportContext(selection).rawDocument() })
  }
}
