/// How many entries the maps have that a line prints.
///
/// `internal/fmtsort.Sort` makes a slice with room for each entry; the size of
/// its block says how many that are, between two limits.
package struct PrintedMaps: Sendable, Equatable {
  /// Of nearly all maps that the line prints itself, not inside of others.
  package var entries: ClosedRange<Int64>

  /// Whether one block size holds them all, so that the range is one map's.
  package var isOneSize: Bool

  /// How many maps were printed.
  package var count: SampledSum

  /// The entries of maps inside of these, or nil when there are none.
  package var innerEntries: ClosedRange<Int64>?
}

/// The slices of `fmtsort.Sort`, as far as they tell the number of entries.
struct SortedMapSlices {
  /// By how deep `printValue` calls itself: sampled objects by their size.
  private var sizes: [Int: [Int64: Double]] = [:]
  private var counts: [Int: SampledSum] = [:]
  private var layout: Layout?

  /// What one version of Go allocates on which line of `Sort`.
  private struct Layout: Equatable {
    var elementSize: Int64
    /// Nil: the line is the same in versions with and without.
    var hasHeader: Bool?

    /// One slice of keys and one of values up to Go 1.22, then one of both; the
    /// lines were read off the sources of Go 1.21 to 1.27. Other lines of Sort
    /// allocate something else.
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
  ///   - line: of the leaf, in `fmtsort.Sort`.
  ///   - depth: how many frames of `printValue` lie above.
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
