import Foundations

/// Finds the first of many mappings that contains an address.
///
/// If mappings overlap, the one listed first counts.
struct MappingIndex {
  /// Where the segments begin, ascending; each ends where the next begins.
  private var starts: [UInt64] = []

  /// The mapping of each segment, or −1.
  private var owners: [Int] = []

  /// All pieces, with their mappings, in no order.
  private var pieces: [(range: Range<UInt64>, mapping: Int)]

  /// How many pieces at the end of ``pieces`` are not yet in the segments.
  private var pendingCount = 0

  /// Below this length, walking the list takes less time than building the segments.
  private static let pendingLimit = 64

  init(_ entries: [MemoryMap.Entry]) {
    pieces = entries.enumerated().compactMap { index, entry in
      entry.start < entry.limit ? (entry.start..<entry.limit, index) : nil
    }
    build()
  }

  /// Extends a mapping by a range of addresses.
  mutating func add(_ range: Range<UInt64>, to mapping: Int) {
    pieces.append((range, mapping))
    pendingCount += 1
    if pendingCount > Self.pendingLimit { build() }
  }

  /// - Complexity: O(log *n*).
  func first(containing address: UInt64) -> Int? {
    let next = firstNumber(in: 0..<starts.count) { starts[$0] > address }
    var best = next == 0 || owners[next - 1] < 0 ? nil : owners[next - 1]
    for piece in pieces.suffix(pendingCount) where piece.range.contains(address) {
      best = min(best ?? piece.mapping, piece.mapping)
    }
    return best
  }

  /// - Complexity: O(*n* log *n*).
  private mutating func build() {
    pendingCount = 0
    pieces.sort { ($0.mapping, $0.range.lowerBound) < ($1.mapping, $1.range.lowerBound) }
    starts = (pieces.map(\.range.lowerBound) + pieces.map(\.range.upperBound)).sorted()
    var unique = 0
    for start in starts where unique == 0 || starts[unique - 1] != start {
      starts[unique] = start
      unique += 1
    }
    starts.removeSubrange(unique...)
    owners = [Int](repeating: -1, count: starts.count)

    // Each piece takes the segments that no earlier one has. `free[i]` leads to the first free
    // segment at or after i, so taken ones are skipped at once.
    var free = Array(0...starts.count)
    func firstFree(_ index: Int) -> Int {
      var root = index
      while free[root] != root { root = free[root] }
      var step = index
      while free[step] != root { (free[step], step) = (root, free[step]) }
      return root
    }
    for piece in pieces {
      let end = position(of: piece.range.upperBound)
      var segment = firstFree(position(of: piece.range.lowerBound))
      while segment < end {
        owners[segment] = piece.mapping
        free[segment] = segment + 1
        segment = firstFree(segment)
      }
    }
  }

  /// The index of an address that is one of ``starts``.
  private func position(of address: UInt64) -> Int {
    firstNumber(in: 0..<starts.count) { starts[$0] >= address }
  }
}
