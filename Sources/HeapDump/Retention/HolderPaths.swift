import Foundations

/// A path from a root inwards; each step is a pointer in the dump.
package struct HolderPath: Sendable {
  package var root: Int
  package var steps: [Step] = []

  package struct Step: Sendable {
    package var object: Int
    package var kind: ObjectKind

    /// What would be freed with the object.
    package var retainedBytes: UInt64
  }
}

extension Retention {
  /// The path from a holder's root to the most of what it holds.
  ///
  /// - Parameters:
  ///   - isSearched: whether to look for a shorter path if the walk took a long one.
  ///   - depth: the most objects to enter.
  package func path(of holder: Holder, isSearched: Bool, depth: Int = 24) -> HolderPath? {
    let top = Int(holder.heaviest)
    if top == 0 { return nil }
    let member = graph.members[top]
    var path: HolderPath
    var node: Int
    if member & ObjectGraph.rootFlag != 0 {
      let start = starts[Int(member & ~ObjectGraph.rootFlag)]
      path = HolderPath(root: start.root)
      guard let first = heaviest(of: start.targets[...], below: top) else { return nil }
      append(first, to: &path)
      node = first
    } else {
      let way = way(to: top)
      path = HolderPath(root: starts[Int(way.start)].root)
      if isSearched, way.nodes.count > depth, let shorter = shortestWay(to: Int(member)) {
        path = shorter
      } else {
        for node in way.nodes { append(node, to: &path) }
      }
      node = top
    }
    while path.steps.count < depth {
      let object = Int(graph.members[node])
      let edges = dump.objects.edges[dump.objects.edgeRange(of: object)]
      guard let next = heaviest(of: edges, below: node) else { break }
      append(next, to: &path)
      node = next
    }
    return path
  }

  func append(_ node: Int, to path: inout HolderPath) {
    let object = Int(graph.members[node])
    path.steps.append(
      HolderPath.Step(
        object: object, kind: kind(of: object, after: path.steps.last?.kind),
        retainedBytes: retainedBytes[node]))
  }

  /// The largest of the objects that a node alone dominates.
  private func heaviest(of objects: ArraySlice<UInt32>, below node: Int) -> Int? {
    var best: Int?
    for object in objects {
      let other = Int(graph.nodes[Int(object)])
      guard other != 0, other != node, graph.dominators[other] == node else { continue }
      if best.map({ retainedBytes[other] > retainedBytes[$0] }) ?? true { best = other }
    }
    return best
  }

  /// The path that the walk took to a node.
  private func way(to node: Int) -> (start: UInt32, nodes: [Int]) {
    var nodes: [Int] = []
    var current = node
    while graph.members[current] & ObjectGraph.rootFlag == 0 {
      nodes.append(current)
      current = Int(graph.parents[current])
    }
    return (graph.members[current] & ~ObjectGraph.rootFlag, nodes.reversed())
  }
}
