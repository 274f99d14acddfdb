import ArgumentParser
import Reports
import StackGraph

struct FoldedAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "folded",
    abstract: "Print folded stacks, which flamegraph.pl draws.",
    discussion: """
      One line a distinct stack, root first, the value in the sample type's own unit.

      EXAMPLES:
        heapscope folded heap.pb.gz | flamegraph.pl --colors=mem --countname=bytes > heap.svg
        heapscope folded --sample-index=alloc_objects --lines heap.pb.gz
      """)

  static let isOurs = true
  static let tellsGaps = true

  func answer(_ run: ProfileRun) throws -> Answer {
    let context = ReportContext(
      try run.select { $0.separatesNames = $0.granularity == .functions })
    let drain = run.session.drain(run.request.output)
    return try run.written(
      text: { try context.foldedText(drain: drain) }, document: context.foldedDocument)
  }
}
