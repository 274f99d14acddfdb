import Foundations

/// The moments of one process, in order, divided where it was restarted.
package struct ProcessMetrics: Sendable {
  package var name: String
  package let moments: [Moment]

  /// The first moment of each run of the program.
  package let runStarts: [Int]

  /// How the order was found.
  package enum Order: Sendable {
    /// By time.
    case times

    /// As in the input, because times are unknown.
    case input

    /// As in the input, because counters fall in the order of the files' times.
    case againstTimes

    /// The reverse of the input, whose first moment is the last.
    case newestFirst
  }

  package let order: Order

  /// The number of moments that were dropped to bound memory.
  package let thinned: Int

  /// Every moment has a time.
  package let hasTimes: Bool

  /// The moments of the last run.
  package var lastRun: ArraySlice<Moment> { moments[(runStarts.last ?? 0)...] }

  init(name: String, _ moments: [Moment], thinned: Int, every: Double?) {
    self.name = name
    self.thinned = thinned
    let input = moments.sorted { $0.order < $1.order }
    var best = (moments: input, order: Order.input)
    let isTimed = moments.allSatisfy { $0.seconds != nil }
    if isTimed {
      best.moments = moments.sorted { ($0.seconds ?? 0, $0.order) < ($1.seconds ?? 0, $1.order) }
      best.order = .times
    }
    // No counter falls within a run of a program, but files may have been copied in any order.
    var faults = Self.faults(best.moments)
    if faults > 0 {
      for (others, order) in [(input, Order.againstTimes), (input.reversed(), .newestFirst)] {
        let count = Self.faults(others)
        if count < faults { (best, faults) = ((others, order), count) }
      }
    }
    if best.order == .againstTimes, !isTimed { best.order = .input }
    if best.order == .againstTimes || best.order == .newestFirst {
      for index in best.moments.indices where best.moments[index].isFileTime {
        best.moments[index].seconds = nil
      }
    }
    Self.dropCopiedTimes(&best.moments)
    if let every { Self.fillTimes(&best.moments, every: every) }
    order = best.order
    self.moments = best.moments
    hasTimes = best.moments.allSatisfy { $0.seconds != nil }
    runStarts =
      [0]
      + best.moments.indices.dropFirst().filter {
        Self.isRestart(best.moments[$0 - 1], best.moments[$0])
      }
  }

  /// Removes the times of files that were copied together: they are those of the copying.
  private static func dropCopiedTimes(_ moments: inout [Moment]) {
    guard moments.count > 1, moments.allSatisfy(\.isFileTime) else { return }
    let times = moments.compactMap(\.seconds)
    let span = (times.max() ?? 0) - (times.min() ?? 0)
    // A process needs time to use processor time.
    let spent = (moments.last?[.processorSeconds] ?? 0) - (moments.first?[.processorSeconds] ?? 0)
    let processors = moments.last?[.processors] ?? 64
    let isTooShort = span < 0.05 * Double(moments.count) || span * max(1, processors) * 2 < spent
    if isTooShort {
      for index in moments.indices { moments[index].seconds = nil }
    }
  }

  /// Calculates times from those of neighbouring moments.
  private static func fillTimes(_ moments: inout [Moment], every: Double) {
    for index in moments.indices.reversed().dropFirst() where moments[index].seconds == nil {
      moments[index].seconds = moments[index + 1].seconds.map { $0 - every }
    }
    if moments.first?.seconds == nil { moments[0].seconds = 0 }
    for index in moments.indices.dropFirst() where moments[index].seconds == nil {
      moments[index].seconds = moments[index - 1].seconds.map { $0 + every }
    }
  }

  /// How often a counter falls within the same process.
  private static func faults(_ moments: [Moment]) -> Int {
    zip(moments, moments.dropFirst()).count { before, after in
      guard let start = before[.startTime], let next = after[.startTime] else {
        return counterFalls(before, after)
      }
      // A process that began earlier cannot come later.
      return next < start - startTolerance
        || abs(next - start) <= startTolerance && counterFalls(before, after)
    }
  }

  /// In seconds. The start time is calculated from clocks with coarse ticks.
  private static let startTolerance = 2.0

  private static func counterFalls(_ before: Moment, _ after: Moment) -> Bool {
    for series in [
      .processorSeconds, .allocatedBytes, .allocations, .collections,
    ] as [KnownSeries] {
      if let old = before[series], let new = after[series], new < old { return true }
    }
    return false
  }

  private static func isRestart(_ before: Moment, _ after: Moment) -> Bool {
    if let start = before[.startTime], let next = after[.startTime],
      abs(next - start) > startTolerance
    {
      return true
    }
    return counterFalls(before, after)
  }
}
