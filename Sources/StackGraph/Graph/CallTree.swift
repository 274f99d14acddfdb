import ProfileModel

extension GraphBuilder {
  /// Builds a node for every path from the root, and keeps recursion.
  func callTree(_ options: TrimOptions) -> (CallGraph, GraphTags) {
    struct Step: Hashable {
      var parent: Int
      var node: NodeID
    }
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    var children: [Step: Int] = [:]
    var nodes: [GraphNode] = []
    var edges: [Edge] = []
    /// The edge that leads to each node, or -1.
    var incoming: [Int] = []
    let labels = options.collectsTags ? SampleTags(selection) : nil
    var tags = TagSums()
    for sample in 0..<samples.count {
      let value = values[sample]
      let divisor = divisors?[sample] ?? 0
      if value == 0, divisor == 0 { continue }
      let sampleTags = labels?.tags(of: sample) ?? []
      var parent = -1
      for frame in samples.frames[samples.frameRange(of: sample)].reversed() {
        let range = table.nodeRange(of: frame.index)
        for line in range.reversed() {
          let identity = table.locationNodes[line]
          let step = Step(parent: parent, node: identity)
          let node: Int
          if let known = children[step] {
            node = known
          } else {
            node = nodes.count
            children[step] = node
            nodes.append(GraphNode(identity: identity))
            incoming.append(-1)
            if parent >= 0 {
              incoming[node] = edges.count
              edges.append(
                Edge(
                  source: parent, target: node, weight: 0, divisor: 0, isResidual: false,
                  isInline: true))
            }
          }
          nodes[node].cum &+= value
          nodes[node].cumDivisor &+= divisor
          for tag in sampleTags {
            tags.add(tag, to: UInt32(node), sample, value, divisor, isFlat: false)
          }
          if parent >= 0 {
            let edge = incoming[node]
            edges[edge].weight &+= value
            edges[edge].divisor &+= divisor
            if line == range.upperBound - 1 { edges[edge].isInline = false }
          }
          parent = node
        }
      }
      if parent >= 0 {
        nodes[parent].flat &+= value
        nodes[parent].flatDivisor &+= divisor
        for tag in sampleTags {
          tags.add(tag, to: UInt32(parent), sample, value, divisor, isFlat: true)
        }
      }
    }
    let order = nodes.indices.filter { TrimmedGraph.isShown(nodes[$0], options) }
    var graph = CallGraph(table: table, nodes: nodes, edges: edges, order: order)
    for edge in edges { graph.callers[edge.target] = edge.source }
    return (graph, labels?.graphTags([tags.all]) ?? GraphTags())
  }
}
