import ArgumentParser
import Reports
import StackGraph

struct CallgrindAnswer: PlainAnswer {
  static let configuration = CommandConfiguration(
    commandName: "callgrind",
    abstract: "Print the call graph for KCachegrind.",
    discussion: """
      EXAMPLES:
        heapscope callgrind -o callgrind.out heap.pb.gz && kcachegrind callgrind.out
      """)

  func answer(_ run: ProfileRun) throws -> Answer {
    let selection = try run.select { $0.granularity = .addresses }
    let context = ReportContext(
      selection, trimming: run.request.trimming.options(defaultCount: 0), keepsObjectFiles: true)
    return try run.written(
      text: context.callgrindText, document: context.callgrindDocument)
  }
}
