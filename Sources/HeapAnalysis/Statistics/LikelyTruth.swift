/// The distribution of what a sum of sampled objects may be in truth.
///
/// Half the weight is on the samples as they are, half on the same with one more. Each half is a
/// gamma distribution, plus whole blocks that were missed.
struct LikelyTruth {
  var asSampled: ShiftedGamma
  var withOneMore: ShiftedGamma

  /// What one missed block counts.
  var step: Double

  /// The probabilities of 0, 1, 2, … missed blocks; `[1]` for none.
  var stepProbabilities: [Double]

  private var start: Double { min(asSampled.offset, withOneMore.offset) }

  private var practicalMaximum: Double {
    max(asSampled.practicalMaximum, withOneMore.practicalMaximum)
      + step * Double(stepProbabilities.count - 1)
  }

  var isFinite: Bool { start.isFinite && practicalMaximum.isFinite }

  func probability(upTo x: Double) -> Double {
    var sum = 0.0
    for (count, weight) in stepProbabilities.enumerated() {
      let rest = x - step * Double(count)
      if rest < start { break }
      sum +=
        weight
        * (asSampled.probability(upTo: rest) + withOneMore.probability(upTo: rest)) / 2
    }
    return sum
  }

  /// The quantile of a probability, as a range of nine-digit precision around it: at a step, only
  /// the upper end reaches the probability.
  func quantile(_ probability: Double) -> ClosedRange<Double> {
    var low = start
    var high = practicalMaximum
    for _ in 0..<64 where high - low > 1e-9 * high.magnitude {
      let middle = low + (high - low) / 2
      if self.probability(upTo: middle) < probability { low = middle } else { high = middle }
    }
    return low...max(low, high)
  }
}
