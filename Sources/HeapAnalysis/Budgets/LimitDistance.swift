import Glibc

/// How far a figure is above a limit, and how certain that is.
///
/// The figure is a mean over the profiles of a side; against a base, what the base allows is part
/// of the limit. docs/statistics.md derives it.
struct LimitDistance {
  /// A profile's contribution to the distance: what counts towards the limit, and what makes room.
  struct Part {
    var value: Double

    /// Nil when the sampling is unknown.
    var over: SampledSum?
    var under: SampledSum?

    fileprivate var variance: Double? {
      guard over != nil || under != nil else { return nil }
      return (over?.variance ?? 0) + (under?.variance ?? 0)
    }
  }

  /// Positive when the figure is over the limit.
  let distance: Double

  /// The sums of both sides, each object weighted as in the mean; nil when the sampling is unknown.
  private let sums: (over: SampledSum, under: SampledSum)?

  /// How much more the profiles of a side differ than sampling explains.
  private let stretch: Double

  /// The degrees of freedom, when the profiles differ so much that their number counts.
  private let freedom: Int?

  /// The standard deviation of the distance across profiles, when the sampling says nothing.
  private let deviation: Double?

  /// Below this probability, sampling does not explain how the profiles of a side differ.
  private static let unlikely = 0.01

  /// - Parameters:
  ///   - sides: the parts of the profiles to check, and of the base if there is one.
  ///   - constant: the rest of the limit.
  ///   - ignoresSampling: every object was counted, so that only the differences between the
  ///     profiles show what is chance.
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

  /// Something says how large chance is; otherwise no figure is treated as chance.
  var hasChance: Bool { sums != nil || deviation != nil }

  /// The bounds that the true distance exceeds on either side with this probability; nil when
  /// unknown.
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

  /// About how many standard deviations lie between the figure and the limit.
  var deviations: Double {
    guard let interval = interval(tail: 0.025) else {
      return distance > 0 ? .infinity : -.infinity
    }
    let half = distance > 0 ? distance - interval.low : interval.high - distance
    if half <= 0 { return distance > 0 ? .infinity : distance < 0 ? -.infinity : 0 }
    return Quantiles.normal * distance / half
  }

  /// How many times the samples would show on which side of the limit the true figure is, if the
  /// figure stays.
  ///
  /// - Parameter tail: the allowed probability of error.
  func neededFactor(tail: Double) -> Double {
    guard let interval = interval(tail: tail), distance != 0 else { return .infinity }
    let half = distance > 0 ? distance - interval.low : interval.high - distance
    return (half / distance) * (half / distance)
  }
}
