import Foundations
package import Ownership
package import ProfileModel

/// How live memory changes over several profiles, line by line.
package struct Trend: Sendable {
  /// What makes a row.
  package enum Granularity: String, CaseIterable, Sendable {
    case functions, lines, stacks
  }

  /// The values of a row, or of all, and the line through them.
  package struct Course: Sendable {
    /// One a profile, oldest first.
    package var values: [Int64]
    package var fit: TrendFit

    package var growth: Int64 { saturatingDifference(values.last ?? 0, values.first ?? 0) }
  }

  package struct Row: Sendable {
    package var function: String
    package var file: String

    /// 0 when unknown, and for functions.
    package var line: Int64

    /// The function names from the root to the leaf; empty but for stacks.
    package var stack: [String] = []

    /// In the sample type's unit, bytes for a heap profile.
    package var live: Course

    /// Nil when they are not counted.
    package var objects: Course?

    /// Bytes allocated from the first profile to the last; nil when unknown.
    package var allocated: Int64?
    package var verdict: TrendVerdict

    /// It grew slower and slower, as far as three profiles tell.
    var isFlattening = false

    /// It grew, not steadily, and its function leaks as a whole.
    var isPartOfLeak = false

    /// Where the line stood in the first build; nil where it is the same line.
    package var earlier: LineMatching.Place?

    /// Where most of the growth comes from: function names from the line to blame
    /// to the leaf, and their part of the row's growth.
    package var paths: [Finding.Path] = []

    package var growth: Int64 { live.growth }
    package var values: [Int64] { live.values }
  }

  package let sampleType: String
  package let unit: String
  package let modulePath: String
  package let granularity: Granularity

  /// Nanoseconds since 1970, oldest first; one second apart where the profiles
  /// do not tell.
  package let times: [Int64]

  /// The profiles say when they were taken.
  package let hasTimes: Bool

  /// All come from one process; nil where nothing tells.
  package let isOneProcess: Bool?

  /// Some are known to be of different builds of the program.
  package let hasSeveralBuilds: Bool

  /// How far values may be from the truth is known.
  package let isSampled: Bool

  /// What the values are of, and what they count.
  package let kind: SampleKind
  package let measure: Measure

  /// There are profiles enough to tell a leak from a warm-up.
  package var tellsLeaks: Bool { times.count >= TrendJudge.fewestProfiles }

  /// What grows may be a leak: it is what one process holds.
  package let mayLeak: Bool

  /// There is a growth a second, or from one profile to the next.
  package var hasRates: Bool { isOneProcess != false && kind != .stretch }

  /// What is live in all, and what that does.
  package let total: Course
  package let objectTotal: Course?
  package let totalVerdict: TrendVerdict

  /// By growth, the largest first.
  package let rows: [Row]

  /// Rows to look at first: they leak, and that is sure over all rows together.
  package let suspects: [Row]

  /// Σ of the live values of each profile.
  package var totals: [Int64] { total.values }

  /// Seconds from the first profile to the last.
  package var seconds: Double {
    let (difference, overflow) = (times.last ?? 0).subtractingReportingOverflow(times.first ?? 0)
    return overflow ? Double(times.last ?? 0) - Double(times.first ?? 0) : Double(difference) / 1e9
  }

  /// - Parameters:
  ///   - profiles: in any order; see ``order(of:)``.
  ///   - sampleType: what is followed, such as `inuse_space`.
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

  /// Puts profiles in order: by their own time, those of the same time as they
  /// are given. Where one has no time, or all have the same, all stay as they are
  /// given, one second apart.
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

  /// The part of what is live in the last profile that a row holds.
  package func share(of row: Row) -> Double {
    let total = Double(totals.last ?? 0)
    return total == 0 ? 0 : Double(row.values.last ?? 0) / total
  }

  package func forecast(limit: Double, factor: Double) -> Forecast {
    Forecast(total.fit, limit: limit, factor: factor, lastTime: seconds)
  }

  /// Of many rows, one in twenty looks changed by chance alone. So a suspect must
  /// be that sure over all rows together (Bonferroni), and be of some weight.
  private static func suspects(among rows: [Row], total: Int64) -> [Row] {
    let tested = rows.count { $0.growth != 0 }
    let grown = rows.reduce(0) { $0 + max(0, Double($1.growth)) }
    return rows.filter { row in
      // Of few profiles, what grows for sure and does not slow down.
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
