import Foundations

/// A tree of stacks in the order of their lines.
package struct FoldedOrder: Sendable {
  package struct Node: Sendable {
    /// Its symbols are the `count` ones from here in ``FoldedTree/labels``.
    package var start: Int

    /// The sum of the stacks that end here.
    package var value: Int64
    package var count: UInt32

    /// The first child; none at a leaf.
    package var firstChild: UInt32
    package var childCount: UInt32

    /// How many symbols the stacks through this node have, saturated.
    var weight: UInt32
  }

  /// Siblings are next to each other, in order: walking them waits for memory once, not once per
  /// node.
  package let nodes: [Node]

  /// The sum of the divisors of each node; empty without divisors.
  package let divisors: [Int64]

  /// The children of the root.
  package let top: Range<UInt32>

  /// - Parameter ranks: the place of each symbol in byte order.
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

  /// Most branchings have few nodes.
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
