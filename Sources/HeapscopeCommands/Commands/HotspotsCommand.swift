import ArgumentParser
import HeapAnalysis
import ProfileModel
import Reports
import StackGraph

struct HotspotsCommand: PlainProfilesCommand {
  static let configuration = CommandConfiguration(
    commandName: "hotspots",
    abstract: "Find wasteful patterns, blame them on your own line and say what to write instead.",
    discussion: """
      Looks at allocated bytes unless --sample-index says otherwise.

      EXAMPLES:
        heapscope hotspots heap.pb.gz
        heapscope hotspots --module=example.com/shop --format=json heap.pb.gz
        heapscope hotspots --not-own=example.com/shop/internal/log heap.pb.gz
        heapscope hotspots --source-path=. heap.pb.gz
      """)

  static let usesSymbols = true

  static let isStyled = true

  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup var arguments: ReportArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  mutating func setOwnDefaults() { ownCode = .plain }

  func report(_ loaded: LoadedProfile, in session: Session) throws -> (TextOutput, ExitStatus) {
    let selection = try select(loaded, in: session) {
      $0.granularity = .addresses
      if $0.sampleIndex.isEmpty, loaded.profile.column(named: "alloc_space") != nil {
        $0.sampleIndex = "alloc_space"
      }
    }
    let settings = try session.settings(ownCode)
    var options = ownCode.options(settings)
    if arguments.output.format == .text { options.lineCount = hotspotsTextLineCount }
    if !arguments.selection.sourcePath.isEmpty {
      // Only on request: a file of that name elsewhere would mislead.
      let finder = SourceFinder(
        sourcePath: arguments.selection.sourcePath, environment: session.environment)
      options.source = { finder.source(byPathEnd: $0) }
    }
    let report = findHotspots(
      in: selection.profile, column: selection.column, options: options, rules: settings.rules)
    if arguments.output.format == .json { return (hotspotsJSON(report), .success) }
    let output = written(text: { hotspotsText(report, session.style(arguments.output)) }) {
      hotspotsDocument(report, ReportContext(selection))
    }
    return (output, .success)
  }
}
