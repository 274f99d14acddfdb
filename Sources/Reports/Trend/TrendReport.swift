import Foundations
package import HeapAnalysis
import ProfileModel

/// A trend, with the notes beside its figures.
package struct TrendReport: Sendable {
  package var trend: Trend

  /// When memory reaches a limit, if one was given.
  package var forecast: Forecast?

  /// Why the process takes more than is live: `GOGC=100`.
  package var factorReason = ""

  /// Findings of `hotspots` in the live memory of the last profile.
  package var findings: [Finding] = []

  /// The source of the times when the profiles have none of their own, `LastGC`; else empty.
  package var timeSource = ""

  /// The most rows to show; 0 for all.
  package var rowCount: Int

  package init(_ trend: Trend, rowCount: Int = 15) {
    self.trend = trend
    self.rowCount = rowCount
  }

  /// Kinds of findings that themselves explain why memory stays.
  private static let holding: Set<HotspotKind> = [
    .goroutineLeak, .timeAfter, .contextChain, .errorStack,
  ]

  /// The finding kind for a leak of such values; nil when none applies.
  var leakKind: HotspotKind? {
    if trend.measure.isMemory { return .retainedCache }
    return trend.measure == .goroutines ? .goroutineLeak : nil
  }

  /// What to do about a row that leaks: the advice of the finding on its line if that is about
  /// memory that stays, else the advice for an unbounded cache. Nil for what is neither memory nor
  /// goroutines.
  func advice(for row: Trend.Row) -> String? {
    guard let leakKind else { return nil }
    let finding = findings.first { finding in
      Self.holding.contains(finding.kind)
        && finding.blame.contains { line in
          line.function == row.function && line.file == row.file
            && (row.line == 0 || line.line == row.line)
        }
    }
    return finding?.advice ?? HotspotRule.named(leakKind.rawValue)?.advice
  }

  // MARK: Words

  /// The time unit of growth: a second, or the interval between profiles.
  var timeUnit: String { trend.hasTimes ? "s" : "profile" }

  func size(_ value: Int64) -> String {
    trend.unit == "count"
      ? groupedDigits(value) : ScaledValue(value, from: trend.unit, to: "auto").text
  }

  func change(_ value: Int64) -> String { (value > 0 ? "+" : "") + size(value) }

  /// `+1.20MB/s`; slow growth is given per hour.
  func rate(_ perSecond: Double, isCount: Bool = false) -> String {
    let isSlow = trend.hasTimes && perSecond != 0 && perSecond.magnitude < 1
    let value = isSlow ? perSecond * 3600 : perSecond
    let unit = isSlow ? "h" : timeUnit
    let whole = Int64(nearest: value)
    let text = isCount ? groupedDigits(whole) : size(whole)
    return (whole > 0 ? "+" : "") + text + "/\(unit)"
  }

  /// `+1.20MB/s to +1.40MB/s`; empty when unknown.
  func range(_ interval: SamplingInterval?, isCount: Bool = false) -> String {
    guard let interval, interval.low.isFinite, interval.high.isFinite else { return "" }
    return rate(interval.low, isCount: isCount) + " to " + rate(interval.high, isCount: isCount)
  }

  func place(_ row: Trend.Row) -> String {
    if let earlier = row.earlier {
      return movedPlace(from: earlier, to: LineMatching.Place(file: row.file, line: row.line))
    }
    return placeText(row.file, row.line)
  }

  /// Why growth is no leak here; nil when it may be one.
  var noLeakReason: String? {
    if trend.mayLeak { return nil }
    let type = shown(trend.sampleType)
    return switch trend.kind {
    case .stretch:
      "\(type) is of the time that each profile was recorded: there is no growth a second, and no "
        + "leak"
    case .sinceStart:
      "\(type) counts from the start of the program and never falls: that is no leak"
    case .present:
      "of different processes there is no growth a second, and what one holds and another does "
        + "not is no leak"
    }
  }

  /// How much a churning row allocates per second.
  func allocationRate(_ row: Trend.Row) -> Double? {
    guard let allocated = row.allocated, trend.seconds > 0 else { return nil }
    return Double(allocated) / trend.seconds
  }

  /// The rows that allocate without growing, the largest rate first.
  var churning: [Trend.Row] {
    trend.rows.filter { $0.verdict == .churn }.sorted {
      ($1.allocated ?? 0, $0.function, $0.file, $0.line)
        < ($0.allocated ?? 0, $1.function, $1.file, $1.line)
    }
  }
}
