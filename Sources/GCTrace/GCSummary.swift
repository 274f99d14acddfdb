import Foundations
import ProfileModel

/// The figures of a log of collections.
package struct GCSummary: Sendable {
  /// The lengths of the pauses of one kind, in nanoseconds.
  package struct Pauses: Sendable, Equatable {
    package var kind: String
    package var count: Int
    package var total: Int64
    package var median: Int64
    package var p99: Int64
    package var longest: Int64

    /// - Parameter lengths: those of one or more pauses.
    init(kind: String, _ lengths: [Int64]) {
      let sorted = lengths.sorted()
      self.kind = kind
      count = sorted.count
      total = sorted.reduce(0, saturatingSum)
      median = Self.quantile(0.5, sorted)
      p99 = Self.quantile(0.99, sorted)
      longest = sorted.last ?? 0
    }

    /// The smallest length that this fraction of the pauses does not exceed (nearest rank).
    static func quantile(_ part: Double, _ sorted: [Int64]) -> Int64 {
      if sorted.isEmpty { return 0 }
      let rank = Int((part * Double(sorted.count)).rounded(.up))
      return sorted[min(max(rank, 1), sorted.count) - 1]
    }
  }

  /// All pauses, then each kind, the longest total first.
  package let pauses: [Pauses]

  /// Seconds from the first collection to the end of the last, over all runs; nil when the log has
  /// no times.
  package let seconds: Double?

  /// The collections' share of all processor time; nil when the log does not give both.
  package let processorShare: Double?

  /// The fraction of the collections' processor time that allocating goroutines spent on marking.
  package let assistShare: Double?

  /// Bytes that the program allocates per second.
  package let allocationRate: Double?

  /// Collections per second.
  package let frequency: Double?
  package let outliers: [GCOutlier]

  /// Lengths are multiples of this many nanoseconds, the tick of a coarse clock: shorter times read
  /// as nothing. 0 when they are finer.
  package let clockNanoseconds: Int64

  /// What triggers collections, if the log is Go's.
  package let drivers: GCDrivers?
  package let markingPauses: MarkingPauses?

  package let collections: Int
  package let runs: Int

  package init(_ log: GCLog) { self.init(log.events, processors: log.processors) }

  /// The figures of some collections of a log, in the order of their runs.
  package init(_ events: [GCEvent], processors: Int?) {
    let named = events.flatMap(Self.pauses)
    var kinds: [String: [Int64]] = [:]
    for (kind, nanoseconds) in named { kinds[kind, default: []].append(nanoseconds) }
    let byKind = kinds.map { Pauses(kind: $0.key, $0.value) }
      .sorted { ($1.total, $0.kind) < ($0.total, $1.kind) }
    pauses =
      named.isEmpty
      ? [] : [Pauses(kind: "all", named.map(\.nanoseconds))] + (byKind.count > 1 ? byKind : [])
    collections = events.count
    let grouped = Dictionary(grouping: events, by: \.run)
    runs = grouped.count
    var whole = RunFigures()
    for run in grouped.keys.sorted() {
      whole.add(grouped[run] ?? [], processors: processors)
    }
    seconds = whole.seconds > 0 ? whole.seconds : nil
    processorShare =
      whole.processorSeconds > 0 && whole.busy > 0 ? whole.busy / 1e9 / whole.processorSeconds : nil
    assistShare = whole.hasAssist && whole.busy > 0 ? whole.assist / whole.busy : nil
    allocationRate =
      whole.allocationSeconds > 0 ? max(0, whole.allocated) / whole.allocationSeconds : nil
    frequency = whole.seconds > 0 ? Double(events.count) / whole.seconds : nil
    let tick = GCOutlier.clockNanoseconds(events)
    clockNanoseconds = tick
    let drivers = GCDrivers(events)
    self.drivers = drivers
    // When the memory limit drives the collector, every cycle differs from those before.
    outliers = GCOutlier.all(
      in: drivers?.thrashing.map { thrashing in
        events.filter { $0.run != thrashing.run || $0.number < thrashing.number }
      } ?? events, tick: tick)
    markingPauses = MarkingPauses(events)
  }

  /// The pauses of an event with their names.
  private static func pauses(_ event: GCEvent) -> [(kind: String, nanoseconds: Int64)] {
    event.phases.filter { $0.depth == 0 && $0.isPause }.map {
      ($0.name == "pause" || $0.name == "Mark Termination" ? event.kind : $0.name, $0.nanoseconds)
    }
  }

  /// Sums over the runs of a log.
  private struct RunFigures {
    var seconds = 0.0
    var processorSeconds = 0.0
    var busy = 0.0
    var assist = 0.0
    var hasAssist = false
    var allocated = 0.0
    var allocationSeconds = 0.0

    mutating func add(_ events: [GCEvent], processors: Int?) {
      var first = Double.infinity
      var last = -Double.infinity
      for event in events {
        if let start = event.startSeconds {
          first = min(first, start)
          last = max(last, start + Double(event.nanoseconds) / 1e9)
        }
        if let cpu = event.cpu {
          busy += Double(cpu.busy)
          if let paid = cpu.assist {
            assist += Double(paid)
            hasAssist = true
          }
        }
      }
      if first < last {
        seconds += last - first
        processorSeconds +=
          (last - first) * Double(events.compactMap(\.processors).max() ?? processors ?? 0)
      }
      // Between the starts of two collections, the heap grew while the first one ran, and then from
      // the size that it left.
      let sized = events.filter {
        $0.startSeconds != nil && $0.heapBefore != nil && $0.heapAfter != nil
      }
      for (event, next) in zip(sized, sized.dropFirst()) {
        guard let start = event.startSeconds, let end = next.startSeconds, end > start,
          let before = event.heapBefore, let peak = event.heapPeak, let after = event.heapAfter,
          let nextBefore = next.heapBefore
        else { continue }
        allocated += Double(peak) - Double(before) + Double(nextBefore) - Double(after)
        allocationSeconds += end - start
      }
    }
  }
}

/// The share of buffers of overwritten references in the pauses that end marking (SATB: what was
/// reachable when marking began is kept).
package struct MarkingPauses: Sendable, Equatable {
  package var count: Int
  package var total: Int64
  package var buffers: Int64

  /// The fraction of the pauses, 0 to 1.
  package var share: Double { total == 0 ? 0 : min(1, Double(buffers) / Double(total)) }

  /// - Returns: nil when the log has no such buffers.
  init?(_ events: [GCEvent]) {
    let marking = events.filter { $0.kind == "Pause Remark" }
    let parts = marking.flatMap(\.phases).filter { $0.depth > 0 && $0.name.hasPrefix("SATB") }
    if parts.isEmpty { return nil }
    count = marking.count
    total = marking.map(\.pauseNanoseconds).reduce(0, saturatingSum)
    buffers = parts.map(\.nanoseconds).reduce(0, saturatingSum)
  }
}
