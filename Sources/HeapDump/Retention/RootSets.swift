/// Sets of roots, each stored once, and their unions.
struct RootSets {
  /// Ascending rows of roots.
  private(set) var sets: [[UInt32]] = [[]]
  private var rows: [[UInt32]: Int] = [[]: 0]
  private var unions: [UInt64: Int] = [:]

  /// Of larger sets the first roots are kept, and after them a mark that there are more.
  private static let sizeLimit = 64
  static let more = UInt32.max

  mutating func row(_ set: [UInt32]) -> Int {
    if let row = rows[set] { return row }
    rows[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }

  mutating func union(_ left: Int, _ right: Int) -> Int {
    if left == right || right == 0 { return left }
    if left == 0 { return right }
    let key = UInt64(min(left, right)) << 32 | UInt64(max(left, right))
    if let row = unions[key] { return row }
    var merged: [UInt32] = []
    var second = sets[right][...]
    for root in sets[left] {
      while let other = second.first, other < root {
        merged.append(other)
        second.removeFirst()
      }
      if second.first == root { second.removeFirst() }
      merged.append(root)
    }
    merged += second
    let row = row(
      merged.count > Self.sizeLimit ? merged.prefix(Self.sizeLimit) + [Self.more] : merged)
    unions[key] = row
    return row
  }
}

/// Finds the roots that reach objects which no single root dominates.
struct SharedReach {
  /// By node: the node below node 0 that dominates it, possibly itself.
  private(set) var tops: [UInt32]

  /// By node below node 0: the row of its set in ``sets``; -1 for other nodes.
  private(set) var setRows: [Int32]
  private(set) var sets = RootSets()

  init(_ graph: ObjectGraph) {
    tops = [UInt32](repeating: 0, count: graph.count)
    for node in 1..<max(1, graph.count) {
      let dominator = graph.dominators[node]
      tops[node] = dominator == 0 ? UInt32(node) : tops[Int(dominator)]
    }
    setRows = [Int32](repeating: -1, count: graph.count)
    for (start, node) in graph.rootNodes.enumerated() {
      setRows[Int(node)] = Int32(sets.row([UInt32(start)]))
    }
    for node in 1..<max(1, graph.count)
    where graph.dominators[node] == 0 && setRows[node] < 0 {
      if order.isEmpty {
        order = [UInt32](repeating: 0, count: graph.count)
        lowest = order
      }
      settle(UInt32(node), graph)
    }
  }

  /// A node on the current path of Tarjan's search for cycles.
  private struct Step {
    var node: UInt32

    /// The parent first, then the predecessors.
    var next: Int
  }

  /// By node: when the search reached it, from 1, and the earliest node that it leads back to.
  /// Allocated only when something is shared.
  private var order: [UInt32] = []
  private var lowest: [UInt32] = []
  private var found: UInt32 = 0
  private var open: [UInt32] = []

  /// Finds the sets of a node and of all nodes that lead to it, against the direction of pointers:
  /// what leads to a cycle is settled before the cycle.
  private mutating func settle(_ first: UInt32, _ graph: ObjectGraph) {
    var path = [Step(node: first, next: -1)]
    begin(first)
    while let step = path.last {
      let node = Int(step.node)
      let range = Int(graph.predecessorEnds[node - 1])..<Int(graph.predecessorEnds[node])
      let index = step.next < 0 ? range.lowerBound - 1 : step.next
      if index >= range.upperBound {
        path.removeLast()
        if lowest[node] == order[node] { close(step.node, graph) }
        if let below = path.last { lower(below.node, to: lowest[node]) }
        continue
      }
      path[path.count - 1].next = index + 1
      let source = index < range.lowerBound ? graph.parents[node] : graph.predecessors[index]
      let top = tops[Int(source)]
      if setRows[Int(top)] >= 0 || top == step.node { continue }
      if order[Int(top)] > 0 {
        lower(step.node, to: order[Int(top)])
      } else {
        begin(top)
        path.append(Step(node: top, next: -1))
      }
    }
  }

  private mutating func begin(_ node: UInt32) {
    found += 1
    order[Int(node)] = found
    lowest[Int(node)] = found
    open.append(node)
  }

  private mutating func lower(_ node: UInt32, to other: UInt32) {
    lowest[Int(node)] = min(lowest[Int(node)], other)
  }

  /// All nodes of a cycle are reached by the same roots.
  private mutating func close(_ node: UInt32, _ graph: ObjectGraph) {
    var cycle: [UInt32] = []
    while let last = open.popLast() {
      cycle.append(last)
      if last == node { break }
    }
    var set = 0
    for member in cycle {
      let index = Int(member)
      set = sets.union(set, settledSet(graph.parents[index]))
      for place in Int(graph.predecessorEnds[index - 1])..<Int(graph.predecessorEnds[index]) {
        set = sets.union(set, settledSet(graph.predecessors[place]))
      }
    }
    for member in cycle { setRows[Int(member)] = Int32(set) }
  }

  /// The set of a node's dominator; the empty set while that belongs to the cycle itself.
  private func settledSet(_ node: UInt32) -> Int { max(0, Int(setRows[Int(tops[Int(node)])])) }
}
