import Foundations
import Glibc
import ProfileModel

/// The points of the usual distributions that trends are judged by.
enum Quantiles {
  /// Of the normal distribution: 95 % lie within this many standard deviations.
  static let normal = 1.959964

  /// Of Student's distribution: 95 % lie within this many.
  ///
  /// From the table up to 10 degrees of freedom, above by the expansion of Fisher
  /// and Cornish (Abramowitz and Stegun 26.7.5), good to four digits there.
  static func student(degreesOfFreedom: Int) -> Double {
    let table = [
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    ]
    if degreesOfFreedom < 1 { return .infinity }
    if degreesOfFreedom <= table.count { return table[degreesOfFreedom - 1] }
    let z = normal
    let n = Double(degreesOfFreedom)
    let third = z * z * z
    let fifth = third * z * z
    return z + (third + z) / (4 * n) + (5 * fifth + 16 * third + 3 * z) / (96 * n * n)
  }

  /// The probability that a chi-squared value is larger than this.
  static func chiSquaredTail(_ value: Double, degreesOfFreedom: Double) -> Double {
    1 - regularizedGamma(degreesOfFreedom / 2, value / 2)
  }

  /// The probability of a normal deviation of this size or more, either way.
  static func normalTail(_ deviations: Double) -> Double {
    erfc(deviations.magnitude / 2.0.squareRoot())
  }
}

/// How often so many pairs of a series of values without a trend stand in the
/// wrong order (Kendall 1938).
struct InversionDistribution {
  /// P(at most *k* inversions), by *k*; of the lower half alone.
  private var cumulative: [Double] = [1]
  private let count: Int

  /// Above this many values, as a normal distribution.
  private static let exactLimit = 60

  init(count: Int) {
    self.count = count
    if count <= Self.exactLimit { cumulative = Self.known.cumulative(count) }
  }

  private static let known = Known()

  /// The distributions made so far: all rows of a trend have the same number of values,
  /// and making one takes the cube of it.
  private final class Known: @unchecked Sendable {
    private let lock = Monitor()
    private var byCount: [Int: [Double]] = [:]

    func cumulative(_ count: Int) -> [Double] {
      lock.locked {
        if let known = byCount[count] { return known }
        let made = InversionDistribution.cumulative(count)
        byCount[count] = made
        return made
      }
    }
  }

  private static func cumulative(_ count: Int) -> [Double] {
    var probabilities = [1.0]
    for size in stride(from: 2, through: count, by: 1) {
      var next = [Double](repeating: 0, count: probabilities.count + size - 1)
      for (inversions, probability) in probabilities.enumerated() {
        for more in 0..<size { next[inversions + more] += probability / Double(size) }
      }
      probabilities = next
    }
    var sum = 0.0
    return probabilities.map { probability in
      sum += probability
      return sum
    }
  }

  /// P(at most so many pairs are in the wrong order).
  func probability(upTo inversions: Int) -> Double {
    if inversions < 0 { return 0 }
    if count <= Self.exactLimit {
      return inversions < cumulative.count ? cumulative[inversions] : 1
    }
    let n = Double(count)
    let pairs = n * (n - 1) / 2
    let deviation = (n * (n - 1) * (2 * n + 5) / 72).squareRoot()
    let z = (Double(inversions) + 0.5 - pairs / 2) / deviation
    return 0.5 * erfc(-z / 2.0.squareRoot())
  }
}
