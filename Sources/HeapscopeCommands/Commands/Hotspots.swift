import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
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
        heapscope hotspots --format=sarif -o heapscope.sarif heap.pb.gz
      """)

  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup var arguments: SharedArgumentsWith<CodeFormats>
  @Argument(help: profilesHelp, completion: .file())
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
    let settings = try run.session.settings(ownCode)
    let ownership = Ownership(selection.profile, ownCode.options(settings))
    let report = run.findings(in: selection, settings, ownCode, ownership) { options in
      if run.request.output.format == .text { options.lineCount = hotspotsTextLineCount }
    }
    run.session.noteSources(report.sourceNotes)
    return try run.written(
      hotspotsForms(
        report, run.style,
        problems: {
          let files = report.findings.flatMap(\.blame).map(\.nearest.file)
          return hotspotsProblems(
            report, rules: settings.rules,
            HotspotsPlaces(
              profileName: listed(run.loaded.names, separator: " "), version: programVersion,
              paths: WorkTree(module: ownership.modulePath).paths(of: files)))
        }, ReportContext(selection)))
  }
}
