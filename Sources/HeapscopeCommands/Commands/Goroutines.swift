import ArgumentParser
import Glibc
import GoroutineDump
import HeapAnalysis
import LogText
import ProfileCodec
import ProfileFetch
import ProfileModel
import Reports

struct GoroutinesCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "goroutines",
    abstract: "Say what goroutines wait for, where, for how long, and which of them pile up.",
    discussion: """
      Reads goroutine dumps (/debug/pprof/goroutine?debug=2), what a panic or SIGQUIT
      writes into a log, and goroutine profiles. Several are moments of one program:
      groups that grow are leak suspects.

      EXAMPLES:
        heapscope goroutines localhost:6060
        heapscope goroutines panic.log
        heapscope goroutines monday.txt tuesday.txt wednesday.txt
        kubectl logs web-1 --previous | heapscope goroutines -
      """)

  @Option("The most groups to show; 0 for all.")
  var nodecount: RowCount?
  @OptionGroup(title: "SELECTION") var selection: GoroutineSelectionArguments
  @OptionGroup(title: "YOUR CODE") var ownCode: OwnCodeArguments
  @OptionGroup(title: "PROFILES") var fetch: FetchArguments
  @OptionGroup(title: "OUTPUT") var output: OutputArguments<TableFormats>
  @Argument(
    help: "Dumps, goroutine profiles, logs or URLs; - is standard input.", completion: .file())
  var dumps: [String] = []

  func validate() throws {
    if fetch.seconds != nil {
      throw ValidationError("--seconds: goroutines are what there is at one moment; leave it out")
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let names = dumps.isEmpty ? session.pipedInput().map { [$0] } ?? [] : dumps
    if names.isEmpty {
      throw CommandFailure(
        .usage,
        "the dump is missing: 'heapscope goroutines localhost:6060', or a file with what "
          + "/debug/pprof/goroutine?debug=2 answers")
    }
    try session.fetchURLs(names, fetch.request) { $0.askForGoroutines() }
    let selection = try selection.compiled()
    let series = try readAll(names, selection, in: session)
    try selection?.check()
    for message in selection?.unmatched ?? [] { session.message(message) }
    let ownCode = ownCode.request
    let output = output.request
    let settings = try session.settings(ownCode)
    let report = GoroutineReport(series, options: ownCode.options(settings))
    let text = try output.written(
      text: {
        report.text(
          session.style(output, own: OwnNames(modulePath: report.modulePath)),
          count: nodecount?.value ?? 15)
      },
      document: report.document)
    try session.deliver(session.safe(text, output), output)
    let isEmpty = series.events.isEmpty && report.total == 0
    return selection != nil && isEmpty && series.filteredCount > 0 ? .negative : .success
  }

  /// Reads all dumps.
  private func readAll(
    _ names: [String], _ selection: GoroutineSelection?, in session: Session
  ) throws -> GoroutineSeries {
    var series = GoroutineSeries()
    series.filter = selection?.filter
    // Profiles have a time, texts do not.
    var profiles: [(profile: Profile, name: String)] = []
    var hasText = false
    var failures = MissingInputs(of: "dumps")
    for name in names {
      do throws(CommandFailure) {
        if let profile = try read(name, into: &series, in: session) {
          profiles.append(profile)
          if hasText { flush(&profiles, into: &series) }
        } else {
          hasText = true
        }
      } catch {
        failures.add(error)
      }
    }
    if profiles.allSatisfy({ $0.profile.timeNanoseconds > 0 }) {
      profiles = profiles.enumerated().sorted {
        ($0.element.profile.timeNanoseconds, $0.offset)
          < ($1.element.profile.timeNanoseconds, $1.offset)
      }.map(\.element)
    }
    flush(&profiles, into: &series)
    try failures.finish(named: names.count, fetch.request, in: session)
    return series
  }

  private func flush(
    _ profiles: inout [(profile: Profile, name: String)], into series: inout GoroutineSeries
  ) {
    for (profile, name) in profiles { _ = series.add(profile, name: name) }
    profiles = []
  }

  /// Reads one dump into the series, or returns the profile that it is.
  private func read(
    _ name: String, into series: inout GoroutineSeries, in session: Session
  ) throws(CommandFailure) -> (profile: Profile, name: String)? {
    let input = try session.input(named: name, fetch.request)
    do throws(CommandFailure) {
      let profile = try session.readDump(input, into: &series)
      if input.url != nil, let path = input.path {
        session.message("fetched \(input.name), kept as \(path)")
      }
      return profile
    } catch {
      // It is no dump, so no later command could read it either.
      if input.url != nil, let path = input.path { unlink(path) }
      throw error
    }
  }
}
