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

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let selection = try session.select(loaded, request.selection) { $0.granularity = .addresses }
    let context = ReportContext(
      selection, trimming: request.trimming.options(defaultCount: 0), keepsObjectFiles: true)
    let output = try request.output.written(
      text: context.callgrindText, document: context.callgrindDocument)
    return (output, .success)
  }
}
