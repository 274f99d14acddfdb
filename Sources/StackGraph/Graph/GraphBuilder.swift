import Foundations
import ProfileModel

/// An edge of the call graph: calls from one node to another.
package struct Edge: Sendable {
  /// Indexes of graph nodes.
  package var source: Int
  package var target: Int
  package var weight: Int64
  package var divisor: Int64

  /// The edge skips nodes that were removed.
  package var isResidual: Bool

  /// The target is never the outermost line of its location.
  package var isInline: Bool
}

/// The figures of all nodes, by ``NodeID``.
package struct NodeValues: Sendable {
  package var flat: [Int64]
  package var cum: [Int64]

  /// Empty unless the report shows means.
  package var flatDivisors: [Int64] = []
  package var cumDivisors: [Int64] = []
}

/// Walks the samples of a selection and adds them up (docs/pprof-semantics.md, section 10).
package struct GraphBuilder: Sendable {
  package let selection: Selection
  package let table: NodeTable

  /// - Parameter keepsObjectFiles: distinguishes functions of different binaries.
  package init(_ selection: Selection, keepsObjectFiles: Bool = false) {
    self.selection = selection
    table = NodeTable(
      selection.profile, keepsObjectFiles: keepsObjectFiles,
      trimPath: selection.options.trimPath, sourcePath: selection.options.sourcePath)
  }

  /// Returns flat and cum of every node. Cum counts once per sample, however often a node is on its
  /// stack; flat counts for the leaf.
  ///
  /// - Complexity: O(*f*) for *f* frames.
  package func nodeValues() -> NodeValues {
    let tally = tally(selection.values)
    var result = NodeValues(flat: tally.flat, cum: tally.cum)
    if let divisors = selection.divisors {
      let tally = self.tally(divisors)
      result.flatDivisors = tally.flat
      result.cumDivisors = tally.cum
    }
    return result
  }

  /// Returns flat and cum of every node in another column.
  ///
  /// - Complexity: O(*f*) for *f* frames.
  package func nodeValues(ofColumn column: Int) -> NodeValues {
    let tally = tally(selection.profile.samples.values[column])
    return NodeValues(flat: tally.flat, cum: tally.cum)
  }

  /// Adds up one column, with the samples split over the cores. Integer sums do not depend on the
  /// split.
  private func tally(_ values: [Int64]) -> NodeTally {
    let samples = selection.profile.samples
    let frameNodes = FrameNodes(table)
    let nodeCount = table.count
    let parts = samples.parts(perCore: 8)
    let queue = PartQueue(parts)
    let tallies = concurrently(Array(0..<min(parts.count, coreCount))) { _ in
      NodeTally(samples, queue, values: values, nodeCount: nodeCount, frameNodes: frameNodes)
    }
    var result = tallies[0]
    for tally in tallies.dropFirst() { result.add(tally) }
    return result
  }

  /// Returns for each node whether it is an inlined callee anywhere.
  package func inlinedNodes() -> [Bool] {
    var result = [Bool](repeating: false, count: table.count)
    for location in table.locationEnds.indices {
      for index in table.nodeRange(of: location).dropLast() {
        result[table.locationNodes[index].index] = true
      }
    }
    return result
  }

  /// Returns the edges between nodes, each counted once per sample.
  ///
  /// - Parameters:
  ///   - kept: the existing nodes; edges skip the others. Nil for all.
  ///   - targets: nodes whose callers are wanted.
  ///   - sources: nodes whose callees are wanted. Without both, all edges are.
  /// - Complexity: O(*f*) for *f* frames.
  package func edges(
    kept: [Bool]?, targets: [Bool]? = nil, sources: [Bool]? = nil
  ) -> [Edge] {
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    var roles = [NodeRoles](repeating: [], count: table.count)
    for node in roles.indices {
      if let kept, !kept[node] { continue }
      roles[node] = .kept
      if targets?[node] ?? (sources == nil) { roles[node].insert(.target) }
      if sources?[node] ?? false { roles[node].insert(.source) }
    }
    let walk = EdgeWalk(table, roles)
    let parts = concurrently(samples.parts()) { range in
      walk.edges(samples, range, values: values, divisors: divisors)
    }
    if parts.count == 1 { return parts[0] }
    // Joined in the order of the parts, so the edges are in the order of the samples.
    var result = EdgeTable()
    for edges in parts { result.add(edges) }
    return result.edges
  }
}
