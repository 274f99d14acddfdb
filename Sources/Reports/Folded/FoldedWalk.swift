import StackGraph

/// Walks ordered nodes, parents before their children.
struct FoldedWalk {
  /// The depth of the current node below the root.
  private(set) var level = 0

  /// The remaining siblings of the nodes on the path to it.
  private var open: [(next: UInt32, end: UInt32)]

  /// Walks siblings and everything below them.
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
