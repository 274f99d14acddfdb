import ArgumentParser
import HeapAnalysis
import ProfileModel
import ReportRendering
import StackGraph

struct SummaryCommand: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Show on one screen what the profile says, and what to type next (the default).",
    discussion: """
      EXAMPLES:
        heapscope heap.pb.gz
        curl -s localhost:6060/debug/pprof/heap | heapscope
      """)

  static let usesSymbols = true

  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    // What is allocated explains the garbage too, so it is shown where it is known.
    func select(_ granularity: Granularity) throws -> Selection {
      try self.select(loaded, in: session) {
        $0.granularity = granularity
        if $0.sampleIndex.isEmpty, loaded.profile.column(named: "alloc_space") != nil {
          $0.sampleIndex = "alloc_space"
        }
      }
    }
    let selection = try select(.functions)
    let hotspots = try select(.addresses)
    let summary = Summary(
      selection, findings: findHotspots(in: hotspots.profile, column: hotspots.column),
      name: loaded.names.joined(separator: " "))
    let output = written(
      text: { summary.text(session.style(arguments.output)) }, document: summary.document)
    return (output, .success)
  }
}
