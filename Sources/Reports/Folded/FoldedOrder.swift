import Foundations

/// A tree of stacks in the order of their lines.
struct FoldedOrder: Sendable {
  struct Node: Sendable {
    /// Its symbols are `count` ones from here in ``FoldedTree/labels``.
    var start: Int

    /// What the stacks that end here add up to.
    var value: Int64
    var count: UInt32

    /// The nodes below; none at a leaf.
    var firstChild: UInt32
    var childCount: UInt32

    /// How many symbols the stacks have that lead through it, or a great many.
    var weight: UInt32
  }

  /// The nodes below another one stand next to each other, in order: going through
  /// them waits for memory once, not once a node.
  let nodes: [Node]

  /// The sum of the divisors of each node; empty without divisors.
  let divisors: [Int64]

  /// The children of the root.
  let top: Range<UInt32>

  /// - Parameter ranks: the place of each symbol in the order of their bytes.
  init(_ tree: FoldedTree, ranks: [UInt32]) {
    let old = tree.nodes
    var places = [UInt32](repeating: 0, count: tree.branchingCount + 1)
    for node in old.dropFirst() { places[Int(node.hangsFrom) + 1] += 1 }
    for row in 1..<places.count { places[row] += places[row - 1] }
    // A rank and a row.
    let order = [UInt64](unsafeUninitializedCapacity: old.count - 1) { order, count in
      for row in 1..<old.count {
        let branching = Int(old[row].hangsFrom)
        order[Int(places[branching])] = UInt64(ranks[Int(old[row].first)]) << 32 | UInt64(row)
        places[branching] += 1
      }
      count = old.count - 1
      // Where the nodes of each branching began, they now end.
      var start = 0
      for end in places.dropLast().lazy.map({ Int($0) }) {
        if end - start > 1 { Self.sort(&order, start, end) }
        start = end
      }
    }
    nodes = order.map { key in
      let node = old[Int(UInt32(truncatingIfNeeded: key))]
      let branching = Int(node.branching)
      let first = branching == 0 ? 0 : places[branching - 1]
      return Node(
        start: node.start, value: node.value, count: node.count, firstChild: first,
        childCount: places[branching] - first, weight: UInt32(clamping: node.weight))
    }
    let rows = order.lazy.map { Int(UInt32(truncatingIfNeeded: $0)) }
    divisors = tree.divisors.isEmpty ? [] : rows.map { tree.divisors[$0] }
    top = places[0]..<places[1]
  }

  /// Most branchings are of a few nodes.
  private static func sort(
    _ list: inout UnsafeMutableBufferPointer<UInt64>, _ start: Int, _ end: Int
  ) {
    if end - start > 16 {
      list[start..<end].sort()
      return
    }
    for index in start + 1..<end {
      let key = list[index]
      var place = index
      while place > start, list[place - 1] > key {
        list[place] = list[place - 1]
        place -= 1
      }
      list[place] = key
    }
  }
}

/// Goes through ordered nodes, parents before their children.
struct FoldedWalk {
  /// How many nodes the node that was taken last is away from the root.
  private(set) var level = 0

  /// What is left of the siblings of the nodes on the way to it.
  private var open: [(next: UInt32, end: UInt32)]

  /// Goes through nodes side by side and all below them.
  init(_ rows: Range<UInt32>) { open = [(rows.lowerBound, rows.upperBound)] }

  /// Returns the next node.
  @inline(__always)
  mutating func next(_ nodes: UnsafeBufferPointer<FoldedOrder.Node>) -> Int? {
    while true {
      let last = open.count - 1
      let row = open[last].next
      if row < open[last].end {
        open[last].next = row + 1
        level = open.count
        let node = nodes[Int(row)]
        if node.childCount > 0 {
          open.append((node.firstChild, node.firstChild + node.childCount))
        }
        return Int(row)
      }
      if last == 0 { return nil }
      open.removeLast()
    }
  }
}

/// The lines of some samples in their order.
struct FoldedPart: ~Copyable {
  private(set) var tree = FoldedTree()
  private(set) var order: FoldedOrder
  private var path: FoldedPath

  /// It has no lines as yet.
  init(_ stacks: FoldedStacks) {
    path = FoldedPath(stacks)
    order = FoldedOrder(tree, ranks: [])
  }

  mutating func fill(_ parts: FoldedParts, _ part: Int) throws(ReportTooLong) {
    try parts.withMembers(of: part) { (members) throws(ReportTooLong) in
      try tree.fill(parts.stacks, members, &path)
    }
    order = FoldedOrder(tree, ranks: parts.ranks)
  }
}
