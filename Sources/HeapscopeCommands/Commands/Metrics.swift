import ArgumentParser
import GoroutineDump
import HeapAnalysis
import Metrics
import Ownership
import ProfileFetch
import ProfileModel
import Reports

struct MetricsCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Say which signals of trouble a Go program's metrics show, and since when.",
    discussion: """
      Reads what a program serves for Prometheus at /metrics, in its text form or
      that of OpenMetrics: files with one moment or many each, as curl in a loop
      keeps them, or a URL. Several are moments of one program, unless labels or
      prefixes tell more apart. A trend needs 5 moments.

      EXAMPLES:
        while sleep 15; do date; curl -s localhost:6060/metrics; done > kept.prom
        heapscope metrics kept.prom
        heapscope metrics --every=10s --for=5m localhost:6060
        heapscope metrics --profile=heap.pb.gz --goroutines=dump.txt scrapes/*.prom
        heapscope metrics --alerts > alerts.yml
      """)

  @Option("Take a moment of the URL this often; for files, how far apart theirs are.")
  var every: Period?
  @Option("How long to follow the URL; without it, until Ctrl-C.")
  var `for`: Period?
  @Option("End after so many moments.")
  var count: MomentCount?
  @Option("Keep what the URL answers in this folder.")
  var into: Text<FolderName>?
  @Option("A heap profile of the same time, to say what holds the heap.")
  var profile: Text<OtherProfile>?
  @Option("A dump of goroutines of the same time, to say where they wait.")
  var goroutines: Text<GoroutineFile>?
  @Flag(help: "Print the alerting rules: of the signals that fire, or all without input.")
  var alerts = false
  @Option("The most processes, findings and groups to show; 0 for all.")
  var nodecount: RowCount?
  @OptionGroup(title: "YOUR CODE") var ownCode: FindingArguments
  @OptionGroup(title: "PROFILES") var loading: ProfileArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(
    help: "Kept answers of /metrics, or URLs; - is standard input.", completion: .file())
  var inputs: [String] = []

  func validate() throws {
    if loading.hasBase {
      throw ValidationError("--base: metrics has no base; leave it out")
    }
    if loading.fetch.seconds != nil {
      throw ValidationError("--seconds: metrics are of one moment; give --every and --for")
    }
    if every == nil, self.for != nil || count != nil || into != nil {
      let name = self.for != nil ? "for" : count != nil ? "count" : "into"
      throw ValidationError("--\(name) needs --every: how often to take a moment")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let output = output.request
    let names = inputs.isEmpty ? session.pipedInput().map { [$0] } ?? [] : inputs
    if names.isEmpty {
      guard alerts else {
        throw CommandFailure(
          .usage,
          "the metrics are missing: 'heapscope metrics localhost:6060', or a file with what "
            + "/metrics answers")
      }
      try session.deliver(Self.file(Signal.allCases), output)
      return .success
    }
    var report = try read(names, output, in: session)
    // One host may be named for each of them, and means a different page each time.
    session.fetched = [:]
    report.heap = try heap(in: session)
    session.fetched = [:]
    report.goroutines = try dump(in: session)
    if alerts {
      try session.deliver(Self.file(report.firing), output)
      return .success
    }
    let text = try output.written(
      text: { report.text(session.style(output), count: nodecount?.value ?? 10) },
      document: report.document)
    try session.deliver(session.safe(text, output), output)
    return .success
  }

  private static func file(_ signals: [Signal]) -> TextOutput {
    var output = TextOutput()
    output.write(Signal.alertsFile(of: signals))
    return output
  }

  // MARK: Reading

  private func read(
    _ names: [String], _ output: OutputRequest, in session: Session
  ) throws -> MetricsReport {
    let fetching = loading.fetch.request
    if let every {
      let urls = try names.compactMap { name in
        try session.profileURL(name, fetching) { $0.setDefault(path: "/metrics") }
      }
      if urls.count == names.count {
        var plan = ScrapePlan(every: every.seconds)
        plan.seconds = self.for?.seconds
        plan.count = count?.value
        plan.into = into?.text
        plan.output = output
        plan.fetching = fetching
        return try ScrapeLoop(plan, session, urls).run()
      }
      guard urls.isEmpty, self.for == nil, count == nil, into == nil else {
        throw CommandFailure(
          .usage, "files and URLs exclude each other with --every: give one kind")
      }
    }
    try session.fetchURLs(names, fetching) { $0.setDefault(path: "/metrics") }
    var reader = MetricsReader()
    var failures = MissingInputs(of: "files")
    let inputs = try names.map { name throws(CommandFailure) in
      try session.input(named: name, fetching)
    }
    let urlCount = inputs.count { $0.url != nil }
    for input in inputs {
      do throws(CommandFailure) {
        if input.isStream, inputs.count == 1, let pipe = try input.open() as? FileSource,
          pipe.isStream
        {
          reader = try session.followMetrics(pipe, output, every: every?.seconds)
          continue
        }
        try session.readMetrics(
          input, into: &reader, process: urlCount > 1 ? input.url?.origin ?? "" : "")
        if input.url != nil, let path = input.path {
          session.message("fetched \(input.name), kept as \(path)")
        }
      } catch {
        failures.add(error)
      }
    }
    try failures.finish(named: names.count, fetching, in: session)
    var report = MetricsReport(reader, every: every?.seconds)
    if report.isEmpty {
      throw CommandFailure(.badData, noSeries(inputs.map(\.name), report.lines))
    }
    report.url = inputs.first { $0.url != nil }?.url?.place ?? ""
    return report
  }

  private func noSeries(_ names: [String], _ lines: MetricsReader.LineCounts) -> String {
    let name = names.count == 1 ? names[0] : "\(names.count) inputs"
    return lines.others > 0
      ? "\(name): none of its \(lines.others) samples is of Go's runtime or of a process, as "
        + "go_goroutines is"
      : "\(name): none of its \(lines.all) lines is a sample; give what /metrics answers"
  }

  private func heap(in session: Session) throws -> MetricsReport.Heap? {
    guard let name = profile?.text else { return nil }
    let beside = try ProfileBeside(
      name, "inuse_space", "what holds the heap; give a heap profile", loading.request,
      ownCode.request, in: session)
    let (loaded, findings) = (beside.profile, beside.findings)
    var growth = Growth(
      sampleType: "inuse_space", ownCode: beside.ownCode, givesVerdicts: false)
    _ = growth.add(loaded, now: 0)
    let lines = growth.allRows.sorted {
      ($1.values.last, $0.function, $0.file, $0.line)
        < ($0.values.last, $1.function, $1.file, $1.line)
    }
    let sum = loaded.magnitude(ofColumn: beside.column) ?? .max
    return MetricsReport.Heap(
      name: session.inputName(name), findings: findings, lines: lines, liveBytes: sum,
      seconds: loaded.figuresNanoseconds > 0 ? Double(loaded.figuresNanoseconds) / 1e9 : nil)
  }

  private func dump(in session: Session) throws -> MetricsReport.Goroutines? {
    guard let name = goroutines?.text else { return nil }
    try session.fetchURLs([name], loading.fetch.request) { $0.askForGoroutines() }
    let input = try session.input(named: name, loading.fetch.request)
    var series = GoroutineSeries()
    if let found = try session.readDump(input, into: &series) {
      _ = series.add(found.profile, name: found.name)
    }
    let ownCode = ownCode.request
    let settings = try session.settings(ownCode)
    let report = GoroutineReport(series, options: ownCode.options(settings))
    let told = series.snapshots.last?.timeNanoseconds.map { Double($0) / 1e9 }
    return MetricsReport.Goroutines(
      name: input.name, report: report,
      seconds: told ?? input.path.flatMap { FileSource.writtenSeconds($0) })
  }
}
