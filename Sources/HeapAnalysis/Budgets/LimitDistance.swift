import Glibc

/// How far a figure lies above a limit, and how sure that is.
///
/// The figure is a mean over the profiles of a side; against a base, what the base allows is
/// a part of the limit. docs/statistics.md derives it.
struct LimitDistance {
  /// A profile's part in the distance: what counts towards the limit, and what makes room.
  struct Part {
    var value: Double

    /// Nil where nothing is known of the sampling.
    var over: SampledSum?
    var under: SampledSum?

    fileprivate var variance: Double? {
      guard over != nil || under != nil else { return nil }
      return (over?.variance ?? 0) + (under?.variance ?? 0)
    }
  }

  /// Above 0 where the figure is over the limit.
  let distance: Double

  /// Both sides' sums, each object counting as in the mean; nil where nothing is known of
  /// the sampling.
  private let sums: (over: SampledSum, under: SampledSum)?

  /// How much more the profiles of a side differ than their sampling explains.
  private let stretch: Double

  /// They differ so much that their number counts, and how many more than means there are.
  private let freedom: Int?

  /// The standard deviation of the distance as the profiles' figures tell it, where they are
  /// all that tells.
  private let deviation: Double?

  /// Sampling explains how a side's profiles differ, unless that is as unlikely as this.
  private static let unlikely = 0.01

  /// - Parameters:
  ///   - sides: the parts of the profiles to check, and of the base where there is one.
  ///   - constant: the rest of the limit.
  ///   - ignoresSampling: every object was counted, so that only the profiles' differences
  ///     tell what is chance.
  init(_ sides: [[Part]], constant: Double, ignoresSampling: Bool) {
    let means = sides.map { side in side.reduce(0) { $0 + $1.value } / Double(side.count) }
    distance = means.reduce(0, +) - constant
    let freedom = sides.reduce(0) { $0 + $1.count - 1 }
    let squares = zip(sides, means).map { side, mean in
      side.map { ($0.value - mean) * ($0.value - mean) }
    }
    let variances = sides.map { $0.map(\.variance) }
    let isKnown = variances.allSatisfy { $0.allSatisfy { $0 != nil } }
    guard isKnown, !ignoresSampling || freedom == 0 else {
      sums = nil
      stretch = 1
      self.freedom = freedom
      let pooled = squares.joined().reduce(0, +) / Double(max(1, freedom))
      let parts = sides.reduce(0) { $0 + 1 / Double($1.count) }
      deviation = freedom == 0 ? nil : (pooled * parts).squareRoot()
      return
    }
    var over = SampledSum(missed: 0)
    var under = over
    for side in sides {
      let weight = 1 / Double(side.count)
      for part in side {
        if let sum = part.over { over = over + sum.scaled(by: weight) }
        if let sum = part.under { under = under + sum.scaled(by: weight) }
      }
    }
    sums = (over, under)
    deviation = nil
    var excess = 0.0
    for (squares, variances) in zip(squares, variances) {
      let square = squares.reduce(0, +)
      let mean = variances.reduce(0) { $0 + ($1 ?? 0) } / Double(variances.count)
      if square > 0 { excess += square / max(mean, .leastNormalMagnitude) }
    }
    stretch = freedom == 0 ? 1 : max(1, excess / Double(freedom)).squareRoot()
    let isExplained =
      freedom == 0
      || Quantiles.chiSquaredTail(excess, degreesOfFreedom: Double(freedom)) > Self.unlikely
    self.freedom = isExplained ? nil : freedom
  }

  /// What is not known to be chance is not judged as if it were.
  var hasChance: Bool { sums != nil || deviation != nil }

  /// The ends that the truth is below, and above, with this probability each; nil where
  /// nothing tells.
  func interval(tail: Double) -> SamplingInterval? {
    if let sums {
      let interval = sums.over.difference(from: sums.under, tail: tail)
      let estimate = sums.over.estimate - sums.under.estimate
      var stretch = stretch
      if let freedom {
        stretch *=
          Quantiles.student(tail: tail, degreesOfFreedom: freedom) / Quantiles.normal(tail: tail)
      }
      return SamplingInterval(
        low: distance - (estimate - interval.low) * stretch,
        high: distance + (interval.high - estimate) * stretch)
    }
    guard let deviation, let freedom else { return nil }
    let half = deviation * Quantiles.student(tail: tail, degreesOfFreedom: freedom)
    return SamplingInterval(low: distance - half, high: distance + half)
  }

  /// So many standard deviations lie between the figure and the limit, about.
  var deviations: Double {
    guard let interval = interval(tail: 0.025) else {
      return distance > 0 ? .infinity : -.infinity
    }
    let half = distance > 0 ? distance - interval.low : interval.high - distance
    if half <= 0 { return distance > 0 ? .infinity : distance < 0 ? -.infinity : 0 }
    return Quantiles.normal * distance / half
  }

  /// So many times the samples would tell on which side of the limit the truth is, if the
  /// figure stays.
  ///
  /// - Parameter tail: how unlikely it is to be to err.
  func neededFactor(tail: Double) -> Double {
    guard let interval = interval(tail: tail), distance != 0 else { return .infinity }
    let half = distance > 0 ? distance - interval.low : interval.high - distance
    return (half / distance) * (half / distance)
  }
}
