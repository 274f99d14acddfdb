import Foundations
import Glibc
import Metrics
import ProfileFetch
import Reports

/// How the metrics of running programs are followed.
struct ScrapePlan {
  /// Seconds from one moment to the next.
  var every: Double

  /// How long, in seconds; nil to go on until Ctrl-C.
  var seconds: Double?

  /// The most moments; nil for any number.
  var count: Int?

  /// The folder for the answers; nil to keep none.
  var into: String?
  var output = OutputRequest()
  var fetching = FetchingRequest()

  init(every: Double) { self.every = every }
}

/// Follows `/metrics` of programs until the time is up, there are enough moments, or a signal
/// comes.
final class ScrapeLoop {
  private let plan: ScrapePlan
  private let session: Session
  private let urls: [ProfileURL]
  private let live: LiveWait
  private var reader = MetricsReader()
  private var taken = 0
  private var lastFailure: CommandFailure?
  private var trouble = ""

  init(_ plan: ScrapePlan, _ session: Session, _ urls: [ProfileURL]) {
    self.plan = plan
    self.session = session
    self.urls = urls
    let screen = session.liveScreen(plan.output)
    let signals = session.invocation.handlesSignals ? SignalWatch(drawsScreen: screen != nil) : nil
    live = LiveWait(signals, screen, seconds: plan.seconds)
  }

  /// - Throws: the last failure, when no moment was read at all.
  func run() throws -> MetricsReport {
    let options = try session.fetchOptions(plan.fetching)
    let folder = try plan.into.map { try session.watchFolder($0, urls[0]) }
    let place = try folder ?? session.keepingFolder().path
    draw()
    while true {
      let began = ContinuousClock.now
      try take(options, into: place, keeps: folder != nil)
      if live.isEnding || plan.count.map({ taken >= $0 }) ?? false { break }
      draw()
      if !live.wait(until: began + .seconds(plan.every), draw: { draw() }) { break }
    }
    live.screen?.leave()
    var report = MetricsReport(reader)
    if report.isEmpty {
      throw lastFailure
        ?? CommandFailure(.noInput, "\(urls[0].shown): there is no moment yet")
    }
    report.url = urls[0].place
    return report
  }

  /// Fetches and reads one moment of each program.
  private func take(_ options: FetchOptions, into folder: String, keeps: Bool) throws {
    var options = options
    // A service that hangs must not delay the moments of the others for long.
    options.timeoutSeconds = min(options.timeoutSeconds ?? 60, max(2, plan.every * 2))
    let results = session.fetch(urls, options, into: folder, live.signals, showsProgress: false)
    if live.isEnding { return }
    taken += 1
    trouble = ""
    for (url, result) in zip(urls, results) {
      do throws(CommandFailure) {
        let path = try result.get().path
        defer { if !keeps { unlink(path) } }
        let input = ProfileInput(name: url.shown, path: path, url: url) {
          () throws(CommandFailure) in try FileSource.open(path)
        }
        let before = reader.lines
        try session.readMetrics(
          input, into: &reader, process: urls.count > 1 ? url.origin : "")
        if reader.lines.read == before.read {
          throw CommandFailure(
            .badData,
            "\(url.shown): none of its \(reader.lines.all - before.all) lines is a sample of Go's "
              + "runtime or of a process; give the URL of /metrics")
        }
      } catch {
        lastFailure = error
        trouble = error.message
        if live.screen == nil { session.message(error.message) }
      }
    }
  }

  private func draw() {
    guard let screen = live.screen else { return }
    let report = MetricsReport(reader)
    let footer =
      trouble.isEmpty
      ? "a moment every \(Period(seconds: plan.every).text)\(live.remaining); q ends with the report"
      : trouble
    screen.show { report.screen($0, height: $1, footer: footer) }
  }
}
