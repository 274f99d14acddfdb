import Foundations
import ProfileModel
import StackGraph

/// What the sampled objects of two profiles say about their differences.
struct ComparedSamples {
  private struct Pair {
    var before: [Int64: ComparedSide.Counts] = [:]
    var after: [Int64: ComparedSide.Counts] = [:]
  }

  private let isOneProcess: Bool
  private let pairs: [[UInt8]: Pair]
  private let sampling: HeapSampling
  private let empty: SampledSum
  private let countsBytes: Bool
  private let isLive: Bool

  /// A row churns when it allocates this many times what it holds.
  private static let churned = 2.0

  /// - Returns: nil when the sampling of either is unknown, or the two differ in it.
  init?(before: ComparedSide, after: ComparedSide, isOneProcess: Bool) {
    guard let counts = before.counts, let later = after.counts, let sampling = after.sampling,
      sampling.period == before.sampling?.period,
      let empty = sampling.emptySum(ofColumn: after.selection.column)
    else { return nil }
    var pairs: [[UInt8]: Pair] = [:]
    for (node, sizes) in counts.enumerated() where !sizes.isEmpty {
      pairs[before.names[node], default: Pair()].before.merge(sizes, uniquingKeysWith: +)
    }
    for (node, sizes) in later.enumerated() where !sizes.isEmpty {
      pairs[after.names[node], default: Pair()].after.merge(sizes, uniquingKeysWith: +)
    }
    self.isOneProcess = isOneProcess
    self.pairs = pairs
    self.sampling = sampling
    self.empty = empty
    let type = after.selection.profile.sampleTypeName(after.selection.column)
    countsBytes = type.hasSuffix("_space")
    isLive = type.hasPrefix("inuse_")
  }

  /// Returns the interval of a row's difference, and the verdict.
  ///
  /// Within one process an object that stays live counts in both profiles, so only new and freed
  /// objects make the difference uncertain (docs/statistics.md).
  func judge(_ row: Comparison.Row) -> (SamplingInterval?, TrendVerdict?) {
    guard let pair = pairs[row.name] else { return (nil, nil) }
    var (gained, lost) = (empty, empty)
    var allocatedBytes: Int64 = 0
    for size in Set(pair.before.keys).union(pair.after.keys).sorted() {
      let before = pair.before[size, default: .init()]
      let after = pair.after[size, default: .init()]
      let probability = sampling.probability(ofSize: size)
      let weight = countsBytes ? Double(size) : 1
      var (new, gone) = (after.shown, before.shown)
      if isOneProcess {
        let change = after.shown - before.shown
        new = max(min(after.allocated - before.allocated, after.shown), change)
        gone = new - change
      }
      gained.add(sampled: new, probability: probability, weight: weight)
      lost.add(sampled: gone, probability: probability, weight: weight)
      if !countsBytes, sampling.period > 1 {
        gained.allow(missed: 1 / probability)
        lost.allow(missed: 1 / probability)
      }
      allocatedBytes = saturatingSum(
        allocatedBytes, saturatingDifference(after.allocatedBytes, before.allocatedBytes))
    }
    let interval = gained.difference(from: lost)
    if gained.differs(from: lost) {
      return (interval, row.difference > 0 ? .grows : .shrinks)
    }
    let held = Double(max(row.before, row.after))
    let churns =
      isOneProcess && isLive && countsBytes && Double(allocatedBytes) >= Self.churned * held
    return (interval, churns ? .churn : .noise)
  }
}
