/// Whether values rise over time, judged by their ranks (Mann and Kendall): no shape is presumed,
/// and neither a single outlier nor the spacing of moments matters.
struct Rise {
  /// The median of the first fifth.
  var before: Double

  /// The last value.
  var now: Double

  /// The moment of the last value that is no higher than a tenth of the rise.
  var onset: Int

  /// A trend over fewer moments may be chance.
  static let leastMoments = 5

  /// Of more moments, only a part is examined.
  private static let mostMoments = 256

  /// In standard deviations: five values that each exceed the previous one have 2.2.
  private static let leastScore = 2.0

  /// - Parameters:
  ///   - points: the values with their moments.
  ///   - part: the minimum rise, as a fraction of the value before it.
  ///   - amount: the minimum rise.
  /// - Returns: nil when the values do not rise, or rise less than that.
  init?(_ points: [(moment: Int, value: Double)], byPart part: Double, byAmount amount: Double) {
    guard points.count >= Self.leastMoments else { return nil }
    let shown = Self.thinned(points)
    let fifth = max(1, shown.count / 5)
    before = Self.median(shown.prefix(fifth).map(\.value))
    now = points[points.count - 1].value
    let end = Self.median(shown.suffix(fifth).map(\.value))
    let rise = min(now, end) - before
    guard rise >= amount, rise >= part * before, Self.score(shown.map(\.value)) >= Self.leastScore
    else { return nil }
    let usual = before + 0.1 * (now - before)
    onset = points.last { $0.value <= usual }?.moment ?? points[0].moment
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func thinned(
    _ points: [(moment: Int, value: Double)]
  ) -> [(moment: Int, value: Double)] {
    if points.count <= mostMoments { return points }
    return (0..<mostMoments).map { points[$0 * (points.count - 1) / (mostMoments - 1)] }
  }

  /// The number of standard deviations by which the rising pairs outnumber the falling ones.
  static func score(_ values: [Double]) -> Double {
    var sum = 0
    for (index, value) in values.enumerated() {
      for other in values[(index + 1)...] { sum += other > value ? 1 : other < value ? -1 : 0 }
    }
    let count = Double(values.count)
    var variance = count * (count - 1) * (2 * count + 5)
    for group in Dictionary(grouping: values, by: { $0 }).values where group.count > 1 {
      let size = Double(group.count)
      variance -= size * (size - 1) * (2 * size + 5)
    }
    guard variance > 0 else { return 0 }
    return Double(sum - sum.signum()) / (variance / 18).squareRoot()
  }
}
