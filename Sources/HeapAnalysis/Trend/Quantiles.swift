import Foundations
import Glibc
import ProfileModel

/// Quantiles of the usual distributions, by which trends are judged.
enum Quantiles {
  /// Of the normal distribution: 95 % lie within this many standard deviations.
  static let normal = 1.959964

  /// Of Student's distribution: 95 % lie within this many.
  ///
  /// From the table up to 10 degrees of freedom; above that, by the expansion of Fisher and Cornish
  /// (Abramowitz and Stegun 26.7.5), accurate to four digits there.
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

  /// The point above which a normal value lies with this probability, which is below a half.
  static func normal(tail: Double) -> Double {
    point { 0.5 * erfc($0 / 2.0.squareRoot()) > tail }
  }

  /// The same for Student's distribution.
  static func student(tail: Double, degreesOfFreedom: Int) -> Double {
    if degreesOfFreedom < 1 { return .infinity }
    return point { studentTail($0, degreesOfFreedom: Double(degreesOfFreedom)) > tail }
  }

  /// The largest value, from 0 on, for which the condition holds, to nine digits.
  private static func point(_ holds: (Double) -> Bool) -> Double {
    var high = 1.0
    while holds(high), high < 1e12 { high *= 2 }
    var low = 0.0
    for _ in 0..<60 where high - low > 1e-9 * high {
      let middle = low + (high - low) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return high
  }

  /// The probability that a value of Student's distribution exceeds this value, which is 0 or more
  /// (Abramowitz and Stegun 26.7.1, with 26.5.8 for the incomplete beta function).
  static func studentTail(_ value: Double, degreesOfFreedom n: Double) -> Double {
    let x = n / (n + value * value)
    return 0.5 * regularizedBeta(x, n / 2, 0.5)
  }

  /// The probability that a chi-squared value exceeds this value.
  static func chiSquaredTail(_ value: Double, degreesOfFreedom: Double) -> Double {
    1 - regularizedGamma(degreesOfFreedom / 2, value / 2)
  }

  /// The probability of a normal deviation of at least this size, in either direction.
  static func normalTail(_ deviations: Double) -> Double {
    erfc(deviations.magnitude / 2.0.squareRoot())
  }
}

/// Returns I(x; a, b), the regularized incomplete beta function, by its continued fraction
/// (Abramowitz and Stegun 26.5.8) with Lentz's method.
private func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // It converges fast only on this side of the mean.
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
  func bounded(_ number: Double) -> Double { number.magnitude < 1e-300 ? 1e-300 : number }
  var c = 1.0
  var d = 1 / bounded(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...500 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / bounded(1 + even * d)
    c = bounded(1 + even / c)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / bounded(1 + odd * d)
    c = bounded(1 + odd / c)
    fraction *= d * c
    if (d * c - 1).magnitude < 1e-14 { break }
  }
  return front * fraction
}

/// The distribution of the number of pairs in the wrong order, in a series of values without a
/// trend (Kendall 1938).
struct InversionDistribution {
  /// P(at most *k* inversions), by *k*.
  private var cumulative: [Double] = [1]
  private let count: Int

  /// With more values, a normal distribution is used.
  private static let exactLimit = 60

  init(count: Int) {
    self.count = count
    if count <= Self.exactLimit { cumulative = Self.known.cumulative(count) }
  }

  private static let known = Known()

  /// The distributions computed so far: all rows of a trend have the same number of values, and
  /// computing one takes time proportional to its cube.
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

  /// P(at most this many pairs are in the wrong order).
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
