/// Sorts rows in place as Go's `sort.Sort` does, so that rows that compare equal are placed where
/// pprof places them.
///
/// It is a pattern-defeating quicksort (Peters 2021, https://arxiv.org/abs/2106.05123) with the
/// constants of Go's library. The sequence of swaps determines the order of equal rows, so every
/// step counts.
///
/// - Complexity: O(*n* log *n*) comparisons.
struct PatternDefeatingSort {
  private(set) var rows: [Int]

  /// Whether the left row must come before the right one.
  private let precedes: (_ left: Int, _ right: Int) -> Bool

  private enum Limit {
    /// Shorter parts use insertion sort.
    static let insertion = 12

    /// From this length on, the pivot is the median of three medians.
    static let ninther = 50

    /// The most misplaced pairs that are repaired in a nearly sorted part.
    static let repairs = 5

    /// The comparisons for the median of three medians: when all of them swap, a part is
    /// descending.
    static let medianSwaps = 12
  }

  static func sorted(_ rows: [Int], by precedes: @escaping (Int, Int) -> Bool) -> [Int] {
    var sort = PatternDefeatingSort(rows: rows, precedes: precedes)
    let count = rows.count
    sort.sort(0..<count, badPivots: Int.bitWidth - count.leadingZeroBitCount)
    return sort.rows
  }

  private func isLess(_ left: Int, _ right: Int) -> Bool { precedes(rows[left], rows[right]) }

  private mutating func swap(_ left: Int, _ right: Int) { rows.swapAt(left, right) }

  /// - Parameter badPivots: the most bad pivots before heapsort takes over.
  private mutating func sort(_ range: Range<Int>, badPivots: Int) {
    var range = range
    var badPivots = badPivots
    var wasBalanced = true
    var wasPartitioned = true
    while range.count > Limit.insertion {
      if badPivots == 0 { return sortByHeap(range) }
      if !wasBalanced {
        scatter(range)
        badPivots -= 1
      }
      var (pivot, swaps) = choosePivot(range)
      if swaps == Limit.medianSwaps {
        rows[range].reverse()
        pivot = range.lowerBound + range.upperBound - 1 - pivot
      }
      let mayBeSorted = swaps == 0 || swaps == Limit.medianSwaps
      if wasBalanced, wasPartitioned, mayBeSorted, repair(range) { return }
      // The row before a part is a pivot, and no row of the part is less: rows equal to it are
      // done.
      if range.lowerBound > 0, !isLess(range.lowerBound - 1, pivot) {
        range = partitionEqual(range, pivot)..<range.upperBound
        continue
      }
      let length = range.count
      let (middle, isPartitioned) = partition(range, pivot)
      wasPartitioned = isPartitioned
      let left = range.lowerBound..<middle
      let right = middle + 1..<range.upperBound
      // The loop continues with the longer part, so that calls nest only logarithmically.
      let isLeftShorter = left.count < range.upperBound - middle
      wasBalanced = (isLeftShorter ? left.count : range.upperBound - middle) >= length / 8
      sort(isLeftShorter ? left : right, badPivots: badPivots)
      range = isLeftShorter ? right : left
    }
    sortByInsertion(range)
  }

  private mutating func sortByInsertion(_ range: Range<Int>) {
    for start in range.dropFirst() {
      var row = start
      while row > range.lowerBound, isLess(row, row - 1) {
        swap(row, row - 1)
        row -= 1
      }
    }
  }

  // MARK: Partitions

  /// Moves rows less than the pivot to its left, and the others to its right.
  ///
  /// - Returns: where the pivot is now, and whether only the pivot had to move.
  private mutating func partition(
    _ range: Range<Int>, _ pivot: Int
  ) -> (pivot: Int, wasPartitioned: Bool) {
    let first = range.lowerBound
    swap(first, pivot)
    var low = first + 1
    var high = range.upperBound - 1
    var wasPartitioned = true
    while true {
      while low <= high, isLess(low, first) { low += 1 }
      while low <= high, !isLess(high, first) { high -= 1 }
      if low > high { break }
      wasPartitioned = false
      swap(low, high)
      low += 1
      high -= 1
    }
    swap(high, first)
    return (high, wasPartitioned)
  }

