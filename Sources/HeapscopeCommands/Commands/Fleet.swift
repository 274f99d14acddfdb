import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
import Reports

struct FleetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Put many processes side by side: what is usual, and which one stands out.",
    discussion: """
      Profiles are not added up. Processes of one build are compared with each other; one
      stands out where it has more, or less, than sampling and the spread of the others
      explain. Of several profiles of a pod the latest counts.

      EXAMPLES:
        heapscope fleet pods/
        heapscope fleet --name-from='{pod}/{time}.pb.gz' pods/*/*.pb.gz
        heapscope fleet --by=finding --sample-index=alloc_space pods/*.pb.gz
        heapscope fleet --format=csv --nodecount=0 pods/*.pb.gz
      """)

  @Option("What a row is: line or function (to blame), or finding.")
  var by = FleetUnit.line
  @Option("The sample type: live bytes, or what the profiles show by default.")
  var sampleIndex: Text<SampleTypeName>?
  @Option(
    """
    What the end of a file's path tells: {service}, {version}, {host}, {pod} and {time}; other \
    words stand for anything.
    """)
  var nameFrom: NameTemplate?
  @Option("The most rows to show; 0 for all.")
  var nodecount: RowCount?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(help: "The profiles, two or more, or a folder of them.", completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if !mayNameSeveral(profiles) {
      throw ValidationError("fleet compares processes: give two profiles or more, or a folder")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let output = output.request
    let ownCode = ownCode.request
    let settings = try session.settings(ownCode)
    let ownership = ownCode.options(settings)
    let options = session.hotspotOptions(settings, ownCode, sourcePath: "")
    let misfits = NameMisfits(nameFrom)
    let rules = settings.rules
    let asked = sampleIndex?.text
    var census: FleetCensus?
    try session.loadEach(
      profiles, profile.request, marksCutStacks: false,
      make: { loaded -> Explained in
        let profile = loaded.profile
        let column = profile.column(named: asked ?? Self.sampleType(of: profile))
        let explained = ExplainedSamples(
          profile, column: column ?? profile.defaultColumn ?? 0,
          ownership: Ownership(profile, ownership), options: options, rules: rules)
        return Explained(
          profile: profile, samples: explained, source: misfits.source(loaded.names[0]))
      },
      handOver: { made in
        let type = asked ?? census?.sampleType ?? Self.sampleType(of: made.profile)
        guard let column = made.profile.column(named: type) else {
          session.message("\(made.source.file): left out: it has no \(type)")
          return
        }
        var counted = census ?? FleetCensus(by, sampleType: type)
        // As its only owner, the report grows it in place.
        census = nil
        let isAdded = counted.add(
          made.profile, column: column, made.samples, file: made.source.file,
          origin: made.source.origin, timeNanoseconds: made.source.timeNanoseconds)
        census = counted
        if !isAdded {
          session.message("\(made.source.file): left out: its \(type) has another unit")
        }
      })
    misfits.tell(in: session)
    guard let census, census.processes.count > 1 else {
      throw CommandFailure(
        .noInput,
        "fleet compares processes, and here is \(census == nil ? "none" : "only one"): "
          + "give two or more")
    }
    if census.earlier > 0 {
      session.message(
        "of \(census.earlier + census.processes.count) profiles, the latest of each of "
          + "\(census.processes.count) processes count")
    }
    let report = FleetReport(Fleet(census), rowCount: nodecount?.value ?? 15)
    let text = try output.written(report.forms(session.style(output)))
    try session.deliver(session.safe(text, output), output)
    return .success
  }

  /// A profile, passed on by the thread that read it.
  private struct Explained: Sendable {
    var profile: Profile
    var samples: ExplainedSamples
    var source: ExportSource
  }

  /// Live bytes, if the profile has them.
  private static func sampleType(of profile: Profile) -> String {
    if profile.column(named: "inuse_space") != nil { return "inuse_space" }
    return profile.defaultColumn.map(profile.sampleTypeName) ?? "inuse_space"
  }
}

extension FleetUnit: OptionValue {
  static let description = alternatives(named: "unit")
}
