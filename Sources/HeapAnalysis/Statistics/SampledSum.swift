/// The two ends between which the truth lies in 95 of 100 cases.
package struct SamplingInterval: Sendable, Equatable {
  package var low: Double
  package var high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// A sum over sampled objects, and how far from the truth it may be.
///
/// Sums are added with `+`; an empty one stands for a figure of 0, which has an
/// interval too. docs/statistics.md derives all of it.
package struct SampledSum: Sendable, Equatable {
  /// How many objects the profiler met. The figure rests on these alone.
  package private(set) var sampledObjects = 0.0

  /// What the sum is likely to be: the figure that the profile shows.
  package private(set) var estimate = 0.0

  /// The sampled objects themselves: the truth is not less.
  private var leastPossible = 0.0

  /// The second and third cumulant of the truth, given the samples.
  private var variance = 0.0
  private var third = 0.0

  /// What one more sampled object would have added, at most; for a sum of bytes
  /// this is the period, whatever the object's size.
  private var missed: Double

  /// - Parameter missed: see above; 0 where every object is sampled.
  package init(missed: Double) { self.missed = missed }

  /// Adds objects of one size.
  ///
  /// - Parameters:
  ///   - count: how many were sampled.
  ///   - probability: that one is sampled, above 0 and at most 1.
  ///   - weight: what one counts: its size in bytes, or 1.
  package mutating func add(sampled count: Double, probability: Double, weight: Double) {
    let each = weight / probability
    let rest = 1 - probability
    sampledObjects += count
    estimate += count * each
    leastPossible += count * weight
    variance += count * each * each * rest
    third += count * each * each * each * rest * (1 + rest)
  }

  /// Notes that an object of this weight may have been missed.
  mutating func allow(missed weight: Double) { missed = max(missed, weight) }

  package static func + (left: SampledSum, right: SampledSum) -> SampledSum {
    var sum = left
    sum.sampledObjects += right.sampledObjects
    sum.estimate += right.estimate
    sum.leastPossible += right.leastPossible
    sum.variance += right.variance
    sum.third += right.third
    sum.missed = max(left.missed, right.missed)
    return sum
  }

  /// The 95 % interval of the truth.
  ///
  /// The mid-p gamma interval for weighted counts (Fay and Feuer 1997, Fay and
  /// Kim 2017), with a third moment: half the weight on the samples as they are,
  /// half on the same with one more.
  package var interval: SamplingInterval {
    let asSampled = ShiftedGamma(mean: estimate, variance: variance, third: third)
    let withOneMore = ShiftedGamma(
      mean: estimate + missed, variance: variance + missed * missed,
      third: third + 2 * missed * missed * missed)
    func quantile(_ probability: Double) -> Double {
      var low = min(asSampled.offset, withOneMore.offset)
      var high = max(asSampled.practicalMaximum, withOneMore.practicalMaximum)
      guard low.isFinite, high.isFinite else { return estimate }
      for _ in 0..<64 where high - low > 1e-9 * high.magnitude {
        let middle = low + (high - low) / 2
        let reached =
          (asSampled.probability(upTo: middle) + withOneMore.probability(upTo: middle)) / 2
        if reached < probability { low = middle } else { high = middle }
      }
      return high
    }
    if variance == 0, missed == 0 { return SamplingInterval(low: estimate, high: estimate) }
    let low = sampledObjects == 0 ? 0 : max(leastPossible, quantile(0.025))
    return SamplingInterval(low: low, high: max(low, quantile(0.975)))
  }

  /// The samples say neither that the truth is over half the figure nor that it
  /// is below its double: below nine or so sampled objects.
  package var isWeak: Bool {
    let interval = interval
    return interval.low < estimate / 2 || interval.high > estimate * 2
  }

  /// The 95 % interval of this truth minus another's, from both intervals (the
  /// square-and-add rule: Newcombe 1998; Zou and Donner 2008).
  ///
  /// Takes the two for independent. For two profiles of one process they are
  /// not, which makes the interval of live memory too wide, never too narrow.
  package func difference(from other: SampledSum) -> SamplingInterval {
    let mine = interval
    let others = other.interval
    let difference = estimate - other.estimate
    func root(_ left: Double, _ right: Double) -> Double {
      (left * left + right * right).squareRoot()
    }
    return SamplingInterval(
      low: difference - root(estimate - mine.low, others.high - other.estimate),
      high: difference + root(mine.high - estimate, other.estimate - others.low))
  }

  /// The samples show, at 95 %, that the two truths are not the same.
  package func differs(from other: SampledSum) -> Bool {
    !difference(from: other).contains(0)
  }
}

extension SampledSum {
  /// The variance as a part of the squared estimate; infinite without samples.
  var relativeVariance: Double {
    estimate > 0 ? variance / (estimate * estimate) : .infinity
  }
}
