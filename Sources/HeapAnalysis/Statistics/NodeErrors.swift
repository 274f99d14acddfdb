import ProfileModel
package import StackGraph

/// The uncertainty of the rows of a graph report.
package struct NodeErrors: Sendable {
  /// By ``NodeID``. Nil for nodes that were not requested, and for numbers of objects without a
  /// sample: those may be few large or many small objects.
  package private(set) var flat: [SampledSum?]
  package private(set) var cum: [SampledSum?]

  /// - Parameters:
  ///   - nodes: the rows.
  ///   - hasCum: also computes cum; otherwise its sums are nil.
  /// - Returns: nil when the arithmetic does not hold for the values shown.
  /// - Complexity: O(*f*) for *f* frames, O(*n*) for *n* samples without cum.
  package init?(_ builder: GraphBuilder, nodes: [NodeID], hasCum: Bool = true) {
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
      if hasCum { cum[node.index] = empty }
    }
    var counted = [Int](repeating: -1, count: table.count)
    let samples = profile.samples
    /// The row of the function that allocates.
    func leaf(_ sample: Int) -> Int? {
      samples.frames[samples.frameRange(of: sample)].lazy
        .compactMap { table.nodeRange(of: $0.index).first }.first
        .map { table.locationNodes[$0].index }
    }
    for sample in 0..<samples.count where selection.values[sample] != 0 {
      let leaf = hasCum ? nil : leaf(sample)
      if !hasCum, leaf.map({ flat[$0] == nil }) ?? true { continue }
      var value = empty
      guard sampling.add(sample: sample, ofColumn: selection.column, in: profile, to: &value)
      else { return nil }
      if let leaf {
        flat[leaf] = flat[leaf].map { $0 + value }
        continue
      }
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
