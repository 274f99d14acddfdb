import Glibc

/// A straight line fitted to a series, and how certain it is.
///
/// The slope is the median of the slopes between all pairs (Theil 1950, Sen 1968), which one odd
/// snapshot cannot move far. Its certainty follows from the sampling of the profiles if that
/// explains how the values scatter about the line; otherwise from the scatter itself
/// (docs/statistics.md).
package struct TrendFit: Sendable, Equatable {
  /// Units per second, or per snapshot without times.
  package private(set) var slope = 0.0

  /// The 95 % interval of the slope; nil when unknown.
  package private(set) var interval: SamplingInterval?

  /// The values' own sampling shows, at 95 %, that the slope is not 0; nil when unknown.
  package private(set) var isBeyondSampling: Bool?

  /// The probability of such a slope without a trend, considering only sampling; nil when unknown.
  package private(set) var probability: Double?

  /// Sampling explains how the values scatter about the line.
  private(set) var isExplained = false

  /// The probability that a series without a trend is ordered like this, or in the opposite order.
  private(set) var orderProbability = 1.0

  /// The slope by least squares.
  private(set) var leastSquares = 0.0

  /// The line's value at ``middle``, the mean of the times.
  private(set) var level = 0.0
  private(set) var middle = 0.0

  /// The variances of the level and of the slope, and their covariance; nil when unknown.
  private(set) var errors: (level: Double, both: Double, slope: Double)?

  /// The number of standard deviations that covers 95 %.
  private(set) var deviations = Quantiles.normal

  /// The input of the fit.
  struct Input {
    /// The bins: groups of snapshots, with one value and one time each.
    var bins: TrendBins
    var values: [Double]

    /// Seconds since the first.
    var times: [Double]

    /// One per snapshot.
    var processes: [Int]

    /// Nil when sampling is unknown.
    var cohorts: [Cohort]?

    /// The most that one missed object counts.
    var missed: Double
    var countsBytes: Bool

    /// The snapshots come from different processes.
    var isPoisson: Bool { Set(processes).count > 1 }

    func contrast(_ weights: [Double], isPoisson: Bool? = nil) -> SampledContrast? {
      cohorts.map {
        SampledContrast(
          $0, weights: bins.spread(weights), processes: processes, missed: missed,
          countsBytes: countsBytes,
          isPoisson: isPoisson ?? self.isPoisson)
      }
    }
  }

  /// An empty fit, as for a series without times.
  init() {}

  init(_ input: Input) {
    let (values, times) = (input.values, input.times)
    let count = values.count
    let weights = Self.slopeWeights(times)
    middle = times.reduce(0, +) / Double(max(1, count))
    guard count > 1, let weights else {
      level = values.last ?? 0
      return
    }
    var slopes: [Double] = []
    var inversions = 0
    var order = 0
    for left in 0..<count {
      for right in (left + 1)..<count where times[right] > times[left] {
        slopes.append((values[right] - values[left]) / (times[right] - times[left]))
        if values[right] < values[left] { inversions += 1 }
        if values[right] > values[left] { order += 1 }
      }
    }
    slopes.sort()
    slope = Self.median(ofSorted: slopes)
    leastSquares = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    let distribution = InversionDistribution(count: count)
    // Equal pairs count half, so that ties do not look like order.
    let wrong = min(inversions, order) + (slopes.count - inversions - order + 1) / 2
    orderProbability = min(1, 2 * distribution.probability(upTo: wrong))
    level = Self.center(
      zip(values, times).map { $0.0 - slope * ($0.1 - middle) })
    judge(input, weights, slopes, distribution)
  }

  private mutating func judge(
    _ input: Input, _ weights: [Double], _ slopes: [Double], _ distribution: InversionDistribution
  ) {
    let (values, times) = (input.values, input.times)
    let count = values.count
    let spread = times.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let scatter = zip(values, times).reduce(0) { sum, point in
      let rest = point.0 - level - slope * (point.1 - middle)
      return sum + rest * rest
    }
    let freedom = count - 2
    var inflation = 1.0
    if let contrast = input.contrast(weights) {
      let sampled = contrast.interval
      isBeyondSampling = !sampled.contains(0)
      let half = leastSquares > 0 ? leastSquares - sampled.low : sampled.high - leastSquares
      if leastSquares == 0 {
        probability = 1
      } else if half > 0 {
        probability = Quantiles.normalTail(Quantiles.normal * leastSquares / half)
      } else {
        probability = 0
      }
      let expected = Self.expectedErrors(input, middle: middle, spread: spread)
      if freedom < 1 {
        isExplained = true
      } else if expected.scatter > 0 {
        let ratio = scatter / expected.scatter
        isExplained =
          Quantiles.chiSquaredTail(
            ratio * expected.freedom, degreesOfFreedom: expected.freedom) > 0.01
        inflation = max(1, ratio)
      } else {
        isExplained = scatter <= 1e-18 * values.reduce(0) { max($0, $1 * $1) }
      }
      if isExplained {
        let root = inflation.squareRoot()
        interval = SamplingInterval(
          low: slope + (sampled.low - leastSquares) * root,
          high: slope + (sampled.high - leastSquares) * root)
        errors = (
          expected.level * inflation, expected.both * inflation, expected.slope * inflation
        )
        return
      }
    }
    if freedom < 1 { return }
    deviations = Quantiles.student(degreesOfFreedom: freedom)
    if count >= 5 {
      interval = Self.orderInterval(slopes, distribution)
    }
    var deviation = (scatter / Double(freedom) / spread).squareRoot()
    if let interval {
      deviation = (interval.high - interval.low) / 2 / deviations
    } else {
      interval = SamplingInterval(
        low: slope - deviations * deviation, high: slope + deviations * deviation)
    }
    let variance = deviation * deviation
    errors = (variance * spread / Double(count), 0, variance)
  }

  /// The interval from the order of the pairwise slopes (Sen 1968), interpolated between the two
  /// intervals closest to 95 % (Hettmansperger and Sheather 1986).
  private static func orderInterval(
    _ slopes: [Double], _ distribution: InversionDistribution
  ) -> SamplingInterval? {
    func coverage(_ rank: Int) -> Double { 1 - 2 * distribution.probability(upTo: rank) }
    guard var last = slopes.indices.last, coverage(0) > 0.95 else { return nil }
    last /= 2
    var rank = 0
    while rank < last, coverage(rank + 1) >= 0.95 { rank += 1 }
    let inner = min(rank + 1, last)
    let (wide, narrow) = (coverage(rank), coverage(inner))
    let part = wide > narrow ? (wide - 0.95) / (wide - narrow) : 0
    let end = slopes.count - 1
    return SamplingInterval(
      low: slopes[rank] + part * (slopes[inner] - slopes[rank]),
      high: slopes[end - rank] + part * (slopes[end - inner] - slopes[end - rank]))
  }

  /// What sampling alone does to the line and to the scatter of the values about it.
  private struct Expected {
    var level = 0.0
    var both = 0.0
    var slope = 0.0

    /// Of the sum of the squared residuals: its mean, and the degrees of freedom of the
    /// approximating chi-squared distribution (Satterthwaite 1946). Objects that live in many
    /// snapshots make these few.
    var scatter = 0.0
    var freedom = 1.0
  }

  private static func expectedErrors(
    _ input: Input, middle: Double, spread: Double
  ) -> Expected {
    let count = input.values.count
    // Sums over the rectangles of all cohorts: first their corners, then cumulative sums.
    var covariance = [[Double]](
      repeating: [Double](repeating: 0, count: count + 1), count: count + 1)
    for cohort in input.cohorts ?? [] {
      let each = (input.countsBytes ? cohort.size : 1) / cohort.probability
      let rest = input.isPoisson ? 1 : 1 - cohort.probability
      let variance = cohort.count * each * each * rest
      let changes = input.bins.changes(birth: cohort.birth, death: cohort.death)
      for row in changes {
        for column in changes {
          covariance[row.bin][column.bin] += variance * row.change * column.change
        }
      }
    }
    for row in 0...count {
      for column in 1...count { covariance[row][column] += covariance[row][column - 1] }
    }
    for row in 1...count {
      for column in 0...count { covariance[row][column] += covariance[row - 1][column] }
    }
    let offsets = input.times.map { $0 - middle }
    var result = Expected()
    for row in 0..<count {
      for column in 0..<count {
        let value = covariance[row][column]
        result.level += value / Double(count * count)
        result.both += value * offsets[column] / spread / Double(count)
        result.slope += value * offsets[row] * offsets[column] / (spread * spread)
      }
    }
    /// Subtracts from values the line fitted to them.
    func withoutLine(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(count)
      let slope = zip(values, offsets).reduce(0) { $0 + $1.0 * $1.1 } / spread
      return zip(values, offsets).map { $0 - mean - slope * $1 }
    }
    let rows = covariance.prefix(count).map { withoutLine(Array($0.prefix(count))) }
    var squares = 0.0
    for column in 0..<count {
      let residual = withoutLine(rows.map { $0[column] })
      result.scatter += residual[column]
      squares += residual.reduce(0) { $0 + $1 * $1 }
    }
    if squares > 0 { result.freedom = max(0.5, result.scatter * result.scatter / squares) }
    return result
  }

  /// The weights of the values that give the slope by least squares; nil when all times are equal.
  static func slopeWeights(_ times: some Collection<Double>) -> [Double]? {
    let middle = times.reduce(0, +) / Double(max(1, times.count))
    let spread = times.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    guard spread > 0, spread.isFinite else { return nil }
    return times.map { ($0 - middle) / spread }
  }

  static func slope(_ values: ArraySlice<Double>, _ times: ArraySlice<Double>) -> Double {
    var slopes: [Double] = []
    for left in values.indices {
      for right in values.indices where times[right] > times[left] {
        slopes.append((values[right] - values[left]) / (times[right] - times[left]))
      }
    }
    return median(ofSorted: slopes.sorted())
  }

  private static func median(ofSorted sorted: [Double]) -> Double {
    if sorted.isEmpty { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The median of the means of all pairs (Hodges and Lehmann 1963).
  private static func center(_ values: [Double]) -> Double {
    var means: [Double] = []
    for left in values.indices {
      for right in left..<values.count { means.append((values[left] + values[right]) / 2) }
    }
    return median(ofSorted: means.sorted())
  }

  /// The interval shows that the series grows.
  var isAboveNone: Bool { interval.map { $0.low > 0 } ?? false }

  package static func == (left: TrendFit, right: TrendFit) -> Bool {
    left.slope == right.slope && left.interval == right.interval
      && left.level == right.level && left.probability == right.probability
  }
}
