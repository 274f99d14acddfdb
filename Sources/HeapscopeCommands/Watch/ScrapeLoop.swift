import Foundations
import Glibc
import Metrics
import ProfileFetch
import Reports

/// How the metrics of running programs are followed.
struct ScrapePlan {
  /// From one moment to the next, in seconds.
  var every: Double

  /// How long, in seconds; nil until Ctrl-C.
  var seconds: Double?

  /// The most moments; nil for any number.
  var count: Int?

  /// Where answers are kept; nil where they are not.
  var into: String?
  var output = OutputRequest()
  var fetching = FetchingRequest()

  init(every: Double) { self.every = every }
}

/// Follows `/metrics` of programs until time is up, there are enough moments, or a signal comes.
final class ScrapeLoop {
  private let plan: ScrapePlan
  private let session: Session
  private let urls: [ProfileURL]
  private let screen: LiveScreen?
  private let signals: SignalWatch?
  private var reader = MetricsReader()
  private var taken = 0
  private var lastFailure: CommandFailure?
  private var trouble = ""
  private let start = ContinuousClock.now

  init(_ plan: ScrapePlan, _ session: Session, _ urls: [ProfileURL]) {
    self.plan = plan
    self.session = session
    self.urls = urls
    let screen = session.liveScreen(plan.output)
    self.screen = screen
    signals = session.invocation.handlesSignals ? SignalWatch(drawsScreen: screen != nil) : nil
    signals?.whileStopped = { stop in
      screen?.leave()
      stop()
    }
  }

  /// - Throws: the last failure, when there was no moment at all.
  func run() throws -> MetricsReport {
    let options = try session.fetchOptions(plan.fetching)
    let folder = try plan.into.map { try session.watchFolder($0, urls[0]) }
    let place = try folder ?? session.keepingFolder().path
    draw()
    while true {
      let began = ContinuousClock.now
      try take(options, into: place, keeps: folder != nil)
      if isEnding || plan.count.map({ taken >= $0 }) ?? false { break }
      draw()
      let next = began + .seconds(plan.every)
      if let end, next > end {
        wait(until: end)
        break
      }
      wait(until: next)
      if isEnding { break }
    }
    screen?.leave()
    var report = MetricsReport(reader)
    if report.isEmpty {
      throw lastFailure
        ?? CommandFailure(.noInput, "\(urls[0].shown): there is no moment yet")
    }
    report.url = urls[0].place
    return report
  }

  private var end: ContinuousClock.Instant? { plan.seconds.map { start + .seconds($0) } }
  private var isEnding: Bool { signals?.ending != nil }

  /// Fetches and reads a moment of each program.
  private func take(_ options: FetchOptions, into folder: String, keeps: Bool) throws {
    var options = options
    // A service that hangs must not hold up the moments of the others for long.
    options.timeoutSeconds = min(options.timeoutSeconds ?? 60, max(2, plan.every * 2))
    let results = session.fetch(urls, options, into: folder, signals, showsProgress: false)
    if isEnding { return }
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
        if screen == nil { session.message(error.message) }
      }
    }
  }

  private func draw() {
    guard let screen else { return }
    let report = MetricsReport(reader)
    let left = end.map { max(0, Double(($0 - .now).components.seconds)) }
    let ending = left.map { ", \(Period(seconds: max(1, $0)).text) to go" } ?? ""
    let footer =
      trouble.isEmpty
      ? "a moment every \(Period(seconds: plan.every).text)\(ending); q ends with the report"
      : trouble
    screen.show { report.screen($0, height: $1, footer: footer) }
  }

  private func wait(until instant: ContinuousClock.Instant) {
    while !isEnding {
      let left = instant - .now
      let seconds = Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18
      if seconds <= 0 { return }
      if let signals {
        signals.wait(seconds: screen == nil ? seconds : min(seconds, 1))
        if signals.takeResize() || screen != nil { draw() }
      } else {
        usleep(UInt32(min(seconds, 1) * 1_000_000))
      }
    }
  }
}
