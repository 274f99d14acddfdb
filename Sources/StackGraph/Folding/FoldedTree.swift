import CSystem
import Foundations
import ProfileModel

/// Stacks as a tree of symbols, in which they share their beginnings.
///
/// A node stands for all symbols between it and its parent, not for one symbol, so there are at
/// most two nodes per stack. Consecutive samples of a profile mostly begin alike. Comparing each
/// stack with the previous one shows what they share, and only the rest is looked up in the tree.
/// So the frames are read once, in the order of the memory.
package struct FoldedTree: Sendable {
  struct Node: Sendable {
    /// Its symbols are the `count` ones from here in ``labels``.
    var start: Int

    /// The sum of the stacks that end here.
    var value: Int64 = 0
    var count: UInt32

    /// The first of its symbols, which identifies it among its siblings.
    var first: UInt32

    /// How many symbols are above its own.
    var depth: UInt32

    /// The branching below its last symbol; 0 at a leaf.
    var branching: UInt32 = 0

    /// The branching that it hangs from, and the next node there, or 0.
    var hangsFrom: UInt32
    var sibling: UInt32 = 0

    /// How many symbols the stacks through this node have; see ``open``.
    var weight = 0
  }

  /// A place where nodes part, as a row of its own: a node that is split leaves it to its lower
  /// half, and no node below has to change.
  private struct Branching {
    /// The node that was added last.
    var lastNode: UInt32 = 0
    var count: UInt32 = 0
  }

  /// The first node is the root, which has no symbols, and the first branching.
  private(set) var nodes = [
    Node(start: 0, count: 0, first: 0, depth: 0, branching: 1, hangsFrom: 0)
  ]
  private var branchings = [Branching(), Branching()]

  /// The number of branchings; the first is none.
  var branchingCount: Int { branchings.count }

  /// The sum of the divisors of each node; empty without divisors.
  private(set) var divisors: [Int64] = []

  /// The symbols of all nodes, root first.
  package private(set) var labels: [UInt32] = []

  /// Finds nodes of large branchings by branching and first symbol.
  private var index = RowIndex(about: 1 << 9)

  /// How many nodes of a branching are searched one by one.
  private static let listed = 8

  /// The nodes on the path of the last stack, and what must still be added to the weight of each.
  private var open: [(node: Int, weight: Int)] = [(0, 0)]

  /// Builds the tree of some samples, and reuses the memory of the previous one.
  ///
  /// - Parameter path: may be at any stack, or none.
  /// - Throws: ``StackTooLong`` for a stack beyond ``FoldedStacks/symbolLimit``.
  /// - Complexity: O(*f*) for *f* frames.
  mutating func fill(
    _ stacks: FoldedStacks, _ members: UnsafeBufferPointer<UInt32>, _ path: inout FoldedPath
  ) throws(StackTooLong) {
    clear(hasDivisors: stacks.divisors != nil)
    path.clear()
    let isTooLong = stacks.withRows { rows in
      var previous = 0..<0
      for (index, member) in members.enumerated() {
        Self.fetch(members, index, rows)
        let sample = Int(member)
        if rows.values[sample] == 0 { continue }
        let range = rows.range(of: sample)
        // The symbol of a leaf differs from the same name's elsewhere.
        let shared = sharedDepth(
          rows.frames, range.upperBound, previous.upperBound,
          limit: min(range.count, previous.count) - 1)
        previous = range
        let same = path.change(range, rows, from: shared)
        if path.count > stacks.symbolLimit { return true }
        let node = insert(path.symbols, from: same)
        open[open.count - 1].weight += path.count
        nodes[node].value &+= rows.values[sample]
        if let divisors = stacks.divisors { self.divisors[node] &+= divisors[sample] }
      }
      return false
    }
    if isTooLong { throw StackTooLong() }
    while open.count > 1 { close() }
    nodes[0].weight = open[0].weight
  }

  /// Prefetches what the next samples need, which is all over memory.
  @inline(__always)
  private static func fetch(
    _ members: UnsafeBufferPointer<UInt32>, _ index: Int, _ rows: FoldedRows
  ) {
    if index + 12 < members.count {
      let sample = Int(members[index + 12])
      prefetch(rows.frameEnds.baseAddress! + sample)
      prefetch(rows.values.baseAddress! + sample)
    }
    guard index + 6 < members.count else { return }
    let range = rows.range(of: Int(members[index + 6]))
    // The outer frames, four lines of memory: most stacks need no more.
    for distance in [1, 16, 32, 48] where distance <= range.count {
      prefetch(rows.frames.baseAddress! + (range.upperBound - distance))
    }
  }

  private mutating func clear(hasDivisors: Bool) {
    nodes.removeSubrange(1...)
    nodes[0].weight = 0
    branchings.removeAll(keepingCapacity: true)
    branchings.append(Branching())
    branchings.append(Branching())
    divisors = hasDivisors ? [0] : []
    labels.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    open.append((0, 0))
    index.removeAll()
  }

  /// Closes the node that was opened last.
  private mutating func close() {
    let (node, weight) = open.removeLast()
    nodes[node].weight += weight
    open[open.count - 1].weight += weight
  }

  /// Returns the node of the path, adding it if necessary.
  ///
  /// - Parameter shared: how many symbols the path has in common with the previous one.
  private mutating func insert(_ path: UnsafeBufferPointer<UInt32>, from shared: Int) -> Int {
    while open.count > 1, Int(nodes[open[open.count - 1].node].depth) >= shared { close() }
    var node = open[open.count - 1].node
    var depth = shared
    let within = shared - Int(nodes[node].depth)
    if within < Int(nodes[node].count) {
      cut(node, at: within, weight: open[open.count - 1].weight)
      return addLeaf(path[depth...], below: node)
    }
    while depth < path.count {
      let child = child(path[depth], below: Int(nodes[node].branching))
      if child == 0 { return addLeaf(path[depth...], below: node) }
      let label = nodes[child].start
      let count = Int(nodes[child].count)
      var same = 1
      while same < count, depth + same < path.count, labels[label + same] == path[depth + same] {
        same += 1
      }
      node = child
      open.append((node, 0))
      depth += same
      if same < count {
        cut(node, at: same, weight: 0)
        return addLeaf(path[depth...], below: node)
      }
    }
    return node
  }

  private mutating func addLeaf(_ path: Slice<UnsafeBufferPointer<UInt32>>, below node: Int) -> Int
  {
    let leaf = nodes.count
    nodes.append(
      Node(
        start: labels.count, count: UInt32(path.count), first: path[path.startIndex],
        depth: UInt32(path.startIndex), hangsFrom: nodes[node].branching))
    if !divisors.isEmpty { divisors.append(0) }
    labels.append(contentsOf: UnsafeBufferPointer(rebasing: path))
    hang(leaf)
    open.append((leaf, 0))
    return leaf
  }

  /// Splits a node: it keeps its first symbols, and a new node below takes the others, the
  /// branching and the value.
  ///
  /// - Parameter weight: what must still be added to the node's weight.
  private mutating func cut(_ node: Int, at count: Int, weight: Int) {
    var lower = nodes[node]
    lower.start += count
    lower.count -= UInt32(count)
    lower.first = labels[lower.start]
    lower.depth += UInt32(count)
    lower.hangsFrom = UInt32(branchings.count)
    lower.sibling = 0
    lower.weight += weight
    nodes[node].count = UInt32(count)
    nodes[node].value = 0
    nodes[node].branching = UInt32(branchings.count)
    branchings.append(Branching())
    nodes.append(lower)
    if !divisors.isEmpty {
      divisors.append(divisors[node])
      divisors[node] = 0
    }
    hang(nodes.count - 1)
  }

  /// Returns the node of a branching that begins with a symbol, or 0.
  private mutating func child(_ first: UInt32, below branching: Int) -> Int {
    if branchings[branching].count > Self.listed {
      return index.find(hash(first, branching)) {
        nodes[$0].first == first && Int(nodes[$0].hangsFrom) == branching
      } ?? 0
    }
    var row = Int(branchings[branching].lastNode)
    while row != 0, nodes[row].first != first { row = Int(nodes[row].sibling) }
    return row
  }

  /// Adds a node to the branching that it hangs from.
  private mutating func hang(_ node: Int) {
    let branching = Int(nodes[node].hangsFrom)
    nodes[node].sibling = branchings[branching].lastNode
    branchings[branching].lastNode = UInt32(node)
    branchings[branching].count += 1
    if branchings[branching].count <= Self.listed { return }
    if branchings[branching].count > Self.listed + 1 {
      addToIndex(node)
      return
    }
    var row = node
    while row != 0 {
      addToIndex(row)
      row = Int(nodes[row].sibling)
    }
  }

  private mutating func addToIndex(_ node: Int) {
    index.insert(node, hash(nodes[node].first, Int(nodes[node].hangsFrom)))
  }

  private func hash(_ first: UInt32, _ branching: Int) -> UInt32 {
    index.hash(UInt64(UInt32(truncatingIfNeeded: branching)) << 32 | UInt64(first))
  }
}
