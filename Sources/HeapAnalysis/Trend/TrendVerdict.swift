/// The verdict on a series of values.
package enum TrendVerdict: String, CaseIterable, Sendable {
  /// Grows, and continues to grow.
  case leak
  /// Grew, and has stopped or almost stopped.
  case warmUp = "warm-up"
  /// Grew, but it is unknown whether it continues, since there are too few profiles, or it grew in
  /// a single step.
  case grows
  case shrinks
  /// Allocates much, but holds no more than before.
  case churn
  /// Does not change by more than chance.
  case noise
  /// Changed, but it is unknown whether by more than chance, since there are few profiles with
  /// unknown sampling.
  case unsure
  /// Does not change.
  case stable
}

/// Judges a series by its fit and its sampled objects.
struct TrendJudge {
  let input: TrendFit.Input
  let fit: TrendFit

  /// Bytes allocated since the first snapshot; nil when unknown.
  var allocated: Double?

  /// Growth may be a leak: the values are what one process holds.
  var mayLeak: Bool

  /// With fewer profiles, a leak cannot be distinguished from a warm-up.
  static let fewestProfiles = 4

  /// A series flattens when its later half grows slower than this fraction of the earlier half.
  private static let flattening = 1.0 / 3

  /// At least this fraction of what was gained stays; otherwise it is turnover.
  private static let retained = 0.4

  /// If one step has this fraction of all growth, the growth is not steady.
  private static let oneStep = 0.8

  /// A line churns when it allocates this many times what it holds.
  private static let churned = 2.0

  var verdict: TrendVerdict {
    let values = input.values
    guard let first = values.first, values.count > 1 else { return .stable }
    if isSure {
      if fit.leastSquares < 0 { return .shrinks }
      if values.count < Self.fewestProfiles || !mayLeak { return .grows }
      if isFlattening { return .warmUp }
      guard let step = onlyStep else { return fit.isAboveNone ? .leak : .grows }
      // Growth that came early and did not recur was a warm-up.
      return step <= (values.count - 1) / 2 ? .warmUp : .grows
    }
    let held = values.reduce(0) { $0 + $1.magnitude } / Double(values.count)
    if let allocated, allocated > 0, allocated >= Self.churned * held { return .churn }
    if values.allSatisfy({ $0 == first }) { return .stable }
    return fit.isBeyondSampling == nil && values.count < Self.fewestProfiles ? .unsure : .noise
  }

  // MARK: Is it more than chance?

  /// The series has changed, at 95 %.
  var isSure: Bool {
    guard fit.leastSquares != 0 else { return false }
    guard let isBeyondSampling = fit.isBeyondSampling else { return isSureByOrder }
    guard isBeyondSampling else { return false }
    if fit.isExplained, input.values.count > 2 { return !(fit.interval?.contains(0) ?? true) }
    return isMoreThanTurnover
  }

  /// The change is larger than turnover would cause.
  private var isMoreThanTurnover: Bool {
    let (gained, lost) = turnover
    let more = max(gained, lost)
    let isLong = input.values.count >= 5
    if !input.isPoisson, more > 0, more - min(gained, lost) >= Self.retained * more,
      isLong || isMonotone
    {
      return true
    }
    if isLong { return fit.orderProbability <= 0.05 }
    if let interval = fit.interval, !fit.isExplained, !interval.contains(0) { return true }
    guard isMonotone, let weights = TrendFit.slopeWeights(input.times) else { return false }
    return input.contrast(weights, isPoisson: true)?.isSure ?? false
  }

  /// From the values alone, when sampling is unknown.
  private var isSureByOrder: Bool {
    let count = input.values.count
    guard count >= Self.fewestProfiles, let interval = fit.interval, !interval.contains(0) else {
      return false
    }
    return count < 5 || fit.orderProbability <= 0.05
  }

  private var isMonotone: Bool {
    let steps = zip(input.values.dropFirst(), input.values).map { $0 - $1 }
    return steps.allSatisfy { $0 >= 0 } || steps.allSatisfy { $0 <= 0 }
  }

  /// What sampled objects added and removed between the snapshots of one process.
  private var turnover: (gained: Double, lost: Double) {
    var result = (gained: 0.0, lost: 0.0)
    for cohort in input.cohorts ?? [] {
      let value = cohort.count * (input.countsBytes ? cohort.size : 1) / cohort.probability
      if cohort.birth > 0 { result.gained += value }
      if cohort.death < input.processes.count { result.lost += value }
    }
    return result
  }

  // MARK: Does it go on?

  var isFlattening: Bool {
    let (values, times) = (input.values, input.times)
    guard values.count > 2 else { return false }
    let middle = values.count / 2
    let early = TrendFit.slope(values[...middle], times[...middle])
    let late = TrendFit.slope(values[middle...], times[middle...])
    guard early > 0, late < Self.flattening * early else { return false }
    if values.count > 5 {
      // One odd value in the middle would speed up one half and slow down the other.
      let early = TrendFit.slope(values[..<middle], times[..<middle])
      let late = TrendFit.slope(values[(middle + 1)...], times[(middle + 1)...])
      guard late < Self.flattening * early else { return false }
    }
    guard
      let earlyWeights = TrendFit.slopeWeights(times[...middle]),
      let lateWeights = TrendFit.slopeWeights(times[middle...])
    else { return false }
    var weights = [Double](repeating: 0, count: values.count)
    for (index, weight) in earlyWeights.enumerated() { weights[index] -= Self.flattening * weight }
    for (index, weight) in lateWeights.enumerated() { weights[middle + index] += weight }
    guard let contrast = input.contrast(weights) else { return true }
    return contrast.interval.high < 0
  }

  /// The snapshot up to which a single step caused most of the growth, if any: all values before it
  /// are that far below all values from it on.
  private var onlyStep: Int? {
    let values = input.values
    guard values.count > 3 else { return nil }
    let growth = values[values.count - 1] - values[0]
    return (1..<values.count).first { step in
      let before = values[..<step].max() ?? 0
      let after = values[step...].min() ?? 0
      return after - before >= Self.oneStep * growth
    }
  }
}
