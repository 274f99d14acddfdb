import Foundations

/// Pairs the lines of a function in two builds, keeping their order.
struct LineAlignment {
  /// The pairs, ascending on both sides.
  private(set) var pairs: [(before: Int64, after: Int64)] = []

  /// With more possible pairs, the one shift that most lines have moved by is used instead.
  private static let mostPairs = 1_000_000

  // The score of a pair: for being one, and for both lines calling the same functions.
  private static let pair = 1.0
  private static let alike = 1.0
  private static let sameShift = 0.3
  private static let asTheFunction = 0.2

  /// - Parameters:
  ///   - before: lines of the earlier build, ascending.
  ///   - after: lines of the later build, ascending.
  ///   - shift: how far the start of the function has moved; nil when unknown.
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
    /// The best alignment that ends with a pair.
    struct Way {
      var sum = 0.0
      var end = -1
    }
    // By pair: the pair before it. Pairs are numbered row by row.
    var previous = [Int32](repeating: -1, count: before.count * after.count)
    // The best alignment within the previous rows and the columns up to each.
    var bestUpTo = [Way](repeating: Way(), count: after.count + 1)
    // The same for pairs that have moved equally; each row has at most one.
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

  /// Pairs lines by one shift: that of the function, or of its first or last line, whichever pairs
  /// most. Other lines get no partner.
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
