import ArgumentParser
import HeapAnalysis
import ProfileModel
import ReportRendering
import StackGraph

/// How a report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

struct HotspotsCommand: ReportCommand {
  static let configuration = CommandConfiguration(
    commandName: "hotspots",
    abstract: "Find wasteful patterns, blame them on your own line and say what to write instead.",
    discussion: """
      Looks at allocated bytes unless --sample-index says otherwise.

      EXAMPLES:
        heapscope hotspots heap.pb.gz
        heapscope hotspots --module=example.com/shop --format=json heap.pb.gz
      """)

  static let usesSymbols = true

  static let isStyled = true

  @Option(
    help: ArgumentHelp("The path of your module, unless it is guessed right.", valueName: "prefix"))
  var module: String?
  @Option(help: "How to write the findings: text or json.")
  var format = ReportFormat.text
  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session) {
      $0.granularity = .addresses
      if $0.sampleIndex.isEmpty, loaded.profile.column(named: "alloc_space") != nil {
        $0.sampleIndex = "alloc_space"
      }
    }
    var options = HotspotOptions()
    options.modulePrefix = module
    let report = findHotspots(in: selection.profile, column: selection.column, options: options)
    switch format {
    case .json: return (hotspotsJSON(report), .success)
    case .text: return (hotspotsText(report, session.style(arguments.output)), .success)
    }
  }
}
