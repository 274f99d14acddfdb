/// How the number of goroutines in a group changes over time.
package struct GoroutineGrowth: Sendable {
  package let first: Int
  package let last: Int

  /// It grows by more than random fluctuation would explain.
  package let isSuspect: Bool

  /// Goroutines per second; nil without times.
  package let perSecond: Double?

  package var growth: Int { last - first }

  /// - Parameters:
  ///   - moments: the number of moments.
  ///   - seconds: the time of each moment; nil when unknown.
  ///   - count: the number of goroutines at a moment.
  package init(
    moments: Int, seconds: [Double]?, canLeak: Bool, count: (_ moment: Int) -> Int
  ) {
    first = moments == 0 ? 0 : count(0)
    last = moments == 0 ? 0 : count(moments - 1)
    let span = (seconds?.last ?? 0) - (seconds?.first ?? 0)
    perSecond = seconds != nil && span > 0 ? Double(last - first) / span : nil
    // Counts of independent events differ by three times the root of their sum in one of four
    // hundred comparisons (Poisson).
    let noise = 3 * (Double(first) + Double(last)).squareRoot()
    isSuspect =
      canLeak && moments > 1 && Double(last) - Double(first) > noise
      && Self.agreement(moments, count) >= 0.5
  }

  /// - Parameter counts: one per moment, in order.
  package init(_ counts: [Int], seconds: [Double]?, canLeak: Bool) {
    self.init(moments: counts.count, seconds: seconds, canLeak: canLeak) { counts[$0] }
  }

  /// The fraction of all pairs of moments in which the later one has more, minus the fraction in
  /// which it has fewer (Kendall's S divided by its maximum).
  ///
  /// In long series, 200 evenly spaced moments are compared.
  private static func agreement(_ moments: Int, _ count: (_ moment: Int) -> Int) -> Double {
    let limit = 200
    let looked = (0..<min(limit, moments)).map {
      count(moments <= limit ? $0 : $0 * (moments - 1) / (limit - 1))
    }
    guard looked.count > 1 else { return 0 }
    var score = 0
    for (index, earlier) in looked.enumerated() {
      for later in looked[(index + 1)...] { score += (later - earlier).signum() }
    }
    return Double(score) / Double(looked.count * (looked.count - 1) / 2)
  }
}
