/// Whether values rise over time, told by their ranks (Mann and Kendall): no shape is presumed,
/// and neither one outlier nor the distance of moments matters.
struct Rise {
  /// The median of the first fifth.
  var before: Double

  /// The last value.
  var now: Double

  /// Where the last value lies that is no higher than a tenth of the rise.
  var onset: Int

  /// A trend of fewer moments may be chance.
  static let leastMoments = 5

  /// Of more moments a part is looked at.
  private static let mostMoments = 256

  /// In standard deviations: five values of which each is higher than the one before have 2.2.
  private static let leastScore = 2.0

  /// - Parameter points: the values with the moments that they are of.
  /// - Returns: nil when they do not rise, or not by so much.
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

  /// How many standard deviations the rising pairs exceed the falling ones by.
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
