import Glibc

/// A collection that took far longer than others of the same kind.
package struct GCOutlier: Sendable, Equatable {
  package var event: GCEvent

  /// Its length, and the median of its kind, in nanoseconds.
  package var nanoseconds: Int64
  package var usual: Int64

  /// The program was stopped all the time; otherwise the length includes concurrent marking.
  package var isPause: Bool

  /// The part that exceeds its own median by the most.
  package var phase: String
  package var phaseNanoseconds: Int64

  /// - Returns: the outliers, the longest pauses first.
  ///
  /// - Parameter tick: smaller differences from the usual length, in nanoseconds, are due to the
  ///   clock.
  static func all(in events: [GCEvent], tick: Int64 = 0) -> [GCOutlier] {
    struct Collection: Hashable {
      var run: Int
      var number: UInt64
    }
    let groups = Dictionary(grouping: events, by: \.kind).sorted { $0.key < $1.key }.map(\.value)
    var result: [GCOutlier] = []
    // A long pause makes the collection long: it is reported once.
    var named: Set<Collection> = []
    for isPause in [true, false] {
      for group in groups {
        for outlier in outliers(group, isPause: isPause)
        where outlier.nanoseconds - outlier.usual > 2 * tick || tick == 0 {
          let isNew =
            named.insert(Collection(run: outlier.event.run, number: outlier.event.number)).inserted
          if isNew || isPause { result.append(outlier) }
        }
      }
    }
    return result.sorted {
      ($0.isPause ? 0 : 1, $1.nanoseconds, $0.event.run, $0.event.number)
        < ($1.isPause ? 0 : 1, $0.nanoseconds, $1.event.run, $1.event.number)
    }
  }

  /// Events whose length is at least twice the median, and whose logarithm is more than 3.5 scaled
  /// median deviations above it (the modified z-score: Iglewicz and Hoaglin 1993). The lengths of
  /// pauses are skewed, their logarithms hardly.
  private static func outliers(_ events: [GCEvent], isPause: Bool) -> [GCOutlier] {
    let lengths = events.map { isPause ? $0.pauseNanoseconds : $0.nanoseconds }
    let logarithms = lengths.filter { $0 > 0 }.map { log(Double($0)) }
    guard logarithms.count >= 8 else { return [] }
    let middle = median(logarithms)
    // At least 5 %: a collector that is nearly constant has no outliers at 6 %.
    let spread = max(0.05, median(logarithms.map { abs($0 - middle) }) / 0.6745)
    let usual = Int64(exp(middle).rounded())
    var typical: [String: [Double]] = [:]
    for phase in events.flatMap(\.phases) {
      typical[phase.name, default: []].append(Double(phase.nanoseconds))
    }
    let medians = typical.mapValues(median)
    return zip(events, lengths).compactMap { event, length in
      guard length > 0, length / 2 >= usual, log(Double(length)) - middle > 3.5 * spread else {
        return nil
      }
      func excess(_ phase: GCPhase) -> Double {
        Double(phase.nanoseconds) - (medians[phase.name] ?? 0)
      }
      let whole = event.phases.filter { !isPause || $0.isPause }
      let parts = Dictionary(grouping: whole.filter { $0.depth > 0 }, by: \.depth)
      // The deepest part is the most specific one, as long as it explains half of the whole's
      // excess.
      var cause = whole.filter { $0.depth == 0 }.max { excess($0) < excess($1) }
      for depth in parts.keys.sorted() {
        guard let now = cause,
          let part = parts[depth]?.max(by: { excess($0) < excess($1) }),
          excess(part) >= excess(now) / 2
        else { break }
        cause = part
      }
      return GCOutlier(
        event: event, nanoseconds: length, usual: usual, isPause: isPause,
        phase: cause?.name ?? event.kind, phaseNanoseconds: cause?.nanoseconds ?? length)
    }
  }

  /// The length of a tick of the clock that timed the log, if it can be recognized: most phases
  /// took no time, and the others a multiple of half a millisecond or more.
  static func clockNanoseconds(_ events: [GCEvent]) -> Int64 {
    let lengths = events.lazy.flatMap(\.phases).filter { $0.depth == 0 }.map(\.nanoseconds)
    let long = lengths.filter { $0 > 0 }
    guard lengths.count >= 24, let least = long.min(), least >= 400_000,
      long.count * 4 <= lengths.count * 3
    else { return 0 }
    // The runtime prints three digits.
    let isWhole = long.allSatisfy { length in
      let ticks = (Double(length) / Double(least)).rounded()
      return abs(Double(length) - ticks * Double(least)) <= max(1e4, 0.006 * Double(length))
    }
    return isWhole ? least : 0
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    if sorted.isEmpty { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
