import ProfileModel
import StackGraph

/// One of two profiles that are compared: the figures of its nodes.
struct ComparedSide {
  let selection: Selection

  /// By node.
  let names: [[UInt8]]
  let values: [Int64]
  let objects: [Int64]?
  let objectTotal: Int64?

  /// The sampled objects of each node by their size; nil where sampling is unknown.
  let counts: [[Int64: Counts]]?
  let sampling: HeapSampling?

  /// How many objects of a size were sampled.
  struct Counts {
    /// In the values that are compared.
    var shown = 0.0
    var allocated = 0.0

    /// The bytes that were allocated, as the profile has them.
    var allocatedBytes: Int64 = 0
  }

  /// - Parameter byCum: cumulative values instead of flat ones.
  init(_ selection: Selection, byCum: Bool) {
    self.selection = selection
    let builder = GraphBuilder(selection)
    let nodes = builder.nodeValues()
    names = (0..<builder.table.count).map { builder.table.printableName(NodeID($0)) }
    values = byCum ? nodes.cum : nodes.flat
    let profile = selection.profile
    let type = profile.sampleTypeName(selection.column)
    let column =
      type.hasSuffix("_space") && selection.divisorColumn == nil
      ? profile.column(named: type.dropLast("space".count) + "objects") : nil
    if let column, let total = profile.magnitude(ofColumn: column) {
      let nodes = builder.nodeValues(ofColumn: column)
      objects = byCum ? nodes.cum : nodes.flat
      objectTotal = total
    } else {
      objects = nil
      objectTotal = nil
    }
    sampling =
      selection.divisorColumn == nil
      ? HeapSampling(profile).flatMap {
        $0.emptySum(ofColumn: selection.column) == nil ? nil : $0
      } : nil
    counts = sampling.flatMap { Self.counts($0, builder, byCum: byCum) }
  }

  /// - Complexity: O(*f*) for *f* frames.
  private static func counts(
    _ sampling: HeapSampling, _ builder: GraphBuilder, byCum: Bool
  ) -> [[Int64: Counts]]? {
    let (selection, table) = (builder.selection, builder.table)
    let profile = selection.profile
    guard let allocated = profile.column(named: "alloc_space") else { return nil }
    var result = [[Int64: Counts]](repeating: [:], count: table.count)
    var counted = [Int](repeating: -1, count: table.count)
    let samples = profile.samples
    for sample in 0..<samples.count where !samples.hasOnlyZeros(sample) {
      guard
        let shown = sampling.sampledObjects(
          ofSample: sample, column: selection.column, in: profile),
        let made = sampling.sampledObjects(ofSample: sample, column: allocated, in: profile)
      else { return nil }
      frames: for frame in samples.frames[samples.frameRange(of: sample)] {
        for row in table.nodeRange(of: frame.index) {
          let node = table.locationNodes[row].index
          if counted[node] != sample {
            counted[node] = sample
            result[node][shown.size, default: Counts()].shown += shown.count
            result[node][shown.size, default: Counts()].allocated += made.count
            result[node][shown.size, default: Counts()].allocatedBytes &+=
              samples.values[allocated][sample]
          }
          if !byCum { break frames }
        }
      }
    }
    return result
  }
}

/// What the sampled objects of two profiles tell about their differences.
struct ComparedSamples {
  private struct Pair {
    var before: [Int64: ComparedSide.Counts] = [:]
    var after: [Int64: ComparedSide.Counts] = [:]
  }

  let isOneProcess: Bool
  private let pairs: [[UInt8]: Pair]
  private let sampling: HeapSampling
  private let empty: SampledSum
  private let countsBytes: Bool
  private let isLive: Bool

  /// A row churns when it allocates this often what it holds.
  private static let churned = 2.0

  /// - Returns: nil where the sampling of one is unknown, or they differ in it.
  init?(before: ComparedSide, after: ComparedSide) {
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
    // Within one process the count of allocated objects never falls.
    isOneProcess = pairs.values.allSatisfy { pair in
      pair.before.allSatisfy { size, counts in
        pair.after[size, default: .init()].allocated >= counts.allocated
      }
    }
    self.pairs = pairs
    self.sampling = sampling
    self.empty = empty
    let type = after.selection.profile.sampleTypeName(after.selection.column)
    countsBytes = type.hasSuffix("_space")
    isLive = type.hasPrefix("inuse_")
  }

  /// Returns how far the difference of a row may be from the truth, and what it means.
  ///
  /// Within one process an object that stays live counts in both, so only what is
  /// new and what is gone blurs the difference (docs/statistics.md).
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
      allocatedBytes &+= after.allocatedBytes &- before.allocatedBytes
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

extension ComparedSide.Counts {
  fileprivate static func + (
    left: ComparedSide.Counts, right: ComparedSide.Counts
  ) -> ComparedSide.Counts {
    ComparedSide.Counts(
      shown: left.shown + right.shown, allocated: left.allocated + right.allocated,
      allocatedBytes: left.allocatedBytes &+ right.allocatedBytes)
  }
}
