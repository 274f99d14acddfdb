import Glibc

/// A sample of measurements, summarized as benchstat does: median, interval, and a test for a
/// difference. All of them rest on the order of the values alone.
package struct BenchmarkSample: Sendable, Equatable {
  /// Ascending.
  package let values: [Double]

  package init(_ values: [Double]) { self.values = values.sorted() }

  package var median: Double {
    let count = values.count
    if count == 0 { return 0 }
    return count % 2 == 1
      ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2
  }

  /// The 95 % interval of the median, between two of the values; nil with fewer than six.
  ///
  /// The number of values below the true median is distributed like the heads of as many coins.
  /// Starting at the likeliest number, the likelier neighbour is added (the lower one of two that
  /// are equally likely) until 95 % are reached. With more than 30 values, the normal distribution
  /// is used.
  package var interval: SamplingInterval? {
    let count = values.count
    if count == 0 { return nil }
    let (low, high) = count <= 30 ? exactOrders(count) : normalOrders(count)
    guard low >= 1, high <= count else { return nil }
    return SamplingInterval(low: values[low - 1], high: values[high - 1])
  }

  private func exactOrders(_ count: Int) -> (Int, Int) {
    func probability(_ heads: Int) -> Double {
      if heads < 0 || heads > count { return 0 }
      return exp(
        lgamma(Double(count) + 1) - lgamma(Double(heads) + 1) - lgamma(Double(count - heads) + 1)
          - Double(count) * log(2))
    }
    let mode = (count + 2) / 2 - 1
    var (low, high) = (mode, mode + 1)
    var sum = probability(mode)
    while sum < 0.95 {
      let (below, above) = (probability(low - 1), probability(high))
      if below <= 0, above <= 0 { break }
      // Equal ones may differ by rounding.
      if below >= above * (1 - 1e-9) {
        sum += below
        low -= 1
      } else {
        sum += above
        high += 1
      }
    }
    return (low, high)
  }

  private func normalOrders(_ count: Int) -> (Int, Int) {
    let mean = Double(count) / 2
    let deviation = Double(count).squareRoot() / 2
    func cumulative(_ x: Double) -> Double {
      0.5 * erfc(-(x - mean) / deviation / 2.0.squareRoot())
    }
    func part(_ low: Int, _ high: Int) -> Double {
      cumulative(Double(high) - 0.5) - cumulative(Double(low) - 0.5)
    }
    let half = Quantiles.normal * deviation
    let low = Int(((mean - half - 0.5).rounded(.down) + 0.5).rounded(.down)) + 1
    var high = Int(((mean + half - 0.5).rounded(.up) + 0.5).rounded(.down)) + 1
    let (whole, biased) = (part(low, high), part(low, high - 1))
    if biased >= 0.95, biased < whole { high -= 1 }
    return (max(0, low), min(count + 1, high))
  }

  /// The p-value of the two-sided Mann-Whitney test (1947) against another sample; nil when either
  /// is empty or all values are equal.
  ///
  /// Exact for up to 50 values each, or up to 9 with ties. Above that, the normal distribution is
  /// used, corrected for ties and continuity. These are benchstat's limits.
  package func probability(against other: BenchmarkSample) -> Double? {
    let (n, m) = (values.count, other.values.count)
    if n == 0 || m == 0 { return nil }
    let all = (values.map { ($0, true) } + other.values.map { ($0, false) }).sorted { $0.0 < $1.0 }
    /// By group of equal values: how many, and twice their rank.
    var groups: [(count: Int, rank: Int)] = []
    var rankSum = 0
    var index = 0
    while index < all.count {
      var end = index
      while end < all.count, all[end].0 == all[index].0 { end += 1 }
      let rank = index + 1 + end
      groups.append((end - index, rank))
      rankSum += rank * all[index..<end].count { $0.1 }
      index = end
    }
    if groups.count == 1 { return nil }
    // Twice U.
    let first = rankSum - n * (n + 1)
    let least = min(first, 2 * n * m - first)
    let hasTies = groups.count < n + m
    let limit = hasTies ? Self.exactLimit.ties : Self.exactLimit.plain
    if n <= limit, m <= limit {
      if first * 2 == 2 * n * m { return 1 }
      return min(1, 2 * Self.probability(ofTwiceU: least, groups, n))
    }
    let total = Double(n + m)
    let ties = groups.reduce(0.0) { sum, group in
      let count = Double(group.count)
      return sum + count * count * count - count
    }
    let deviation =
      (Double(n * m) * (total + 1 - ties / (total * (total - 1))) / 12).squareRoot()
    let distance = max(0, Double(n * m) / 2 - Double(least) / 2 - 0.5)
    return deviation > 0 ? min(1, Quantiles.normalTail(distance / deviation)) : nil
  }

  private static let exactLimit = (plain: 50, ties: 9)

  /// The probability that twice U is at most a number, over all ways to draw the sample from the
  /// groups.
  private static func probability(
    ofTwiceU least: Int, _ groups: [(count: Int, rank: Int)], _ n: Int
  ) -> Double {
    let most = least + n * (n + 1)
    // By how many values were drawn: the number of ways to reach each sum of twice the ranks.
    var ways = [[Double]](repeating: [Double](repeating: 0, count: most + 1), count: n + 1)
    ways[0][0] = 1
    for group in groups {
      for taken in stride(from: n, to: 0, by: -1) {
        for more in 1...min(taken, group.count) {
          let add = more * group.rank
          if add > most { break }
          let choices = exp(
            lgamma(Double(group.count) + 1) - lgamma(Double(more) + 1)
              - lgamma(Double(group.count - more) + 1)
          ).rounded()
          for sum in add...most where ways[taken - more][sum - add] > 0 {
            ways[taken][sum] += choices * ways[taken - more][sum - add]
          }
        }
      }
    }
    let total = groups.reduce(0) { $0 + $1.count }
    let all = exp(
      lgamma(Double(total) + 1) - lgamma(Double(n) + 1) - lgamma(Double(total - n) + 1))
    return ways[n].reduce(0, +) / all
  }
}

/// Adjusts the p-values of many rows so that at most 5 % of those called different are not
/// (Benjamini and Hochberg 1995).
package func falseDiscoveryRates(_ probabilities: [Double?]) -> [Double?] {
  let order = probabilities.indices.filter { probabilities[$0] != nil }
    .sorted { (probabilities[$0] ?? 0, $0) < (probabilities[$1] ?? 0, $1) }
  var rates = [Double?](repeating: nil, count: probabilities.count)
  var least = 1.0
  for (rank, index) in order.enumerated().reversed() {
    least = min(least, (probabilities[index] ?? 1) * Double(order.count) / Double(rank + 1))
    rates[index] = least
  }
  return rates
}
