import ArgumentParser
import HeapAnalysis
import Ownership
import Reports
import StackGraph

struct HotspotsCommand: SessionCommand {
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

  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(HotspotsAnswer(ownCode: ownCode.request), arguments.request(profiles))
  }
}

struct HotspotsAnswer: ProfileAnswer {
  static let usesSymbols = true
  static let isStyled = true

  var ownCode: OwnCodeRequest

  func answer(
    _ request: Request, _ loaded: LoadedProfile, in session: Session
  ) throws -> (TextOutput, ExitStatus) {
    let selection = try session.select(loaded, request.selection) {
      $0.granularity = .addresses
      $0.preferAllocated(in: loaded.profile)
    }
    let settings = try session.settings(ownCode)
    var options = settings.hotspotOptions
    if request.output.format == .text { options.lineCount = hotspotsTextLineCount }
    let sourcePath = request.selection.options.sourcePath
    if !sourcePath.isEmpty {
      // Only on request: a file of that name elsewhere would mislead.
      let finder = SourceFinder(sourcePath: sourcePath, environment: session.environment)
      options.source = { finder.source(byPathEnd: $0) }
    }
    let report = findHotspots(
      in: selection.profile, column: selection.column,
      ownership: Ownership(selection.profile, ownCode.options(settings)), options: options,
      rules: settings.rules)
    let output = try request.output.written(
      hotspotsForms(report, session.style(request.output), ReportContext(selection)))
    return (output, .success)
  }
}
