import Foundations

/// Pairs the lines of a function in two builds, in their order.
struct LineAlignment {
  /// The pairs; neither side goes back.
  private(set) var pairs: [(before: Int64, after: Int64)] = []

  /// For more pairs than these, one shift is looked for that most lines have moved by.
  private static let mostPairs = 1_000_000

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
  /// - Complexity: O(*n* · *m*).
  init(
    before: [Int64], after: [Int64], shift: Int64?, isAlike: (Int64, Int64) -> Bool
  ) {
    let shift = shift ?? 0
    if before == after && shift == 0 {
      pairs = zip(before, after).map { ($0, $1) }
      return
    }
    guard before.count * after.count <= Self.mostPairs else {
      pairs = Self.shifted(before, after, by: shift)
      return
    }
    /// The best way that ends with a pair.
    struct Way {
      var sum = 0.0
      var end = -1
    }
    // By pair: the one before it. Pairs are numbered row by row.
    var previous = [Int32](repeating: -1, count: before.count * after.count)
    // The best way within the rows before and the columns up to each.
    var bestUpTo = [Way](repeating: Way(), count: after.count + 1)
    // The same of pairs that have moved equally: each row has one at most.
    var bestMoved: [Int64: Way] = [:]
    for left in before.indices {
      var row = bestUpTo
      for right in after.indices {
        let moved = saturatingDifference(after[right], before[left])
        var own = Self.pair
        if isAlike(before[left], after[right]) { own += Self.alike }
        if moved == shift { own += Self.asTheFunction }
        var way = bestUpTo[right]
        if let equal = bestMoved[moved], equal.sum + Self.sameShift > way.sum {
          way = Way(sum: equal.sum + Self.sameShift, end: equal.end)
        }
        let pair = left * after.count + right
        previous[pair] = Int32(way.end)
        way = Way(sum: way.sum + own, end: pair)
        if way.sum > bestMoved[moved]?.sum ?? 0 { bestMoved[moved] = way }
        row[right + 1] = [row[right + 1], row[right], way].reduce(Way()) {
          $1.sum > $0.sum ? $1 : $0
        }
      }
      bestUpTo = row
    }
    var end = bestUpTo.last?.end ?? -1
    while end >= 0 {
      pairs.append((before[end / after.count], after[end % after.count]))
      end = Int(previous[end])
    }
    pairs.reverse()
  }

  /// Pairs of lines that have all moved equally: as the function has, or as its first or last
  /// line, whichever more have. Others stay without a partner.
  private static func shifted(
    _ before: [Int64], _ after: [Int64], by shift: Int64
  ) -> [(before: Int64, after: Int64)] {
    let later = Set(after)
    var best: [(before: Int64, after: Int64)] = []
    let ends = [(before.first, after.first), (before.last, after.last)]
    for shift in [shift] + ends.map({ saturatingDifference($1 ?? 0, $0 ?? 0) }) {
      let pairs = before.compactMap { line in
        let other = saturatingSum(line, shift)
        return later.contains(other) ? (before: line, after: other) : nil
      }
      if pairs.count > best.count { best = pairs }
    }
    return best
  }
}
