import ArgumentParser
import ReportRendering
import StackGraph

struct DotCommand: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "dot",
    abstract: "Print the call graph for Graphviz.",
    discussion: """
      EXAMPLES:
        heapscope dot --focus=handleOrder heap.pb.gz | dot -Tsvg > graph.svg
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session)
    let context = ReportContext(selection, trimming: arguments.graph.options(defaultCount: 80))
    let report = DotReport(context)
    return (written(text: report.text, document: report.document), .success)
  }
}

struct CallgrindCommand: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "callgrind",
    abstract: "Print the call graph for KCachegrind.",
    discussion: """
      EXAMPLES:
        heapscope callgrind -o callgrind.out heap.pb.gz && kcachegrind callgrind.out
      """)

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session) { $0.granularity = .addresses }
    let context = ReportContext(
      selection, trimming: arguments.graph.options(defaultCount: 0), keepsObjectFiles: true)
    return (written(text: context.callgrindText, document: context.callgrindDocument), .success)
  }
}
