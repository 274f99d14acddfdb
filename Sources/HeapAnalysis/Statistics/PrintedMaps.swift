/// How many entries the maps have that a line prints.
///
/// `internal/fmtsort.Sort` allocates a slice with room for each entry; its block size bounds the
/// number of entries from both sides.
package struct PrintedMaps: Sendable, Equatable {
  /// The entries of nearly all maps that the line prints directly, not inside of others.
  package var entries: ClosedRange<Int64>

  /// One block size covers them all, so that the range is that of a single map.
  package var isOneSize: Bool

  /// How many maps were printed.
  package var count: SampledSum

  /// The entries of maps inside of these; nil when there are none.
  package var innerEntries: ClosedRange<Int64>?
}

/// The slices of `fmtsort.Sort` that show a number of entries.
struct SortedMapSlices {
  /// By recursion depth of `printValue`: sampled objects, by size.
  private var sizes: [Int: [Int64: Double]] = [:]
  private var counts: [Int: SampledSum] = [:]
  private var layout: Layout?

  /// What a version of Go allocates on a line of `Sort`.
  private struct Layout: Equatable {
    var elementSize: Int64
    /// Nil when the line is the same in versions with and without headers.
    var hasHeader: Bool?

    /// Up to Go 1.22 there is one slice of keys and one of values, later one of both. The lines
    /// were read from the sources of Go 1.21 to 1.27. Other lines of Sort allocate something else.
    init?(line: Int64) {
      switch line {
      case 57: self.init(elementSize: 48, hasHeader: true)
      case 59: self.init(elementSize: 24, hasHeader: nil)
      default: return nil
      }
    }

    init(elementSize: Int64, hasHeader: Bool?) {
      self.elementSize = elementSize
      self.hasHeader = hasHeader
    }

    func entries(inBlock size: Int64) -> ClosedRange<Int64>? {
      let ranges = (hasHeader.map { [$0] } ?? [true, false]).compactMap {
        GoSizeClasses.elementCounts(inBlock: size, elementSize: elementSize, hasHeader: $0)
      }
      guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max()
      else { return nil }
      return low...high
    }
  }

  /// - Parameters:
  ///   - line: the leaf's line in `fmtsort.Sort`.
  ///   - depth: how many frames of `printValue` are above.
  mutating func add(line: Int64, depth: Int, size: Int64, sampled: Double, sum: SampledSum) {
    guard sampled > 0, let layout = Layout(line: line) else { return }
    if self.layout == nil { self.layout = layout }
    guard self.layout == layout else { return }
    sizes[depth, default: [:]][size, default: 0] += sampled
    counts[depth] = counts[depth].map { $0 + sum } ?? sum
  }

  var maps: PrintedMaps? {
    guard let layout, let depth = sizes.keys.min(), let outer = sizes[depth],
      let count = counts[depth]
    else { return nil }
    func range(_ sizes: some Sequence<Int64>) -> ClosedRange<Int64>? {
      let ranges = sizes.compactMap(layout.entries)
      guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max()
      else { return nil }
      return low...high
    }
    guard let entries = range(outer.keys) else { return nil }
    let inner = sizes.filter { $0.key > depth }.values.flatMap(\.keys)
    return PrintedMaps(
      entries: entries, isOneSize: outer.count == 1, count: count, innerEntries: range(inner))
  }
}
