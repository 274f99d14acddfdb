import Glibc

/// The gamma distribution, shifted: *offset* + *scale* · Gamma(*shape*).
///
/// With shape 0 it is the point `offset`.
struct ShiftedGamma {
  var shape: Double
  var scale: Double
  var offset: Double

  /// The distribution with these first three cumulants.
  ///
  /// - Parameters:
  ///   - variance: 0 for a point.
  ///   - third: the third cumulant, positive when the variance is.
  init(mean: Double, variance: Double, third: Double) {
    guard variance > 0, third > 0 else {
      (shape, scale, offset) = (0, 1, mean)
      return
    }
    scale = third / (2 * variance)
    shape = variance / (scale * scale)
    offset = mean - shape * scale
  }

  /// The probability of a value of at most `x`.
  func probability(upTo x: Double) -> Double {
    if shape <= 0 { return x >= offset ? 1 : 0 }
    if x > practicalMaximum { return 1 }
    return regularizedGamma(shape, (x - offset) / scale)
  }

  /// A value that is practically never exceeded.
  var practicalMaximum: Double {
    offset + scale * (shape + 12 * shape.squareRoot() + 50)
  }
}

/// Returns P(a, x) = γ(a, x) / Γ(a), the distribution function of Gamma(a).
///
/// Uses the power series below a + 1 and the continued fraction above (Abramowitz and Stegun 6.5.29
/// and 6.5.31). For large *a*, where both are slow, it uses the cube root of Wilson and Hilferty
/// (1931), good to five digits there.
func regularizedGamma(_ a: Double, _ x: Double) -> Double {
  guard x > 0, a > 0 else { return 0 }
  if a > 2000 {
    let z = (cbrt(x / a) - (1 - 1 / (9 * a))) * (9 * a).squareRoot()
    return 0.5 * erfc(-z / 2.0.squareRoot())
  }
  // The factor that both forms share: x^a e^(-x) / Γ(a).
  let front = exp(a * log(x) - x - lgamma(a))
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    var n = a
    while term > sum * 1e-14 {
      n += 1
      term *= x / n
      sum += term
    }
    return min(1, sum * front)
  }
  // Lentz's method; its denominators are never 0 here, as x > a + 1.
  var b = x + 1 - a
  var c = 1 / 1e-300
  var d = 1 / b
  var fraction = d
  for i in 1...500 {
    let coefficient = -Double(i) * (Double(i) - a)
    b += 2
    d = 1 / (coefficient * d + b)
    c = b + coefficient / c
    let step = d * c
    fraction *= step
    if (step - 1).magnitude < 1e-14 { break }
  }
  return max(0, 1 - front * fraction)
}
