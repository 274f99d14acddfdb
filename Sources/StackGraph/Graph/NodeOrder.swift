import Glibc
import ProfileModel

/// How the nodes of a report are ordered (docs/pprof-semantics.md, section 12).
package enum NodeOrder: Sendable {
  case flat, cum, entropy
}

/// The magnitude of a number. The smallest number stays as it is, and sorts last.
///
/// It is the score of a node with an edge of weight 0 and no flat value.
private func wrappingMagnitude(_ value: Int64) -> Int64 { value < 0 ? 0 &- value : value }

extension CallGraph {
  /// Sorts the nodes of the graph.
  package mutating func sort(by order: NodeOrder) {
    let keys = keys(order)
    // Most rows differ in their key; names are composed only for ties.
    var sorted = self.order.sorted { keys[$0] > keys[$1] }
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, keys[sorted[end]] == keys[sorted[start]] { end += 1 }
      if end - start > 1 {
        for node in sorted[start..<end] { names.prepare(nodes[node].identity) }
        sorted[start..<end].sort { comesBefore($0, $1, order) }
      }
      start = end
    }
    self.order = sorted
  }

  /// Sorts nodes again after some of the sorted ones were removed.
  ///
  /// pprof also sorts them in that order. The paths of a call tree may be equal in everything that
  /// it compares, and then its sort alone determines their places.
  package mutating func sortAgain(by order: NodeOrder) {
    let keys = keys(order)
    for node in self.order { names.prepare(nodes[node].identity) }
    self.order = PatternDefeatingSort.sorted(self.order) { [graph = self] left, right in
      if keys[left] != keys[right] { return keys[left] > keys[right] }
      return graph.tieOrder(left, right, order) < 0
    }
  }

  private func keys(_ order: NodeOrder) -> [Int64] {
    nodes.indices.map { index in
      switch order {
      case .flat: wrappingMagnitude(nodes[index].flat)
      case .cum: wrappingMagnitude(nodes[index].cum)
      case .entropy: wrappingMagnitude(entropyScore(index))
      }
    }
  }

  /// The order of nodes with equal keys.
  private func comesBefore(_ left: Int, _ right: Int, _ order: NodeOrder) -> Bool {
    let byFigures = tieOrder(left, right, order)
    return byFigures == 0 ? left < right : byFigures < 0
  }

  /// pprof's comparison of nodes with equal keys: negative when the left one comes first.
  private func tieOrder(_ left: Int, _ right: Int, _ order: NodeOrder) -> Int {
    let (leftNode, rightNode) = (nodes[left], nodes[right])
    let leftAddress = table.identities[leftNode.identity.index].address
    let rightAddress = table.identities[rightNode.identity.index].address
    if leftAddress != 0, rightAddress != 0, leftAddress != rightAddress {
      return leftAddress < rightAddress ? -1 : 1
    }
    let byName = names.compare(leftNode.identity, rightNode.identity)
    if byName != 0 { return byName }
    let (leftRest, rightRest) =
      order == .flat
      ? (leftNode.cum.magnitude, rightNode.cum.magnitude)
      : (leftNode.flat.magnitude, rightNode.flat.magnitude)
    return leftRest == rightRest ? 0 : leftRest > rightRest ? -1 : 1
  }

  /// How informative a node is in a picture: nodes that only pass on what they receive score low
  /// (docs/pprof-semantics.md, section 12).
  private func entropyScore(_ index: Int) -> Int64 {
    let node = nodes[index]
    var score = 0.0
    score += node.inEdges.isEmpty ? 1 : entropy(node.inEdges, selfWeight: 0)
    score += node.outEdges.isEmpty ? 1 : entropy(node.outEdges, selfWeight: node.flat)
    let product = score * Double(node.cum)
    // As Go converts on amd64: a value that does not fit becomes the smallest number.
    let whole = product >= -0x1p63 && product < 0x1p63 ? Int64(product) : .min
    return whole &+ node.flat
  }

  private func entropy(_ list: [Int], selfWeight: Int64) -> Double {
    var total = selfWeight
    for edge in list where edges[edge].weight > 0 { total &+= edges[edge].weight }
    if total == 0 { return 0 }
    var score = 0.0
    for edge in list {
      let fraction = Double(edges[edge].weight.magnitude) / Double(total)
      score += -fraction * log2(fraction)
    }
    if selfWeight > 0 {
      let fraction = Double(selfWeight) / Double(total)
      score += -fraction * log2(fraction)
    }
    return score
  }
}
