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

  func answer(_ run: ProfileRun) throws -> Answer {
    let report = DotReport(try run.trimmed(defaultCount: 80))
    return try run.written(text: report.text, document: report.document)
  }
}
