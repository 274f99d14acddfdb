import ArgumentParser
import HeapAnalysis
import Ownership
import ProfileModel
import Reports

struct TrendCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "Say what leaks, warms up or churns, from several profiles over time.",
    discussion: """
      The profiles are put in order by their own time. Of a folder all profiles in it are
      taken that have the sample type.

      EXAMPLES:
        heapscope trend heap-1.pb.gz heap-2.pb.gz heap-3.pb.gz heap-4.pb.gz
        heapscope trend --limit=12GB incident/
        heapscope trend --granularity=stacks --format=csv incident/
        heapscope trend -o trend.svg incident/
      """)

  @Option("The sample type to follow: live bytes, or what the profiles show by default.")
  var sampleIndex: Text<SampleTypeName>?
  @Option("What a row is: functions, lines or stacks.")
  var granularity = TrendGranularity.lines
  @Option(
    "What the process may take, its RSS or the limit of its container: says when it is reached.")
  var limit: ByteSize?
  @Option("The program's GOGC: with 100 it takes twice what is live; off for just what is live.")
  var gogc = CollectorTarget(percent: 100)
  @Option("The most lines to show; 0 for all.")
  var nodecount: RowCount?
  @Option("Where to look for source files.")
  var sourcePath: Text<SearchPath>?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: TrendOutputArguments
  @Argument(help: "The profiles, two or more, or a folder of them.", completion: .file())
  var profiles: [String] = []

  func validate() throws {
    if !mayNameSeveral(profiles) {
      throw ValidationError("trend compares profiles over time: give two or more, or a folder")
    }
    if limit != nil, sampleIndex?.text ?? Self.liveBytes != Self.liveBytes {
      throw ValidationError("--limit is about live bytes: leave --sample-index out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let output = output.request
    if output.format == .svg { try session.refuseTerminal(output, example: "trend.svg") }
    let everything: [LoadedProfile] = try session.loadEach(
      profiles, profile.request, marksCutStacks: false)
    let sampleType = try sampleType(of: everything.map(\.profile))
    let loaded = try usable(everything, sampleType, in: session)
    let order = Trend.order(of: loaded.map(\.profile.figuresNanoseconds))
    let ownCode = ownCode.request
    let settings = try session.settings(ownCode)
    let sequence = ProfileSequence(
      order.indices.map { loaded[$0].profile }, ownCode: ownCode.options(settings))
    if !sequence.isOneProgram {
      session.message("the profiles are of different programs: what has the same name is compared")
    }
    guard let series = SnapshotSeries(sequence, times: order.times, sampleType: sampleType) else {
      throw CommandFailure(
        .badData, "the sum of \(sampleType) does not fit 64 bits in all of the profiles")
    }
    if !order.hasTimes {
      session.message(
        "the profiles do not all say when they were taken: they stay in the order given, and "
          + "growth is from one to the next")
    }
    let trend = Trend(
      series, hasTimes: order.hasTimes, granularity: granularity.granularity)
    var report = TrendReport(trend, rowCount: nodecount?.value ?? 15)
    if order.hasTimes, loaded.contains(where: { $0.profile.timeNanoseconds == 0 }) {
      report.timeSource = "LastGC"
    }
    if let limit {
      report.forecast = trend.forecast(limit: Double(limit.bytes), factor: gogc.factor)
      report.factorReason = gogc.reason
    }
    if let last = sequence.entries.last, !trend.suspects.isEmpty, trend.measure.isMemory,
      let column = last.profile.column(named: sampleType)
    {
      let found = findHotspots(
        in: last.profile, column: column, ownership: last.ownership,
        options: session.hotspotOptions(
          settings, ownCode, sourcePath: sourcePath?.text ?? ""),
        rules: settings.rules)
      session.noteSources(found.sourceNotes)
      report.findings = found.findings
    }
    let text = try output.written(
      report.forms(
        session.style(output, own: OwnNames(modulePath: trend.modulePath))))
    try session.deliver(session.safe(text, output), output)
    return .success
  }

  // MARK: The profiles

  /// What is followed unless something else is asked for.
  private static let liveBytes = "inuse_space"

  /// The sample type that is asked for; else live bytes, where a profile has them, or what the
  /// first one shows.
  private func sampleType(of profiles: [Profile]) throws -> String {
    if let sampleIndex { return sampleIndex.text }
    if profiles.contains(where: { $0.column(named: Self.liveBytes) != nil }) {
      return Self.liveBytes
    }
    return profiles.lazy.compactMap { profile in
      profile.defaultColumn.map(profile.sampleTypeName)
    }.first ?? Self.liveBytes
  }

  /// Leaves out what has no such values: of a folder with a word, of what was named it is an
  /// error.
  private func usable(
    _ all: [LoadedProfile], _ sampleType: String, in session: Session
  ) throws -> [LoadedProfile] {
    let usable = try all.filter { loaded in
      // With a base, changes are what is asked for.
      if !profile.hasBase,
        let note = difference(loaded.profile, sampleType)
      {
        session.message("\(loaded.listedNames): left out: \(note)")
        return false
      }
      if loaded.profile.column(named: sampleType) != nil { return true }
      if loaded.isFound {
        session.message("\(loaded.listedNames): left out: it has no \(sampleType)")
        return false
      }
      throw CommandFailure(
        sampleIndex == nil ? .badData : .usage,
        (sampleIndex == nil ? "" : "--sample-index '\(sampleType)': ")
          + "\(loaded.listedNames) has no \(sampleType), but "
          + loaded.profile.sampleTypes.indices.map(loaded.profile.sampleTypeName)
          .joined(separator: ", "))
    }
    if usable.count < 2 {
      throw CommandFailure(
        .noInput,
        "trend compares profiles over time, and here \(usable.isEmpty ? "is none" : "is only one")"
          + ": give two or more")
    }
    return usable
  }

  /// What is wrong with a profile of changes, whose live values are none.
  private func difference(_ profile: Profile, _ sampleType: String) -> String? {
    let provenance = SamplingProvenance(profile)
    switch provenance {
    case .liveIsChange, .change:
      return isAffected(sampleType, by: provenance) ? provenanceNote(provenance) : nil
    default: return nil
    }
  }
}
