/// The lines of some samples, in order.
package struct FoldedPart: ~Copyable {
  package private(set) var tree = FoldedTree()
  package private(set) var order: FoldedOrder
  private var path: FoldedPath

  /// Makes a part without lines.
  package init(_ stacks: FoldedStacks) {
    path = FoldedPath(stacks)
    order = FoldedOrder(tree, ranks: [])
  }

  package mutating func fill(_ parts: FoldedParts, _ part: Int) throws(StackTooLong) {
    try parts.withMembers(of: part) { (members) throws(StackTooLong) in
      try tree.fill(parts.stacks, members, &path)
    }
    order = FoldedOrder(tree, ranks: parts.ranks)
  }
}
