import Foundations

/// Pairs the lines of a function in two builds, in their order.
struct LineAlignment {
  /// The pairs; neither side goes back.
  private(set) var pairs: [(before: Int64, after: Int64)] = []

  /// Of more lines than this the order alone counts.
  private static let mostPairs = 400

  // What speaks for a pair: that it is one, and that both lines call the same functions.
  private static let pair = 1.0
  private static let alike = 1.0
  private static let sameShift = 0.3
  private static let asTheFunction = 0.2

  /// - Parameters:
  ///   - before: lines of the earlier build, ascending.
  ///   - after: those of the later one.
  ///   - shift: how far the beginning of the function has moved; nil where it is unknown.
  ///   - isAlike: whether two lines call the same functions.
  init(
    before: [Int64], after: [Int64], shift: Int64?, isAlike: (Int64, Int64) -> Bool
  ) {
    if before == after && shift ?? 0 == 0 || before.count * after.count > Self.mostPairs {
      pairs = zip(before, after).map { ($0, $1) }
      return
    }
    // The best way that ends with each pair, and the pair before it.
    var best = [[Double]](
      repeating: [Double](repeating: 0, count: after.count), count: before.count)
    var previous = [[(Int, Int)?]](
      repeating: [(Int, Int)?](repeating: nil, count: after.count), count: before.count)
    for left in before.indices {
      for right in after.indices {
        let moved = saturatingDifference(after[right], before[left])
        var own = Self.pair
        if isAlike(before[left], after[right]) { own += Self.alike }
        if moved == shift ?? 0 { own += Self.asTheFunction }
        best[left][right] = own
        for earlierLeft in 0..<left {
          for earlierRight in 0..<right {
            let isSame =
              saturatingDifference(after[earlierRight], before[earlierLeft]) == moved
            let sum = best[earlierLeft][earlierRight] + own + (isSame ? Self.sameShift : 0)
            if sum > best[left][right] {
              best[left][right] = sum
              previous[left][right] = (earlierLeft, earlierRight)
            }
          }
        }
      }
    }
    var end: (Int, Int)?
    for left in before.indices {
      for right in after.indices where best[left][right] > end.map({ best[$0.0][$0.1] }) ?? 0 {
        end = (left, right)
      }
    }
    while let (left, right) = end {
      pairs.append((before[left], after[right]))
      end = previous[left][right]
    }
    pairs.reverse()
  }
}
