/// The bounds between which the true figure is in 95 of 100 cases.
package struct SamplingInterval: Sendable, Equatable {
  package var low: Double
  package var high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Nothing is uncertain: every object was sampled.
  package var isPoint: Bool { low == high }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// A sum over sampled objects, and its uncertainty.
///
/// Sums are added with `+`. An empty sum stands for a figure of 0, which has an interval too.
/// docs/statistics.md derives everything here.
package struct SampledSum: Sendable, Hashable {
  /// How many objects the profiler sampled. The figure rests on these alone.
  package private(set) var sampledObjects = 0.0

  /// The likely value of the sum: the figure that the profile shows.
  package private(set) var estimate = 0.0

  /// The sampled objects themselves: the true figure is not less.
  private var leastPossible = 0.0

  /// The second and third cumulant of the true figure, given the samples.
  private(set) var variance = 0.0
  private var third = 0.0

  /// The same when the number of objects is itself treated as chance.
  private var countVariance = 0.0
  private var countThird = 0.0

  /// The blocks among the samples whose number goes up in visible steps.
  private var large = LargeBlockSizes()

  /// The most that one more sampled object would have added. For a sum of bytes this is the period,
  /// whatever the object's size.
  private var missed: Double

  /// - Parameter missed: see above; 0 where every object is sampled.
  package init(missed: Double) { self.missed = missed }

  /// Adds objects of one size.
  ///
  /// - Parameters:
  ///   - count: how many were sampled.
  ///   - probability: that one is sampled, positive and at most 1.
  ///   - weight: what one counts: its size in bytes, or 1.
  package mutating func add(sampled count: Double, probability: Double, weight: Double) {
    let each = weight / probability
    let rest = 1 - probability
    sampledObjects += count
    estimate += count * each
    leastPossible += count * weight
    variance += count * each * each * rest
    third += count * each * each * each * rest * (1 + rest)
    countVariance += count * each * each
    countThird += count * each * each * each
    if count > 0, probability >= LargeBlocks.leastProbability, probability < 1 {
      large.add(LargeBlocks(sampled: count, probability: probability, weight: weight))
    }
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
    sum.countVariance += right.countVariance
    sum.countThird += right.countThird
    sum.missed = max(left.missed, right.missed)
    sum.large.add(right.large)
    return sum
  }

  /// The 95 % interval of the true figure.
  ///
  /// This is the mid-p gamma interval for weighted counts (Fay and Feuer 1997, Fay and Kim 2017),
  /// with a third moment: half the weight is on the samples as they are, half on the same with one
  /// more. When large blocks of one size cause most of the uncertainty, these are counted in whole
  /// blocks instead.
  package var interval: SamplingInterval { interval(tail: 0.025) }

  /// The bounds that the true figure is beyond, on either side, with this probability.
  func interval(tail: Double) -> SamplingInterval {
    if variance == 0, missed == 0 { return SamplingInterval(low: estimate, high: estimate) }
    let truth = likelyTruth
    guard truth.isFinite else { return SamplingInterval(low: estimate, high: estimate) }
    let low = sampledObjects == 0 ? 0 : max(leastPossible, truth.quantile(tail).lowerBound)
    return SamplingInterval(low: low, high: max(low, truth.quantile(1 - tail).upperBound))
  }

  /// The distribution of the true figure, given the samples.
  private var likelyTruth: LikelyTruth {
    var mean = estimate
    var variance = variance
    var third = third
    var steps: (size: Double, probabilities: [Double]) = (0, [1])
    if let blocks = large.coarsest, blocks.hasSteps {
      let rest = max(0, variance - blocks.variance)
      // Other uncertainty hides steps that are smaller than it.
      if rest.squareRoot() <= blocks.weight / 2 {
        let each = blocks.weight / blocks.probability
        let missed = 1 - blocks.probability
        mean -= blocks.sampled * each * missed
        // A difference of nearly equal sums: nothing but one size is left.
        variance = rest > 1e-9 * variance ? rest : 0
        third -= blocks.sampled * each * each * each * missed * (1 + missed)
        steps = (blocks.weight, blocks.missedProbabilities)
      }
    }
    return LikelyTruth(
      asSampled: ShiftedGamma(mean: mean, variance: variance, third: max(0, third)),
      withOneMore: ShiftedGamma(
        mean: mean + missed, variance: variance + missed * missed,
        third: max(0, third) + 2 * missed * missed * missed),
      step: steps.size, stepProbabilities: steps.probabilities)
  }

  /// The samples show neither that the true figure is over half the estimate nor that it is below
  /// its double. That is the case below about nine sampled objects.
  package var isWeak: Bool {
    let interval = interval
    return interval.low < estimate / 2 || interval.high > estimate * 2
  }

  /// The 95 % interval of this true figure minus another's, from both intervals (the square-and-add
  /// rule: Newcombe 1998; Zou and Donner 2008).
  ///
  /// It treats the two as independent. Two profiles of one process are not, which makes the
  /// interval of live memory too wide, never too narrow.
  package func difference(from other: SampledSum) -> SamplingInterval {
    difference(from: other, tail: 0.025)
  }

  func difference(from other: SampledSum, tail: Double) -> SamplingInterval {
    let mine = interval(tail: tail)
    let others = other.interval(tail: tail)
    let difference = estimate - other.estimate
    func root(_ left: Double, _ right: Double) -> Double {
      (left * left + right * right).squareRoot()
    }
    return SamplingInterval(
      low: difference - root(estimate - mine.low, others.high - other.estimate),
      high: difference + root(mine.high - estimate, other.estimate - others.low))
  }

  /// The samples show, at 95 %, that the two true figures differ.
  package func differs(from other: SampledSum) -> Bool {
    !difference(from: other).contains(0)
  }
}

extension SampledSum {
  /// The variance relative to the squared estimate; infinite without samples.
  var relativeVariance: Double {
    estimate > 0 ? variance / (estimate * estimate) : .infinity
  }

  /// The same sum for any run of the program, not just this one: the number of objects is chance as
  /// well (Poisson).
  var ofAnyRun: SampledSum {
    var sum = self
    sum.variance = countVariance
    sum.third = countThird
    sum.leastPossible = 0
    sum.large = LargeBlockSizes()
    return sum
  }

  /// The sum with every object counting this many times as much, 0 or more.
  func scaled(by factor: Double) -> SampledSum {
    var sum = self
    sum.estimate *= factor
    sum.leastPossible *= factor
    sum.variance *= factor * factor
    sum.third *= factor * factor * factor
    sum.countVariance *= factor * factor
    sum.countThird *= factor * factor * factor
    sum.missed *= factor
    sum.large = large.scaled(by: factor)
    return sum
  }

  /// This part of the sampled objects, 0 to 1, equally from all sizes.
  func part(_ part: Double) -> SampledSum {
    var sum = self
    sum.sampledObjects *= part
    sum.estimate *= part
    sum.leastPossible *= part
    sum.variance *= part
    sum.third *= part
    sum.countVariance *= part
    sum.countThird *= part
    sum.large = LargeBlockSizes()
    return sum
  }

  /// The rest of this sum after removing a part of its samples.
  func without(_ part: SampledSum) -> SampledSum {
    var sum = self
    sum.sampledObjects = max(0, sampledObjects - part.sampledObjects)
    sum.estimate = max(0, estimate - part.estimate)
    sum.leastPossible = max(0, leastPossible - part.leastPossible)
    sum.variance = max(0, variance - part.variance)
    sum.third = max(0, third - part.third)
    sum.countVariance = max(0, countVariance - part.countVariance)
    sum.countThird = max(0, countThird - part.countThird)
    sum.large = LargeBlockSizes()
    return sum
  }
}
