import ArgumentParser
import Foundations
import Glibc
import HeapAnalysis
import Ownership
import ProfileModel
import Reports

struct TrendCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "Say what leaks, warms up or churns, from several profiles over time.",
    discussion: """
      The profiles are put in order by their own time. Of a folder all heap profiles in it
      are taken.

      EXAMPLES:
        heapscope trend heap-1.pb.gz heap-2.pb.gz heap-3.pb.gz heap-4.pb.gz
        heapscope trend --limit=12GB incident/
        heapscope trend --granularity=stacks --format=csv incident/
        heapscope trend -o trend.svg incident/
      """)

  @Option("The sample type to follow.")
  var sampleIndex = Text<SampleTypeName>("inuse_space")
  @Option("What a row is: functions, lines or stacks.")
  var granularity = TrendGranularity.lines
  @Option(
    "What the process may take, its RSS or the limit of its container: says when it is reached.")
  var limit: ByteSize?
  @Option("The program's GOGC: with 100 it takes twice what is live; off for just what is live.")
  var gogc = CollectorTarget(percent: 100)
  @Option("The most lines to show; 0 for all.")
  var nodecount: RowCount?
  @Option(help: .hidden) var sourcePath: Text<SearchPath>?
  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: TrendOutputArguments
  @Argument(help: "The profiles, two or more, or a folder of them.", completion: .file())
  var profiles: [String] = []

  /// The sample type to follow.
  private var sampleType: String { sampleIndex.text }

  func validate() throws {
    if profiles.isEmpty || profiles.count == 1 && !isFolder(profiles[0]) {
      throw ValidationError("trend compares profiles over time: give two or more, or a folder")
    }
    if limit != nil, sampleType != "inuse_space" {
      throw ValidationError("--limit is about live bytes: leave --sample-index out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let output = output.request
    if output.format == .svg { try session.refuseTerminal(output, example: "trend.svg") }
    let loaded = try load(in: session)
    let order = Trend.order(of: loaded.map(\.profile.timeNanoseconds))
    let ownCode = ownCode.request
    let settings = try session.settings(ownCode)
    let options = ownCode.options(settings)
    var series = SnapshotSeries(sampleType: sampleType)
    var lastOwnership: Ownership?
    for (index, time) in zip(order.indices, order.times) {
      let profile = loaded[index].profile
      let ownership = Ownership(profile, options)
      lastOwnership = ownership
      guard series.add(profile, time: time, ownership: ownership) == .added else {
        throw unusable(profile)
      }
    }
    let all = series.count
    while series.needsThinning { series.thin() }
    if series.count < all {
      session.message("of \(all) profiles, \(series.count) are looked at: every so many of them")
    }
    if !order.hasTimes {
      session.message(
        "the profiles do not all say when they were taken: they stay in the order given, and "
          + "growth is from one to the next")
    }
    let trend = Trend(
      series, hasTimes: order.hasTimes, granularity: granularity.granularity)
    var report = TrendReport(trend, rowCount: nodecount?.value ?? 15)
    if let limit {
      report.forecast = trend.forecast(limit: Double(limit.bytes), factor: gogc.factor)
      report.factorReason = gogc.reason
    }
    if let last = order.indices.last.map({ loaded[$0].profile }), !trend.suspects.isEmpty,
      let column = last.column(named: sampleType), let lastOwnership
    {
      report.findings =
        findHotspots(
          in: last, column: column, ownership: lastOwnership, options: settings.hotspotOptions,
          rules: settings.rules
        ).findings
    }
    let text = try output.written(report.forms(session.style(output)))
    try session.deliver(session.safe(text, output), output)
    return .success
  }

  // MARK: The profiles

  /// Reads what the command line names; of a folder what is a profile of the kind.
  private func load(in session: Session) throws -> [(name: String, profile: Profile)] {
    try session.fetchURLs(profiles, profile.fetch.request)
    var loaded: [(name: String, profile: Profile)] = []
    var failures = InputFailures(of: "profiles")
    for name in profiles {
      guard isFolder(name) else {
        do {
          let profile = try session.load([name], profile.request, usesSymbols: true).profile
          if let note = difference(profile) {
            session.message("\(session.inputName(name)): left out: \(note)")
          } else {
            loaded.append((name, profile))
          }
        } catch let failure as CommandFailure {
          failures.add(failure)
        }
        continue
      }
      for path in files(in: name) {
        do {
          let profile = try session.load([path], profile.request, usesSymbols: true).profile
          if let note = difference(profile) {
            session.message("\(path): left out: \(note)")
          } else if profile.column(named: sampleType) == nil {
            session.message("\(path): left out: it has no \(sampleType)")
          } else {
            loaded.append((path, profile))
          }
        } catch let failure as CommandFailure where failure.status == .badData {
          session.message(failure.message + "; left out")
        }
      }
    }
    try failures.finish(named: profiles.count, profile.fetch.request, in: session)
    if loaded.count < 2 {
      throw CommandFailure(
        .noInput,
        "trend compares profiles over time, and here \(loaded.isEmpty ? "is none" : "is only one")"
          + ": give two or more")
    }
    return loaded
  }

  /// What is wrong with a profile of changes, whose live values are none.
  private func difference(_ profile: Profile) -> String? {
    let provenance = SamplingProvenance(profile)
    switch provenance {
    case .liveIsChange, .change:
      return isAffected(sampleType, by: provenance) ? provenanceNote(provenance) : nil
    default: return nil
    }
  }

  private func unusable(_ profile: Profile) -> CommandFailure {
    CommandFailure(
      .usage,
      "--sample-index '\(sampleType)': not all of the profiles have it, or its sum "
        + "does not fit 64 bits; the first has "
        + profile.sampleTypes.indices.map(profile.sampleTypeName).joined(separator: ", "))
  }

  private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The files of a folder but hidden ones, by name. What is no regular file was put there
  /// for something else: a pipe would never end.
  private func files(in folder: String) -> [String] {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    return fileNames(in: folder).map { base + $0 }.filter(isRegularFile).sorted()
  }
}
