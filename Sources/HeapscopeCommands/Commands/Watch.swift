import ArgumentParser
import HeapAnalysis
import ProfileFetch
import Reports

struct WatchCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow a running program: keep snapshots, and show which lines grow.",
    discussion: """
      On a terminal the table is redrawn in place, and keys change it: s sorts by growth, by
      size or by place, t shows live bytes or what was allocated, q ends. In a pipe there is a
      line a snapshot. Ctrl-C ends it with a summary. A fetch that fails is said and tried again.

      EXAMPLES:
        heapscope watch localhost:6060
        heapscope watch --every=10s --for=5m --into=incident http://localhost:6060
        heapscope watch --for=10m --on-growth=20% localhost:6060 || echo it grows
        heapscope watch --format=json unix:/run/shop.sock | jq .perSecond
        heapscope trend incident/
      """)

  @Option("How often to take a snapshot.")
  var every = Period(seconds: 30)
  @Option("How long to follow it; without it, until Ctrl-C.")
  var `for`: Period?
  @Option("Keep the snapshots in this folder.")
  var into: Text<FolderName>?
  @Option("The most snapshots to keep: the first and the last ones; 0 for all.")
  var keep = KeptCount(value: 1000)
  @Option("End with status 1 once the total has grown by this much: 20%, 50MB.")
  var onGrowth: GrowthLimit?
  @Option("The sample type to follow: live bytes.")
  var sampleIndex: Text<SampleTypeName>?
  @Option("The most lines to show; 0 for all.")
  var nodecount = RowLimit(value: 15)
  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(help: "Where the program serves its profile.")
  var url: String

  func validate() throws {
    if output.format.format == .csv || output.format.format == .markdown {
      throw ValidationError("--format \(output.format.format.name): give text or json")
    }
    if output.output != nil {
      throw ValidationError("--output: watch writes as it goes; write '> FILE' behind it")
    }
    let unused: [(String, Bool)] = [
      ("base", !profile.base.isEmpty), ("diff-base", !profile.diffBase.isEmpty),
      ("normalize", profile.normalize), ("add-comment", profile.addComment != nil),
      ("seconds", profile.fetch.seconds != nil),
    ]
    if let option = unused.first(where: \.1)?.0 {
      throw ValidationError(
        "--\(option): watch compares each snapshot with the first; leave it out")
    }
  }

  private var plan: WatchPlan {
    var plan = WatchPlan(every: every.seconds)
    plan.seconds = `for`?.seconds
    plan.keptCount = keep.value
    plan.growthLimit = onGrowth
    plan.sampleType = sampleIndex?.text ?? ""
    plan.rowCount = nodecount.value
    plan.loading = profile.request
    plan.output = output.request
    return plan
  }

  func run(in session: Session) throws -> ExitStatus {
    let plan = plan
    let fetching = plan.loading.fetching
    guard let target = try session.profileURL(url, fetching) else {
      throw CommandFailure(
        .usage,
        "'\(session.inputName(url))': watch follows a running program; give its URL, as in localhost:6060"
      )
    }
    if target.seconds > 0 {
      throw CommandFailure(
        .usage, "\(target.shown): watch compares each snapshot with the first; leave seconds= out")
    }
    let screen = session.liveScreen(plan.output)
    let folder = try session.watchFolder(into?.text, target)
    let options = try session.fetchOptions(fetching)
    let ownCode = ownCode.request
    let ownCodeOptions = ownCode.options(try session.settings(ownCode))
    let signals = session.invocation.handlesSignals ? SignalWatch(drawsScreen: screen != nil) : nil
    var watch = WatchLoop(
      plan, session, WatchSource(url: target, options: options, folder: folder),
      ownCodeOptions, signals, screen)
    return try watch.run()
  }
}
