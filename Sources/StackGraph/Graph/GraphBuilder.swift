import ProfileModel

/// An edge of the call graph: calls from one node to another.
package struct Edge: Sendable {
  /// Indexes of graph nodes.
  package var source: Int
  package var target: Int
  package var weight: Int64
  package var divisor: Int64

  /// Jumps over nodes that were removed.
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

/// Walks the samples of a selection and adds them up (conformance/SEMANTICS.md, section 10).
package struct GraphBuilder: Sendable {
  package let selection: Selection
  package let table: NodeTable

  /// - Parameter keepsObjectFiles: tells functions of different binaries apart.
  package init(_ selection: Selection, keepsObjectFiles: Bool = false) {
    self.selection = selection
    table = NodeTable(
      selection.profile, keepsObjectFiles: keepsObjectFiles,
      trimPath: selection.options.trimPath, sourcePath: selection.options.sourcePath)
  }

  /// Returns flat and cum of every node: cum once a sample however often a
  /// node is on its stack, flat for the leaf.
  ///
  /// - Complexity: O(*f*) for *f* frames.
  package func nodeValues() -> NodeValues {
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    var flat = [Int64](repeating: 0, count: table.count)
    var cum = flat
    var flatDivisors = divisors == nil ? [] : flat
    var cumDivisors = flatDivisors
    // The last sample that each node was counted for, plus one.
    var counted = [UInt32](repeating: 0, count: table.count)
    let locationNodes = table.locationNodes
    let locationEnds = table.locationEnds
    let frames = samples.frames
    var start = 0
    for sample in 0..<samples.count {
      let end = samples.frameEnds[sample]
      defer { start = end }
      let value = values[sample]
      let divisor = divisors?[sample] ?? 0
      if value == 0, divisor == 0 { continue }
      let stamp = UInt32(truncatingIfNeeded: sample + 1)
      for index in start..<end {
        let location = frames[index].index
        var line = location == 0 ? 0 : locationEnds[location - 1]
        let lastLine = locationEnds[location]
        while line < lastLine {
          let node = locationNodes[line].index
          line += 1
          if counted[node] == stamp { continue }
          counted[node] = stamp
          cum[node] &+= value
          if divisors != nil { cumDivisors[node] &+= divisor }
        }
      }
      if start < end {
        let leaf = locationNodes[table.nodeRange(of: frames[start].index).lowerBound].index
        flat[leaf] &+= value
        if divisors != nil { flatDivisors[leaf] &+= divisor }
      }
    }
    return NodeValues(flat: flat, cum: cum, flatDivisors: flatDivisors, cumDivisors: cumDivisors)
  }

  /// Returns for each node whether it is anywhere an inlined callee.
  package func inlinedNodes() -> [Bool] {
    var result = [Bool](repeating: false, count: table.count)
    for location in table.locationEnds.indices {
      for index in table.nodeRange(of: location).dropLast() {
        result[table.locationNodes[index].index] = true
      }
    }
    return result
  }

  /// Returns the edges between nodes, each counted once a sample.
  ///
  /// - Parameters:
  ///   - kept: which nodes there are; edges jump over the others. Nil for all.
  ///   - targets: which nodes' callers are wanted. Nil for all.
  /// - Complexity: O(*f*) for *f* frames.
  package func edges(kept: [Bool]?, targets: [Bool]? = nil) -> [Edge] {
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    let frames = samples.frames
    let locationNodes = table.locationNodes
    let locationEnds = table.locationEnds
    var edges = EdgeTable()
    var start = 0
    for sample in 0..<samples.count {
      let end = samples.frameEnds[sample]
      defer { start = end }
      let value = values[sample]
      let divisor = divisors?[sample] ?? 0
      if value == 0, divisor == 0 { continue }
      edges.beginSample()
      var parent = -1
      var isResidual = false
      var index = end
      while index > start {
        index -= 1
        let location = frames[index].index
        let firstLine = location == 0 ? 0 : locationEnds[location - 1]
        let outermost = locationEnds[location] - 1
        var line = outermost
        while line >= firstLine {
          let node = locationNodes[line].index
          let isInline = line != outermost
          line -= 1
          if let kept, !kept[node] {
            isResidual = true
            continue
          }
          if parent >= 0, node != parent, targets?[node] ?? true {
            edges.add(
              from: parent, to: node, value: value, divisor: divisor, isResidual: isResidual,
              isInline: isInline)
          }
          parent = node
          isResidual = false
        }
      }
    }
    return edges.edges
  }
}

/// Edges by their ends.
struct EdgeTable {
  private(set) var edges: [Edge] = []

  /// The sample that each edge was last counted for.
  private var counted: [UInt32] = []
  private var sample: UInt32 = 0

  /// Open addressing over the edges: row + 1, or 0 for a free slot.
  private var slots = [UInt32](repeating: 0, count: 1024)

  mutating func beginSample() { sample &+= 1 }

  mutating func add(
    from source: Int, to target: Int, value: Int64, divisor: Int64, isResidual: Bool,
    isInline: Bool
  ) {
    let slot = slot(source, target)
    guard slots[slot] != 0 else {
      edges.append(
        Edge(
          source: source, target: target, weight: value, divisor: divisor,
          isResidual: isResidual, isInline: isInline))
      counted.append(sample)
      slots[slot] = UInt32(edges.count)
      if edges.count * 2 > slots.count { grow() }
      return
    }
    let row = Int(slots[slot]) - 1
    if counted[row] == sample { return }
    counted[row] = sample
    edges[row].weight &+= value
    edges[row].divisor &+= divisor
    if isResidual { edges[row].isResidual = true }
    if !isInline { edges[row].isInline = false }
  }

  private func slot(_ source: Int, _ target: Int) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(source, target) & mask
    while slots[slot] != 0 {
      let edge = Int(slots[slot]) - 1
      if edges[edge].source == source, edges[edge].target == target { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (row, edge) in edges.enumerated() {
      var slot = Self.hash(edge.source, edge.target) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(row + 1)
    }
  }

  private static func hash(_ source: Int, _ target: Int) -> Int {
    let key = UInt64(truncatingIfNeeded: source) << 32 | UInt64(truncatingIfNeeded: target)
    let product = key.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}
