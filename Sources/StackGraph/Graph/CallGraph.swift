import ProfileModel

/// One node of a call graph or call tree, with its figures.
package struct GraphNode: Sendable {
  package var identity: NodeID
  package var flat: Int64 = 0
  package var cum: Int64 = 0
  package var flatDivisor: Int64 = 0
  package var cumDivisor: Int64 = 0

  /// Indexes of edges that lead here, and away.
  package var inEdges: [Int] = []
  package var outEdges: [Int] = []

  /// The flat value, or the mean where the report shows means.
  package var flatValue: Int64 { flatDivisor == 0 ? flat : flat / flatDivisor }
  package var cumValue: Int64 { cumDivisor == 0 ? cum : cum / cumDivisor }
}

/// The nodes that a report shows, in its order, and the edges between them.
package struct CallGraph: Sendable {
  package let table: NodeTable

  /// All nodes; edges name them by their index here.
  package var nodes: [GraphNode]
  package var edges: [Edge]

  /// The nodes of the graph, in the report's order. Nodes missing here may still be an end of an
  /// edge.
  package var order: [Int]

  /// In a call tree: the node that first called each one, or -1. Trimming does not change it. In a
  /// graph, all are -1.
  package var callers: [Int]

  /// The names of nodes, each composed only once.
  package var names: NodeNames

  package init(table: NodeTable, nodes: [GraphNode], edges: [Edge], order: [Int]) {
    self.table = table
    self.nodes = nodes
    self.edges = edges
    self.order = order
    callers = [Int](repeating: -1, count: nodes.count)
    names = NodeNames(table)
    connect()
  }

  /// Fills the nodes' lists of edges.
  private mutating func connect() {
    for (index, edge) in edges.enumerated() {
      nodes[edge.source].outEdges.append(index)
      nodes[edge.target].inEdges.append(index)
    }
  }

  package mutating func removeEdge(_ index: Int) {
    nodes[edges[index].source].outEdges.removeAll { $0 == index }
    nodes[edges[index].target].inEdges.removeAll { $0 == index }
  }

  /// Removes the edges below a weight that lead to nodes of the graph.
  ///
  /// - Returns: how many were removed.
  package mutating func removeEdges(below cutoff: Int64) -> Int {
    if cutoff <= 0 { return 0 }
    var light = [Bool](repeating: false, count: edges.count)
    var count = 0
    for node in order {
      for edge in nodes[node].inEdges where edges[edge].weight.magnitude < UInt64(cutoff) {
        light[edge] = true
        count += 1
      }
    }
    if count == 0 { return 0 }
    for node in nodes.indices {
      nodes[node].inEdges.removeAll { light[$0] }
      nodes[node].outEdges.removeAll { light[$0] }
    }
    return count
  }

  /// Returns edges by weight, then by the names of their ends.
  ///
  /// As in pprof, weights that differ only in sign do not lead to comparing names. Edges that are
  /// equal in this way stay in the order of the samples, as they mostly do in pprof, whose short
  /// tables of edges keep that order.
  package mutating func sorted(_ list: [Int]) -> [Int] {
    if list.count < 2 { return list }
    for edge in list {
      names.prepare(nodes[edges[edge].source].identity)
      names.prepare(nodes[edges[edge].target].identity)
    }
    return PatternDefeatingSort.sorted(list) { [edges, nodes, names] left, right in
      let (left, right) = (edges[left], edges[right])
      if left.weight != right.weight { return left.weight.magnitude > right.weight.magnitude }
      let sources = names.compare(nodes[left.source].identity, nodes[right.source].identity)
      if sources != 0 { return sources < 0 }
      return names.compare(nodes[left.target].identity, nodes[right.target].identity) < 0
    }
  }
}

/// Printable names of nodes, each composed only once.
package struct NodeNames: Sendable {
  private let table: NodeTable
  private var known: [NodeID: [UInt8]] = [:]

  init(_ table: NodeTable) { self.table = table }

  package mutating func prepare(_ node: NodeID) {
    if known[node] == nil { known[node] = table.printableName(node) }
  }

  package func name(_ node: NodeID) -> [UInt8] { known[node] ?? table.printableName(node) }

  /// Compares by bytes: negative when the left name comes first.
  func compare(_ left: NodeID, _ right: NodeID) -> Int {
    if left == right { return 0 }
    let (left, right) = (name(left), name(right))
    if left.lexicographicallyPrecedes(right) { return -1 }
    return left == right ? 0 : 1
  }
}
