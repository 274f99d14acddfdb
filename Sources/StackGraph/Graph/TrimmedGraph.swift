import Foundations
import ProfileModel

/// How much of a graph a report shows.
package struct TrimOptions: Sendable {
  /// The most nodes; 0 for all.
  package var nodeCount = 0
  /// Nodes below this share of the sum of all flats are removed; 0 keeps all.
  package var nodeFraction = 0.005
  package var edgeFraction = 0.001
  package var order = NodeOrder.flat
  package var dropsNegative = false
  package var callTree = false
  /// Edges are needed only to show that a function is inlined.
  package var onlyInlineEdges = false
  /// Edges are needed only around nodes whose printable names match.
  package var edgesAround: Pattern?
  /// Collects the labels of each node, for pictures.
  package var collectsTags = false

  package init() {}

  /// Shows everything: what `trim=false` means.
  package mutating func keepAll() {
    nodeCount = 0
    nodeFraction = 0
    edgeFraction = 0
  }
}

/// A graph without nodes that are too small to show (docs/pprof-semantics.md, section 11).
package struct TrimmedGraph: Sendable {
  package var graph: CallGraph
  package var tags: GraphTags

  /// The number of nodes before `nodeCount` was applied.
  package private(set) var originalCount = 0
  package private(set) var droppedNodes = 0
  package private(set) var droppedEdges = 0

  /// Builds the graph of a selection and trims it.
  package init(_ builder: GraphBuilder, _ options: TrimOptions) {
    if options.callTree {
      (graph, tags) = builder.callTree(options)
    } else {
      graph = CallGraph(
        table: builder.table, nodes: builder.graphNodes(), edges: [], order: [])
      tags = GraphTags()
      graph.order = graph.nodes.indices.filter { Self.isShown(graph.nodes[$0], options) }
    }
    let total = graph.order.reduce(0) { $0 &+ graph.nodes[$1].flat }
    let nodeCutoff = Self.cutoff(total, options.nodeFraction)
    let edgeCutoff = Self.cutoff(total, options.edgeFraction)
    var rebuilt = false
    if nodeCutoff > 0 {
      let kept = graph.order.filter { graph.nodes[$0].cum.magnitude >= UInt64(nodeCutoff) }
      droppedNodes = graph.order.count - kept.count
      if droppedNodes > 0 {
        if options.callTree { graph.trimTree(keeping: kept) } else { graph.order = kept }
        rebuilt = true
      }
    }
    originalCount = graph.order.count
    let needsEdgesToSort = options.order == .entropy || options.callTree
    if needsEdgesToSort, !options.callTree { connect(builder, options, rebuilt) }
    graph.sort(by: options.order)
    if options.nodeCount > 0 {
      if needsEdgesToSort {
        tags.remove(below: nodeCutoff)
        _ = graph.removeEdges(below: edgeCutoff)
      }
      let kept = topNodes(options)
      if kept.count < graph.order.count {
        if options.callTree {
          graph.trimTree(keeping: kept)
          graph.sortAgain(by: options.order)
        } else {
          graph.order = kept
          rebuilt = true
          if needsEdgesToSort {
            connect(builder, options, rebuilt)
            graph.sort(by: options.order)
          }
        }
      }
    }
    // An order by figures alone needs no edges before this point.
    if !needsEdgesToSort { connect(builder, options, rebuilt) }
    tags.remove(below: nodeCutoff)
    droppedEdges = graph.removeEdges(below: edgeCutoff)
    if options.order == .entropy { graph.removeRedundantEdges() }
  }

  /// Whether a node is part of the graph at all.
  package static func isShown(_ node: GraphNode, _ options: TrimOptions) -> Bool {
    if node.cum == 0, node.flat == 0 { return false }
    return !(options.dropsNegative && (node.flat < 0 || node.flat == 0 && node.cum < 0))
  }

  private static func cutoff(_ total: Int64, _ fraction: Double) -> Int64 {
    let cutoff = Int64(clamping: Double(total) * fraction)
    return cutoff == .min ? .max : abs(cutoff)
  }

  /// Adds the edges by walking the samples: the graph alone does not show which stacks skip a
  /// removed node. The figures of nodes do not change.
  private mutating func connect(
    _ builder: GraphBuilder, _ options: TrimOptions, _ rebuilt: Bool
  ) {
    var kept: [Bool]?
    if rebuilt {
      var flags = [Bool](repeating: false, count: graph.nodes.count)
      for node in graph.order { flags[node] = true }
      kept = flags
    }
    var nodes = graph.nodes
    for index in nodes.indices {
      nodes[index].inEdges = []
      nodes[index].outEdges = []
    }
    var targets: [Bool]?
    var sources: [Bool]?
    if options.onlyInlineEdges { targets = builder.inlinedNodes() }
    if let pattern = options.edgesAround {
      var matching = [Bool](repeating: false, count: nodes.count)
      for node in graph.order {
        graph.names.prepare(nodes[node].identity)
        matching[node] = pattern.matches(graph.names.name(nodes[node].identity))
      }
      targets = matching
      sources = matching
    }
    let isNeeded =
      targets.map { targets in graph.order.contains { targets[$0] } } ?? true
    let names = graph.names
    graph = CallGraph(
      table: graph.table, nodes: nodes,
      edges: isNeeded ? builder.edges(kept: kept, targets: targets, sources: sources) : [],
      order: graph.order)
    graph.names = names
    if options.collectsTags { tags = builder.tags(kept: kept) }
  }

  /// The first nodes in order. In pictures, a node's labels count as nodes.
  private func topNodes(_ options: TrimOptions) -> [Int] {
    var limit = options.nodeCount
    if options.order == .entropy {
      var count = 0
      for (index, node) in graph.order.enumerated() {
        count += 1 + min(4, tags.flatCount(of: node))
        if count >= options.nodeCount {
          limit = index + 1
          break
        }
      }
    }
    return Array(graph.order.prefix(limit))
  }
}

