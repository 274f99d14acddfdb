import ArgumentParser
import Reports

struct TracesAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "traces", abstract: "List every sample with its labels and stack.",
    discussion: """
      EXAMPLES:
        heapscope traces --focus=handleOrder heap.pb.gz
      """)

  func answer(_ run: ProfileRun) throws -> Answer {
    let context = ReportContext(try run.select())
    let drain = run.session.drainUnlessTerminal(run.request.output)
    return try run.written(
      text: { try context.tracesText(drain: drain) }, document: context.tracesDocument)
  }
}
