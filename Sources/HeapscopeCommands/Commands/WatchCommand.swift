import ArgumentParser
import HeapAnalysis
import ProfileFetch
import Reports

struct WatchCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow a running program: keep snapshots, and show which lines grow.",
    discussion: """
      On a terminal the table is redrawn in place; in a pipe there is a line a snapshot.
      Ctrl-C ends it with a summary. A fetch that fails is said and tried again.

      EXAMPLES:
        heapscope watch localhost:6060
        heapscope watch --every=10s --for=5m --into=incident http://localhost:6060
        heapscope watch --for=10m --on-growth=20% localhost:6060 || echo it grows
        heapscope watch --format=json unix:/run/shop.sock | jq .perSecond
        heapscope trend incident/
      """)

  @Option(help: ArgumentHelp("How often to take a snapshot.", valueName: "time"))
  var every = Period(seconds: 30)
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long to follow it; without it, until Ctrl-C.", valueName: "time"))
  var duration: Period?
  @Option(help: ArgumentHelp("Keep the snapshots in this folder.", valueName: "folder"))
  var into: String?
  @Option(
    help: ArgumentHelp(
      "The most snapshots to keep: the first and the last ones; 0 for all.", valueName: "count"))
  var keep = RowLimit(value: 1000)
  @Option(
    help: ArgumentHelp(
      "End with status 1 once the total has grown by this much: 20%, 50MB.", valueName: "growth"))
  var onGrowth: GrowthLimit?
  @Option(help: ArgumentHelp("The sample type to follow: live bytes.", valueName: "type"))
  var sampleIndex = ""
  @Option(help: ArgumentHelp("The most lines to show; 0 for all.", valueName: "count"))
  var nodecount = RowLimit(value: 15)
  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup(title: "PROFILES") var profile: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments
  @Argument(help: "Where the program serves its profile.")
  var url: String

  func validate() throws {
    if output.format == .csv || output.format == .markdown {
      throw ValidationError("--format \(output.format.rawValue): give text or json")
    }
    if output.output != nil {
      throw ValidationError("--output: watch writes as it goes; write '> FILE' behind it")
    }
    if into == "" { throw ValidationError(OptionValues.refusal("into", "")) }
    let unused: [(String, Bool)] = [
      ("base", profile.base != nil), ("diff-base", profile.diffBase != nil),
      ("normalize", profile.normalize), ("add-comment", profile.addComment != nil),
      ("seconds", profile.fetch.seconds != nil),
    ]
    if let option = unused.first(where: \.1)?.0 {
      throw ValidationError(
        "--\(option): watch compares each snapshot with the first; leave it out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    guard let target = try session.profileURL(url, profile.fetch) else {
      throw CommandFailure(
        .usage,
        "'\(session.inputName(url))': watch follows a running program; give its URL, as in localhost:6060"
      )
    }
    if target.seconds > 0 {
      throw CommandFailure(
        .usage, "\(target.shown): watch compares each snapshot with the first; leave seconds= out")
    }
    let isLive = session.isForPeople(output) && output.format == .text
    let folder = try session.watchFolder(into, target)
    let options = try session.fetchOptions(profile.fetch)
    let ownCode = ownCode.options(try session.settings(ownCode))
    let signals = session.invocation.handlesSignals ? SignalWatch(watchesSize: isLive) : nil
    var watch = Watch(
      self, session, WatchSource(url: target, options: options, folder: folder), ownCode,
      signals, isLive: isLive)
    return try watch.run()
  }
}

/// How much something may grow.
enum GrowthLimit: ExpressibleByArgument {
  /// As a part of what there was at first.
  case part(Double)
  case bytes(Int)

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let number = Double(argument.dropLast()), (0...1e6).contains(number) else { return nil }
      self = .part(number / 100)
    } else if let size = ByteSize(argument: argument) {
      self = .bytes(size.bytes)
    } else {
      return nil
    }
  }

  func isExceeded(by growth: Growth) -> Bool {
    switch self {
    case .part(let part): growth.relativeGrowth.map { $0 > part } ?? (growth.totals.growth > 0)
    case .bytes(let bytes): growth.totals.growth > Int64(bytes)
    }
  }

  var text: String {
    switch self {
    case .part(let part): "\((part * 10_000).rounded() / 100)%"
    case .bytes(let bytes): "\(bytes) bytes"
    }
  }
}

/// A number of things to show or keep; 0 for all.
struct RowLimit: ExpressibleByArgument {
  var value: Int

  init(value: Int) { self.value = value }

  init?(argument: String) {
    guard let value = Int(argument), value >= 0 else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}
