import Foundations
import GoroutineDump
package import HeapAnalysis
import LogText
package import Metrics

/// Which of the known signals fire in the metrics of processes, and since when.
package struct MetricsReport: Sendable {
  /// A process and the results of its signals.
  struct Process: Sendable {
    var metrics: ProcessMetrics

    /// Without what all names have in common.
    var name: String
    var findings: [SignalFinding]

    func findings(_ holds: (SignalFinding.Verdict) -> Bool) -> [SignalFinding] {
      findings.filter { holds($0.verdict) }
    }

    var firing: [SignalFinding] { findings { $0 == .fires } }
  }

  /// A heap profile given with the metrics.
  package struct Heap: Sendable {
    package var name: String
    package var findings: HotspotReport

    /// Live bytes by the own line that allocated them, the largest first.
    package var lines: [Growth.Row]

    /// Live bytes according to the profile.
    package var liveBytes: Int64

    /// When it was taken; nil when the profile does not say.
    package var seconds: Double?

    package init(
      name: String, findings: HotspotReport, lines: [Growth.Row], liveBytes: Int64, seconds: Double?
    ) {
      self.name = name
      self.findings = findings
      self.lines = lines
      self.liveBytes = liveBytes
      self.seconds = seconds
    }
  }

  /// A goroutine dump given with the metrics.
  package struct Goroutines: Sendable {
    package var name: String
    package var report: GoroutineReport
    package var seconds: Double?

    package init(name: String, report: GoroutineReport, seconds: Double?) {
      self.name = name
      self.report = report
      self.seconds = seconds
    }
  }

  /// The processes with the most signals first.
  let processes: [Process]
  package let lines: MetricsReader.LineCounts
  let tally: LineTally
  let damage: (file: String, line: Int, text: String)?
  let hasMoreProcesses: Bool

  /// The URL that was read, for the suggested next command; empty for files.
  package var url = ""
  package var heap: Heap?
  package var goroutines: Goroutines?

  /// - Parameter every: the interval of scrapes that have no time.
  package init(_ reader: MetricsReader, every: Double? = nil) {
    let all = reader.finished(every: every)
    let names = all.map { $0.name.isEmpty ? "without a name" : $0.name }.distinguished
    processes = zip(all, names).map {
      Process(metrics: $0, name: $1, findings: $0.findings)
    }.enumerated().sorted {
      ($1.element.firing.count, $0.offset) < ($0.element.firing.count, $1.offset)
    }.map(\.element)
    lines = reader.lines
    tally = reader.tally
    damage = reader.damage
    hasMoreProcesses = reader.hasMoreProcesses
  }

  package var isEmpty: Bool { processes.isEmpty }

  /// The signals that fire in any process, in the order of their definition.
  package var firing: [Signal] {
    let names = Set(processes.flatMap { $0.firing.map(\.signal) })
    return Signal.allCases.filter(names.contains)
  }

  var momentCount: Int { processes.map(\.metrics.moments.count).reduce(0, +) }
}

extension Signal {
  var title: String {
    switch self {
    case .goroutinesRise: "goroutines rise"
    case .threadsRise: "threads rise"
    case .liveHeapGrows: "the live heap grows"
    case .idleMemory: "idle memory is kept"
    case .outsideMemory: "memory outside of Go"
    case .collectorShare: "the collector's share"
    case .collectionsOften: "collections are frequent"
    case .memoryLimit: "close to GOMEMLIMIT"
    case .allocationJump: "allocation rate jumps"
    case .filesRise: "open files rise"
    case .filesLimit: "close to the file limit"
    case .containerLimit: "close to the container's limit"
    }
  }
}

extension SignalFinding {
  /// A figure in the signal's unit.
  func text(_ value: Double) -> String {
    switch unit {
    case .count: whole(value)
    case .bytes: sizeText(value)
    case .share: percentText(value)
    case .perSecond: formatted(value, "%.2f") + "/s"
    case .bytesPerSecond: sizeText(value) + "/s"
    }
  }

  /// `120 → 5,231`, or only the last figure.
  var figures: String {
    guard let now else { return "" }
    guard let before, text(before) != text(now) else { return text(now) }
    return "\(text(before)) → \(text(now))"
  }

  /// Remarks beside the figures, one per part.
  var remarks: [String] {
    contexts.map { context in
      switch context {
      case .processors(let first, let second):
        "CPU \(formatted(first, "%.2f")) → \(formatted(second, "%.2f")) processors"
      case .load: "CPU rises as much: load, no leak by itself"
      case .threads(let first, let last):
        first == last
          ? "threads flat at \(whole(last))" : "threads \(whole(first)) → \(whole(last))"
      case .collections(let count):
        "\(groupedDigits(Int64(count))) \(count == 1 ? "collection" : "collections") meanwhile"
      case .estimated(let percent, let isAssumed):
        "reckoned from the heap goal at GOGC=\(Int(nearest: percent))"
          + (isAssumed ? ", which is taken for granted" : "")
      case .withGarbage: "with garbage: the live heap is not told"
      case .whole(let whole):
        switch signal {
        case .idleMemory, .outsideMemory: "of \(sizeText(whole)) resident"
        default: "of \(text(whole))"
        }
      case .sinceStart: "since the program began"
      }
    }
  }

  /// Why the signal cannot be judged; nil when it can.
  var gapText: String? {
    guard case .unknown(let gap) = verdict else { return nil }
    switch gap {
    case .missing(let series):
      let names = series.compactMap(\.names.first)
      return names.isEmpty
        ? "no moment has all that it needs" : "there is no \(names.joined(separator: " or "))"
    case .moments(let have, let need):
      return "\(have) \(have == 1 ? "moment" : "moments"); a trend needs \(need)"
    case .times: return "the times of the moments are not known"
    case .collections(let have, let need):
      return "\(have) \(have == 1 ? "collection" : "collections") meanwhile; a trend needs \(need)"
    case .limit: return "no limit is set or told"
    }
  }
}

private func whole(_ value: Double) -> String { groupedDigits(Int64(nearest: value)) }

private func sizeText(_ value: Double) -> String {
  ScaledValue(Int64(nearest: value), from: "B", to: "auto").text
}