extension GraphBuilder {
  /// All nodes with their figures, at the index of their ``NodeID``.
  package func graphNodes() -> [GraphNode] {
    let values = nodeValues()
    return (0..<table.count).map { index in
      var node = GraphNode(identity: NodeID(index))
      node.flat = values.flat[index]
      node.cum = values.cum[index]
      if !values.flatDivisors.isEmpty {
        node.flatDivisor = values.flatDivisors[index]
        node.cumDivisor = values.cumDivisors[index]
      }
      return node
    }
  }
}

extension CallGraph {
  /// Removes residual edges whose ends stay connected without them, from the last node of the graph
  /// to the first, and each node's callers from the lightest.
  mutating func removeRedundantEdges() {
    for node in order.reversed() {
      for edge in sorted(nodes[node].inEdges).reversed() {
        // As in pprof, no edge heavier than a real one is removed, to avoid confusion.
        if !edges[edge].isResidual { break }
        if isRedundant(edge) { removeEdge(edge) }
      }
    }
  }

  /// True when the source reaches the target without this edge.
  private func isRedundant(_ edge: Int) -> Bool {
    let source = edges[edge].source
    var seen: Set<Int> = [edges[edge].target]
    var queue = [edges[edge].target]
    var next = 0
    while next < queue.count {
      for incoming in nodes[queue[next]].inEdges where incoming != edge {
        let caller = edges[incoming].source
        if caller == source { return true }
        if seen.insert(caller).inserted { queue.append(caller) }
      }
      next += 1
    }
    return false
  }

  /// Keeps only some nodes of a call tree. The children of a removed node move to its parent, or
  /// become roots.
  ///
  /// - Complexity: O(*n*), as lists of children are moved as a whole.
  mutating func trimTree(keeping kept: [Int]) {
    var isRemoved = [Bool](repeating: false, count: nodes.count)
    for node in order { isRemoved[node] = true }
    for node in kept { isRemoved[node] = false }
    var lists = ChildLists(self)
    for node in order where isRemoved[node] { lists.moveChildren(of: node) }
    order.removeAll { isRemoved[$0] }
    // A node comes after its parent, whose own place is final by then.
    for node in nodes.indices {
      guard let incoming = nodes[node].inEdges.first else { continue }
      let parent = edges[incoming].source
      guard isRemoved[parent] else { continue }
      guard let above = nodes[parent].inEdges.first else {
        nodes[node].inEdges = []
        continue
      }
      edges[incoming].source = edges[above].source
      edges[incoming].isResidual = true
      edges[incoming].isInline = edges[above].isInline && edges[incoming].isInline
    }
    for node in nodes.indices where isRemoved[node] {
      nodes[node].inEdges = []
      nodes[node].outEdges = []
    }
    for node in order {
      nodes[node].outEdges = lists.edges(from: node).filter { !isRemoved[edges[$0].target] }
    }
    removeRedundantEdges()
  }
}

/// The edges from the nodes of a tree, as lists that are joined in one step.
private struct ChildLists {
  private var first: [Int]
  private var last: [Int]

  /// By edge: the next one, or -1.
  private var next: [Int]

  /// By node: itself; once its children were moved, a node on the path to their new parent; -1 when
  /// they became roots.
  private var places: [Int]
  private let parents: [Int]

  init(_ graph: CallGraph) {
    first = [Int](repeating: -1, count: graph.nodes.count)
    last = first
    next = [Int](repeating: -1, count: graph.edges.count)
    places = Array(graph.nodes.indices)
    parents = graph.nodes.map { $0.inEdges.first.map { graph.edges[$0].source } ?? -1 }
    for (node, content) in graph.nodes.enumerated() {
      for edge in content.outEdges { append(edge, edge, to: node) }
    }
  }

  private mutating func append(_ start: Int, _ end: Int, to node: Int) {
    if first[node] < 0 { first[node] = start } else { next[last[node]] = start }
    last[node] = end
  }

  /// Moves the children of a node after those of its parent.
  mutating func moveChildren(of node: Int) {
    let parent = place(of: parents[node])
    places[node] = parent
    if parent >= 0, first[node] >= 0 { append(first[node], last[node], to: parent) }
  }

  private mutating func place(of node: Int) -> Int {
    var end = node
    while end >= 0, places[end] != end { end = places[end] }
    // Path compression for the next look-up.
    var step = node
    while step >= 0, step != end {
      let above = places[step]
      places[step] = end
      step = above
    }
    return end
  }

  func edges(from node: Int) -> [Int] {
    var list: [Int] = []
    var edge = first[node]
    while edge >= 0 {
      list.append(edge)
      edge = next[edge]
    }
    return list
  }
}
