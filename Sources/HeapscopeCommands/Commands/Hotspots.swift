import ArgumentParser
import HeapAnalysis
import Reports
import StackGraph

struct HotspotsCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "hotspots",
    abstract: "Find wasteful patterns, blame them on your own line and say what to write instead.",
    discussion: """
      Looks at allocated bytes unless --sample-index says otherwise. Go files that lie where
      the profile says, or in --source-path, explain lines that no symbol does, unless they
      are of another version.

      EXAMPLES:
        heapscope hotspots heap.pb.gz
        heapscope hotspots --module=example.com/shop --format=json heap.pb.gz
        heapscope hotspots --not-own=example.com/shop/internal/log heap.pb.gz
        heapscope hotspots --source-path=. heap.pb.gz
      """)

  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup var arguments: SharedArguments
  @Argument(help: "The profiles.", completion: .file())
  var profiles: [String] = []

  func run(in session: Session) throws -> ExitStatus {
    try session.answer(HotspotsAnswer(ownCode: ownCode.request), arguments.request(profiles))
  }
}

struct HotspotsAnswer: ProfileAnswer {
  static let isOurs = true
  static let tellsGaps = true
  static let isStyled = true

  var ownCode: OwnCodeRequest

  func answer(_ run: ProfileRun) throws -> Answer {
    let selection = try run.select {
      $0.granularity = .addresses
      $0.preferAllocated(in: run.loaded.profile)
    }
    let report = try run.findings(in: selection, ownCode) { options in
      if run.request.output.format == .text { options.lineCount = hotspotsTextLineCount }
    }
    return try run.written(
      hotspotsForms(report, run.style, ReportContext(selection)))
  }
}