  /// Moves rows equal to the pivot to the front; no row in the range is less.
  ///
  /// - Returns: where the rest begins.
  private mutating func partitionEqual(_ range: Range<Int>, _ pivot: Int) -> Int {
    let first = range.lowerBound
    swap(first, pivot)
    var low = first + 1
    var high = range.upperBound - 1
    while true {
      while low <= high, !isLess(first, low) { low += 1 }
      while low <= high, isLess(first, high) { high -= 1 }
      if low > high { return low }
      swap(low, high)
      low += 1
      high -= 1
    }
  }

  /// Repairs a few pairs in the wrong order.
  ///
  /// - Returns: whether the range is sorted now.
  private mutating func repair(_ range: Range<Int>) -> Bool {
    var row = range.lowerBound + 1
    for _ in 0..<Limit.repairs {
      while row < range.upperBound, !isLess(row, row - 1) { row += 1 }
      if row == range.upperBound { return true }
      if range.count < Limit.ninther { return false }
      swap(row, row - 1)
      if row - range.lowerBound >= 2 {
        // As in Go, down to the first of all rows, not of the range; no row before the range is
        // greater.
        var left = row - 1
        while left >= 1, isLess(left, left - 1) {
          swap(left, left - 1)
          left -= 1
        }
      }
      var right = row + 1
      while range.upperBound - row >= 2, right < range.upperBound, isLess(right, right - 1) {
        swap(right, right - 1)
        right += 1
      }
    }
    return false
  }

  // MARK: Pivots

  /// - Returns: a row near the median, and how many comparisons for it found a pair in the wrong
  ///   order.
  private func choosePivot(_ range: Range<Int>) -> (pivot: Int, swaps: Int) {
    let quarter = range.count / 4
    var candidates = (1...3).map { range.lowerBound + $0 * quarter }
    var swaps = 0
    if range.count >= Limit.ninther {
      for index in candidates.indices {
        let row = candidates[index]
        candidates[index] = median(row - 1, row, row + 1, &swaps)
      }
    }
    return (median(candidates[0], candidates[1], candidates[2], &swaps), swaps)
  }

  private func median(_ first: Int, _ second: Int, _ third: Int, _ swaps: inout Int) -> Int {
    var (low, middle, high) = (first, second, third)
    func order(_ left: inout Int, _ right: inout Int) {
      guard isLess(right, left) else { return }
      Swift.swap(&left, &right)
      swaps += 1
    }
    order(&low, &middle)
    order(&middle, &high)
    order(&low, &middle)
    return middle
  }

  /// Moves three rows in the middle elsewhere, against patterns that produce bad pivots.
  private mutating func scatter(_ range: Range<Int>) {
    let count = range.count
    var random = UInt64(count)
    let mask = UInt64(1) << (UInt64.bitWidth - random.leadingZeroBitCount) - 1
    let middle = range.lowerBound + count / 4 * 2
    for row in middle - 1...middle + 1 {
      // Xorshift (Marsaglia 2003), seeded with the length, so that the result is always the same.
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      let other = Int(random & mask)
      swap(row, range.lowerBound + (other >= count ? other - count : other))
    }
  }

  // MARK: Heapsort

  private mutating func sortByHeap(_ range: Range<Int>) {
    let count = range.count
    for root in (0...(count - 1) / 2).reversed() { sink(root, count, range.lowerBound) }
    for end in (0..<count).reversed() {
      swap(range.lowerBound, range.lowerBound + end)
      sink(0, end, range.lowerBound)
    }
  }

  /// Lets a row of the heap sink below rows that must come after it.
  private mutating func sink(_ root: Int, _ count: Int, _ first: Int) {
    var root = root
    while 2 * root + 1 < count {
      var child = 2 * root + 1
      if child + 1 < count, isLess(first + child, first + child + 1) { child += 1 }
      if !isLess(first + root, first + child) { return }
      swap(first + root, first + child)
      root = child
    }
  }
}
