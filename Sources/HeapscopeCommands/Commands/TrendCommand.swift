import ArgumentParser
import HeapAnalysis
import ProfileModel
import ReportRendering

struct TrendCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "Say which lines of your code leak, from several profiles of one process.",
    discussion: """
      The profiles are put in order by their own time.

      EXAMPLES:
        heapscope trend heap-1.pb.gz heap-2.pb.gz heap-3.pb.gz heap-4.pb.gz
        heapscope trend --nodecount=0 --format=csv heap-*.pb.gz
      """)

  @Option(
    help: ArgumentHelp("The sample type to follow.", valueName: "type"))
  var sampleIndex = "inuse_space"
  @Option(
    help: ArgumentHelp("The path of your module, unless it is guessed right.", valueName: "prefix"))
  var module: String?
  @Option(help: ArgumentHelp("The most lines to show; 0 for all.", valueName: "count"))
  var nodecount: RowCount?
  @Option(help: .hidden) var sourcePath = ""
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments
  @Argument(help: "The profiles, two or more.", completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if profiles.count < 2 {
      throw ValidationError("trend compares profiles over time: give two or more")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    try session.fetchURLs(profiles, profile.fetch)
    let loaded = try profiles.map { try session.load([$0], profile, usesSymbols: true).profile }
    guard let trend = Trend(loaded, sampleType: sampleIndex, module: module) else {
      throw CommandFailure(
        .usage,
        "--sample-index '\(sampleIndex)': not all of the profiles have it, or its sum "
          + "does not fit 64 bits; the first has "
          + loaded[0].sampleTypes.indices.map(loaded[0].sampleTypeName).joined(separator: ", "))
    }
    var report =
      output.format == .json
      ? trend.json()
      : output.written(
        text: { trend.text(session.style(output), count: nodecount?.value ?? 15) },
        document: trend.document)
    if output.format != .text, session.isForPeople(output) { report = report.withoutControls() }
    try session.deliver(report, output)
    return .success
  }
}
