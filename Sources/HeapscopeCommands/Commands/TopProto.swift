import ArgumentParser
import Reports

struct TopProtoAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "topproto", abstract: "Write the rows of top as a profile.",
    discussion: """
      EXAMPLES:
        heapscope topproto --nodecount=20 -o top.pb.gz heap.pb.gz
      """)

  func answer(_ run: ProfileRun) throws -> Answer {
    let report = TopReport(try run.trimmed(defaultCount: 0))
    return Answer(text: try run.session.profileOutput(report.profile(), run.request.output))
  }
}
