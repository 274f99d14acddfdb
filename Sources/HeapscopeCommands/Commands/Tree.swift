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

  func answer(_ run: ProfileRun) throws -> Answer {
    let report = TreeReport(try run.trimmed(defaultCount: 80))
    return try run.written(text: report.text) { report.document("tree") }
  }
}
