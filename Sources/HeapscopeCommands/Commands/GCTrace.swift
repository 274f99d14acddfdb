import ArgumentParser
import GCTrace
import HeapAnalysis
import Ownership
import ProfileModel
import Reports

struct GCTraceCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "gctrace",
    abstract: "Read a garbage collector's log: pauses, its share, the heap, what feeds it.",
    discussion: """
      Reads what Go prints with GODEBUG=gctrace=1, and the JVM's unified log
      (-Xlog:gc*, with gc+phases=debug for the parts of each pause). Other lines
      of the log are skipped and counted.

      EXAMPLES:
        GODEBUG=gctrace=1 ./server 2>&1 | heapscope gctrace -
        heapscope gctrace --profile=heap.pb.gz server.log
        heapscope gctrace --format=csv gc.log > gc.csv
      """)

  @Option("A heap profile of the same program, whose findings feed the collector.")
  var profile: Text<OtherProfile>?
  @Option("The most outliers and findings to show; 0 for all.")
  var nodecount: RowCount?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "PROFILES") var loading: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(help: "The log; - is standard input.", completion: .file())
  var log: String?

  func run(in session: Session) throws -> ExitStatus {
    guard let name = log ?? session.pipedInput() else {
      throw CommandFailure(
        .usage,
        "the log is missing: 'heapscope gctrace FILE', or GODEBUG=gctrace=1 and a pipe into "
          + "'heapscope gctrace -'")
    }
    let output = output.request
    let trace = try read(name, output, in: session)
    if trace.events.isEmpty {
      throw CommandFailure(
        .badData,
        "\(session.inputName(name)): none of its \(trace.lines.all) lines is of a collection; run the program with "
          + "GODEBUG=gctrace=1 (Go) or -Xlog:gc* (JVM)")
    }
    if trace.isJavaNewestFirst {
      throw CommandFailure(
        .badData,
        "\(session.inputName(name)): its newest line stands first, and the lines of a JVM's collection belong "
          + "together: turn it round, as in 'tac FILE | heapscope gctrace -'")
    }
    let beside = try beside(in: session)
    let report = GCTraceReport(
      trace, findings: beside?.findings,
      forcers: beside.map { GCForcer.all(in: $0.profile, Ownership($0.profile, $0.ownCode)) })
    let text = try output.written(
      text: {
        report.text(
          session.style(output, own: OwnNames(modulePath: report.findings?.modulePath ?? "")),
          count: nodecount?.value ?? 10)
      },
      document: report.document)
    try session.deliver(session.safe(text, output), output)
    return .success
  }

  /// Reads the log, and follows it on a terminal.
  private func read(
    _ name: String, _ output: OutputRequest, in session: Session
  ) throws -> GCLog {
    var trace = GCLog()
    if name != "-" {
      try session.readLines(of: name, loading.fetch.request) { trace.add($0) }
      trace.finish()
      return trace
    }
    let screen = session.liveScreen(output)
    let reading = GCLogReading()
    let follower = LogFollower(session, screen) { draw(reading.log, $0) }
    try session.readLines(of: name, loading.fetch.request, following: follower) {
      reading.log.add($0)
    }
    screen?.leave()
    reading.log.finish()
    return reading.log
  }

  /// Draws what was read so far.
  private func draw(_ log: GCLog, _ screen: LiveScreen) {
    var log = log
    log.finish()
    screen.show { style, height in
      GCTraceReport(log, findings: nil).screen(style, height: height)
    }
  }

  private func beside(in session: Session) throws -> ProfileBeside? {
    guard let beside = profile?.text else { return nil }
    return try ProfileBeside(
      beside, "alloc_space", "what feeds the collector; give a heap or allocs profile",
      loading.request, ownCode.request, in: session)
  }
}

/// A log that is still being read, shared with the drawing code.
private final class GCLogReading {
  var log = GCLog()
}
