import Foundations
package import Ownership
package import ProfileModel

/// How live memory changes over several profiles, line by line.
package struct Trend: Sendable {
  /// What makes a row.
  package enum Granularity: String, CaseIterable, Sendable {
    case functions, lines, stacks
  }

  /// The values of a row, or of all rows, and the line fitted to them.
  package struct Course: Sendable {
    /// One per profile, oldest first.
    package var values: [Int64]
    package var fit: TrendFit

    package var growth: Int64 { saturatingDifference(values.last ?? 0, values.first ?? 0) }
  }

  package struct Row: Sendable {
    package var function: String
    package var file: String

    /// 0 when unknown, and for functions.
    package var line: Int64

    /// The function names from the root to the leaf; only for stacks, otherwise empty.
    package var stack: [String] = []

    /// In the sample type's unit, bytes for a heap profile.
    package var live: Course

    /// Nil when they are not counted.
    package var objects: Course?

    /// Bytes allocated from the first profile to the last; nil when unknown.
    package var allocated: Int64?
    package var verdict: TrendVerdict

    /// It grew more and more slowly, as far as three profiles show.
    var isFlattening = false

    /// It grew, though not steadily, and its function as a whole leaks.
    var isPartOfLeak = false

    /// Where the line was in the first build; nil if it is the same line.
    package var earlier: LineMatching.Place?

    /// The main sources of the growth: function names from the line to blame to the leaf, and their
    /// share of the row's growth.
    package var paths: [Finding.Path] = []

    package var growth: Int64 { live.growth }
    package var values: [Int64] { live.values }
  }

  package let sampleType: String
  package let unit: String
  package let modulePath: String
  package let granularity: Granularity

  /// Nanoseconds since 1970, oldest first; one second apart when the profiles have no times.
  package let times: [Int64]

  /// The profiles have times of their own.
  package let hasTimes: Bool

  /// All profiles come from one process; nil when unknown.
  package let isOneProcess: Bool?

  /// Some profiles are known to be of different builds of the program.
  package let hasSeveralBuilds: Bool

  /// The possible sampling error of the values is known.
  package let isSampled: Bool

  /// What the values describe, and what they measure.
  package let kind: SampleKind
  package let measure: Measure

  /// There are enough profiles to distinguish a leak from a warm-up.
  package var tellsLeaks: Bool { times.count >= TrendJudge.fewestProfiles }

  /// Growth may be a leak: the values are what one process holds.
  package let mayLeak: Bool

  /// Growth per second, or from one profile to the next, is defined.
  package var hasRates: Bool { isOneProcess != false && kind != .stretch }

  /// The total, and its trend.
  package let total: Course
  package let objectTotal: Course?
  package let totalVerdict: TrendVerdict

  /// By growth, largest first.
  package let rows: [Row]

  /// The rows to look at first: they leak, and this is certain over all rows together.
  package let suspects: [Row]

  /// The sum of the live values of each profile.
  package var totals: [Int64] { total.values }

  /// Seconds from the first profile to the last.
  package var seconds: Double {
    let (difference, overflow) = (times.last ?? 0).subtractingReportingOverflow(times.first ?? 0)
    return overflow ? Double(times.last ?? 0) - Double(times.first ?? 0) : Double(difference) / 1e9
  }

  /// - Parameters:
  ///   - profiles: in any order; see ``order(of:)``.
  ///   - sampleType: the sample type to follow, such as `inuse_space`.
  /// - Returns: nil when a profile lacks the sample type.
  package init?(
    _ profiles: [Profile], sampleType: String, ownCode: OwnershipOptions = OwnershipOptions(),
    granularity: Granularity = .lines
  ) {
    let order = Self.order(of: profiles.map(\.figuresNanoseconds))
    let sequence = ProfileSequence(order.indices.map { profiles[$0] }, ownCode: ownCode)
    guard let series = SnapshotSeries(sequence, times: order.times, sampleType: sampleType) else {
      return nil
    }
    self.init(series, hasTimes: order.hasTimes, granularity: granularity)
  }

  /// Sorts profiles by their own time; those with equal times stay in the given order. If one has
  /// no time, or all times are equal, all stay in the given order, one second apart.
  package static func order(
    of times: [Int64]
  ) -> (indices: [Int], times: [Int64], hasTimes: Bool) {
    if times.allSatisfy({ $0 != 0 }), Set(times).count > 1 {
      let indices = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
      return (indices, indices.map { times[$0] }, true)
    }
    return (Array(times.indices), times.indices.map { Int64($0) * 1_000_000_000 }, false)
  }

  package init(_ series: SnapshotSeries, hasTimes: Bool, granularity: Granularity = .lines) {
    let rows = TrendRows(series, granularity)
    sampleType = series.sampleType
    unit = series.unit
    modulePath = series.modulePath
    times = series.times
    self.hasTimes = hasTimes
    self.granularity = granularity
    isOneProcess = series.isOneProcess
    hasSeveralBuilds = series.hasSeveralBuilds
    isSampled = series.period != nil
    kind = series.kind ?? .present
    measure = series.measure
    mayLeak = series.mayLeak
    let (whole, judge) = rows.measure(
      series.totals, classes: Array(series.classes.indices), countsBytes: rows.countsBytes,
      allocated: rows.allocated(Array(series.stacks.indices)).map { Double($0) })
    total = whole
    totalVerdict = judge.verdict
    objectTotal =
      series.objectTotals.isEmpty
      ? nil
      : rows.measure(
        series.objectTotals, classes: Array(series.classes.indices), countsBytes: false
      ).measure
    let found = rows.rows()
    self.rows = found
    suspects =
      series.mayLeak ? Self.suspects(among: found, total: series.totals.last ?? 0) : []
  }

  /// The share of a row in what is live in the last profile.
  package func share(of row: Row) -> Double {
    let total = Double(totals.last ?? 0)
    return total == 0 ? 0 : Double(row.values.last ?? 0) / total
  }

  package func forecast(limit: Double, factor: Double) -> Forecast {
    Forecast(total.fit, limit: limit, factor: factor, lastTime: seconds)
  }

  /// Of many rows, one in twenty seems to change by chance alone. So a suspect must be that certain
  /// over all rows together (Bonferroni), and have some weight.
  private static func suspects(among rows: [Row], total: Int64) -> [Row] {
    let tested = rows.count { $0.growth != 0 }
    let grown = rows.reduce(0) { $0 + max(0, Double($1.growth)) }
    return rows.filter { row in
      // With few profiles: what certainly grows and does not slow down.
      let isFew = row.values.count < TrendJudge.fewestProfiles
      let isSuspect =
        row.verdict == .leak || row.isPartOfLeak
        || row.verdict == .grows && isFew && !row.isFlattening
      guard isSuspect else { return false }
      if let probability = row.live.fit.probability, probability * Double(tested) > 0.05 {
        return false
      }
      return Double(row.values.last ?? 0) >= 0.01 * Double(total)
        || Double(row.growth) >= 0.05 * grown
    }
  }
}
