extension Retention {
  /// Why an object is still alive.
  package struct Explanation: Sendable {
    package var object: Int

    /// The shortest path from a root to it.
    package var way: HolderPath

    /// The shortest path from another root; nil when there is none. Then the object is freed when
    /// the first root lets go.
    package var otherRoot: HolderPath?

    /// If no other root leads to it: another path from the same root, without the last pointer of
    /// the first path.
    package var otherPointer: HolderPath?

    /// The objects on all paths, from the root inwards: cutting one of them is enough.
    package var bottlenecks: [Int] = []
  }

  /// Explains an object; nil when no root leads to it.
  package func explanation(of object: Int) -> Explanation? {
    let node = graph.nodes[object]
    guard node != 0, let first = shortestWay(to: object) else { return nil }
    var explanation = Explanation(object: object, way: first)
    explanation.otherRoot = shortestWay(to: object, withoutRoot: first.root)
    if explanation.otherRoot == nil {
      let last = first.steps.count > 1 ? first.steps[first.steps.count - 2].object : nil
      explanation.otherPointer = shortestWay(to: object, withoutPointerFrom: .some(last))
    }
    var above = graph.dominators[Int(node)]
    while above != 0, graph.members[Int(above)] & ObjectGraph.rootFlag == 0 {
      explanation.bottlenecks.append(Int(graph.members[Int(above)]))
      above = graph.dominators[Int(above)]
    }
    explanation.bottlenecks.reverse()
    return explanation
  }

  /// The shortest path to an object, from the roots that count for it.
  ///
  /// - Parameters:
  ///   - excluded: a root that has let go.
  ///   - cut: an object whose pointer to the object is removed; an inner nil means the pointers of
  ///     roots.
  func shortestWay(
    to object: Int, withoutRoot excluded: Int? = nil, withoutPointerFrom cut: Int?? = nil
  ) -> HolderPath? {
    let tier = graph.tierRange(ofNode: graph.nodes[object])
    /// By object: the previous one, or the start with a flag; the largest number for none.
    var before = [UInt32](repeating: .max, count: dump.objects.count)
    var waiting: [UInt32] = []
    let isRootCut: Bool = if case .some(.none) = cut { true } else { false }
    for (row, start) in starts.enumerated()
    where tier.contains(graph.rootNodes[row]) && start.root != excluded {
      for target in start.targets where before[Int(target)] == .max {
        guard tier.contains(graph.nodes[Int(target)]) else { continue }
        if isRootCut, target == UInt32(object) { continue }
        before[Int(target)] = UInt32(row) | ObjectGraph.rootFlag
        waiting.append(target)
      }
    }
    var next = 0
    while next < waiting.count, before[object] == .max {
      let source = waiting[next]
      next += 1
      let isCut: Bool = if case .some(.some(let last)) = cut { last == Int(source) } else { false }
      for edge in dump.objects.edgeRange(of: Int(source)) {
        let target = dump.objects.edges[edge]
        guard before[Int(target)] == .max, tier.contains(graph.nodes[Int(target)]) else { continue }
        if isCut, target == UInt32(object) { continue }
        before[Int(target)] = source
        waiting.append(target)
      }
    }
    guard before[object] != .max else { return nil }
    var objects: [Int] = []
    var current = UInt32(object)
    while current & ObjectGraph.rootFlag == 0 {
      objects.append(Int(current))
      current = before[Int(current)]
    }
    var path = HolderPath(root: starts[Int(current & ~ObjectGraph.rootFlag)].root)
    for step in objects.reversed() { append(Int(graph.nodes[step]), to: &path) }
    return path
  }
}
