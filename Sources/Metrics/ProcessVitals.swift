import Foundations

/// The number of goroutines of a watched process, and how often it collects garbage, from repeated
/// readings.
package struct ProcessVitals: Sendable {
  /// The series that are read.
  package static let series: [KnownSeries] = [.goroutines, .collections]

  /// Now; nil when the last reading did not give it.
  package private(set) var goroutines: Int64?

  /// At the first reading.
  package private(set) var firstGoroutines: Int64?

  /// The last readings, for a curve.
  package private(set) var recentGoroutines: [Int64] = []

  /// Between the last two readings; nil when either did not give it.
  package private(set) var collectionsPerSecond: Double?
  private var lastCollections: (count: Double, seconds: Double)?

  private static let recentCount = 40

  package init() {}

  /// Takes a reading.
  ///
  /// - Parameters:
  ///   - moment: nil when the program did not answer.
  ///   - told: the series that the reading was requested for.
  ///   - seconds: when, by a monotonic clock.
  ///   - asksForCollections: reading makes the program collect; such collections do not count.
  package mutating func add(
    _ moment: Moment?, told: Set<KnownSeries>, seconds: Double, asksForCollections: Bool = false
  ) {
    if told.contains(.goroutines) {
      goroutines = moment?[.goroutines].map { Int64(nearest: $0) }
      if let goroutines {
        firstGoroutines = firstGoroutines ?? goroutines
        recentGoroutines = recentGoroutines.suffix(Self.recentCount - 1) + [goroutines]
      }
    }
    if told.contains(.collections) {
      var count = moment?[.collections]
      if asksForCollections {
        let forced = moment?[.forcedCollections]
        count = count.flatMap { all in forced.map { all - $0 } }
      }
      collectionsPerSecond = nil
      if let count, let last = lastCollections, count >= last.count, seconds > last.seconds {
        collectionsPerSecond = (count - last.count) / (seconds - last.seconds)
      }
      lastCollections = count.map { ($0, seconds) }
    }
  }
}
