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

  static let isStyled = true

  func answer(_ run: ProfileRun) throws -> Answer {
    let report = TreeReport(try run.trimmed(defaultCount: 80))
    let style = run.style(namesOf: run.loaded.profile)
    return try run.written(text: { style.isTerminal ? report.table(style) : report.text() }) {
      report.document("tree")
    }
  }
}
