import ProfileModel
package import StackGraph

/// How far the rows of a graph report may be from the truth.
package struct NodeErrors: Sendable {
  /// By ``NodeID``; nil for nodes that were not asked for, and for numbers of
  /// objects of which none was sampled: they may be few large or many small ones.
  package private(set) var flat: [SampledSum?]
  package private(set) var cum: [SampledSum?]

  /// - Parameter nodes: the rows.
  /// - Returns: nil where the arithmetic does not hold for the values shown.
  /// - Complexity: O(*f*) for *f* frames.
  package init?(_ builder: GraphBuilder, nodes: [NodeID]) {
    let selection = builder.selection
    let profile = selection.profile
    guard selection.divisorColumn == nil, let sampling = HeapSampling(profile),
      let empty = sampling.emptySum(ofColumn: selection.column)
    else { return nil }
    let table = builder.table
    flat = [SampledSum?](repeating: nil, count: table.count)
    cum = flat
    for node in nodes {
      flat[node.index] = empty
      cum[node.index] = empty
    }
    var counted = [Int](repeating: -1, count: table.count)
    let samples = profile.samples
    for sample in 0..<samples.count where selection.values[sample] != 0 {
      var value = empty
      guard sampling.add(sample: sample, ofColumn: selection.column, in: profile, to: &value)
      else { return nil }
      var isLeaf = true
      for frame in samples.frames[samples.frameRange(of: sample)] {
        for row in table.nodeRange(of: frame.index) {
          let node = table.locationNodes[row].index
          if isLeaf, let sum = flat[node] { flat[node] = sum + value }
          isLeaf = false
          if counted[node] == sample { continue }
          counted[node] = sample
          if let sum = cum[node] { cum[node] = sum + value }
        }
      }
    }
    if sampling.limitsUnseen(inColumn: selection.column) { return }
    flat = flat.map { $0?.sampledObjects == 0 ? nil : $0 }
    cum = cum.map { $0?.sampledObjects == 0 ? nil : $0 }
  }
}
