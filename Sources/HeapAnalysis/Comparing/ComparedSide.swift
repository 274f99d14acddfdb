import Foundations
import ProfileModel
import StackGraph

/// One of two compared profiles: the figures of its nodes.
struct ComparedSide {
  let selection: Selection

  /// By node.
  let names: [[UInt8]]
  let values: [Int64]

  /// The function and line of each node, where nodes are lines.
  let lines: [(function: String, file: String, line: Int64)?]
  let objects: [Int64]?
  let objectTotal: Int64?

  /// The sampled objects of each node, by size; nil when the sampling is unknown.
  let counts: [[Int64: Counts]]?
  let sampling: HeapSampling?

  /// How many objects of one size were sampled.
  struct Counts {
    /// In the compared values.
    var shown = 0.0
    var allocated = 0.0

    /// The allocated bytes, as the profile gives them.
    var allocatedBytes: Int64 = 0
  }

  /// - Parameter byCum: cumulative values instead of flat ones.
  init(_ selection: Selection, byCum: Bool) {
    self.selection = selection
    let builder = GraphBuilder(selection)
    let nodes = builder.nodeValues()
    names = (0..<builder.table.count).map { builder.table.printableName(NodeID($0)) }
    values = byCum ? nodes.cum : nodes.flat
    let table = builder.table
    lines = table.identities.map { node in
      node.line == 0
        ? nil : (table.strings[node.name], table.strings[node.file], node.line)
    }
    let profile = selection.profile
    let type = profile.sampleTypeName(selection.column)
    let column =
      type.hasSuffix("_space") && selection.divisorColumn == nil
      ? profile.column(named: type.dropLast("space".count) + "objects") : nil
    if let column, profile.magnitude(ofColumn: column) != nil {
      let nodes = builder.nodeValues(ofColumn: column)
      objects = byCum ? nodes.cum : nodes.flat
      objectTotal = profile.signedSum(ofColumn: column).net
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
            result[node][shown.size, default: Counts()].allocatedBytes = saturatingSum(
              result[node][shown.size]?.allocatedBytes ?? 0, samples.values[allocated][sample])
          }
          if !byCum { break frames }
        }
      }
    }
    return result
  }
}

extension ComparedSide.Counts {
  static func + (
    left: ComparedSide.Counts, right: ComparedSide.Counts
  ) -> ComparedSide.Counts {
    ComparedSide.Counts(
      shown: left.shown + right.shown, allocated: left.allocated + right.allocated,
      allocatedBytes: saturatingSum(left.allocatedBytes, right.allocatedBytes))
  }
}
