import Foundations
package import ProfileModel

/// Paths of names with the sum of each.
///
/// A node is a row of several columns. A profile of 500,000 stacks makes a few million nodes, so
/// steps are looked up in a table of our own.
package struct NameTree: Sendable {
  /// The name of each node, as the number of a ``StringID``.
  private var names: [UInt32] = []
  package private(set) var values: [Int64] = []

  /// The parent of each node, or -1. Parents precede their children.
  private var parentRows: [Int32] = []
  private var firstChildren: [Int32] = []
  private var nextSiblings: [Int32] = []
  private var lastRoot: Int32 = -1

  /// Cycles, by the node that ends the one round that was kept.
  private var cycles: [Int32: RecursionCut.Cycle] = [:]

  /// The nodes by parent and name.
  private var index = RowIndex(about: 128)

  package var count: Int { names.count }

  package func name(of node: Int) -> StringID { StringID(Int(names[node])) }
  package func parent(of node: Int) -> Int { Int(parentRows[node]) }

  package var roots: [Int] { chain(from: lastRoot) }

  /// The children of a node, the last one added first.
  package func children(of node: Int) -> [Int] { chain(from: firstChildren[node]) }

  /// The only child of a node, or nil when it has none or several.
  package func onlyChild(of node: Int) -> Int? {
    let first = firstChildren[node]
    return first >= 0 && nextSiblings[Int(first)] < 0 ? Int(first) : nil
  }

  private func chain(from first: Int32) -> [Int] {
    var result: [Int] = []
    var next = first
    while next >= 0 {
      result.append(Int(next))
      next = nextSiblings[Int(next)]
    }
    return result
  }

  /// The cycle that ends with this node: of how many names it is, and how many rounds it had at
  /// most before it was cut to one. Nil when none ends here.
  package func cycle(at node: Int) -> (nameCount: Int, rounds: Int)? {
    cycles[Int32(node)].map { ($0.frameCount, $0.rounds) }
  }

  /// Records a cycle, unless one with more rounds is known.
  mutating func add(_ cycle: RecursionCut.Cycle, to node: Int32) {
    if cycle.rounds > cycles[node]?.rounds ?? 0 { cycles[node] = cycle }
  }

  /// Adds a value to the child of a node, or to a root without one (-1); returns its row.
  mutating func add(_ value: Int64, under parent: Int32, name: UInt32) -> Int32 {
    let node = step(from: parent, to: name)
    values[Int(node)] &+= value
    return node
  }

  private mutating func step(from parent: Int32, to name: UInt32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(name)
    let row = index.row(index.hash(key)) { names[$0] == name && parentRows[$0] == parent }
    let node = Int32(row)
    if row < names.count { return node }
    names.append(name)
    values.append(0)
    parentRows.append(parent)
    firstChildren.append(-1)
    if parent < 0 {
      nextSiblings.append(lastRoot)
      lastRoot = node
    } else {
      nextSiblings.append(firstChildren[Int(parent)])
      firstChildren[Int(parent)] = node
    }
    return node
  }

  /// Returns nodes by value, the largest first, without those below a value.
  package func sorted(_ list: [Int], atLeast cutoff: Int64, _ strings: StringTable) -> [Int] {
    list.filter { values[$0].magnitude >= UInt64(max(1, cutoff)) }.sorted {
      values[$0].magnitude == values[$1].magnitude
        ? strings[name(of: $0)] < strings[name(of: $1)]
        : values[$0].magnitude > values[$1].magnitude
    }
  }
}
