import ProfileModel
import StackGraph

/// The stacks of a profile as a tree of symbols, in which they share what they begin with.
///
/// A node stands for the symbols on the way to it from the next node above, not
/// for one symbol, so there are at most two nodes a stack. Samples that follow
/// each other in a profile mostly begin alike: what a stack shares with the one
/// before it is found by going through both, and only from there on is the tree
/// looked at. So the frames are gone through once, in the order of the memory.
struct FoldedTree: Sendable {
  struct Node: Sendable {
    /// Its symbols are `count` ones from here in ``labels``.
    var start: Int

    /// What the stacks that end here add up to.
    var value: Int64 = 0
    var count: UInt32

    /// The first of its symbols, by which it is found among its siblings.
    var first: UInt32

    /// How many symbols stand above its own.
    var depth: UInt32

    /// The branching below its last symbol; 0 at a leaf.
    var branching: UInt32 = 0

    /// The branching that it hangs from, and the next node there, or 0.
    var hangsFrom: UInt32
    var sibling: UInt32 = 0

    /// How many symbols the stacks have that lead through it; see ``open``.
    var weight = 0
  }

  /// Where nodes part, as a row of its own: a node that is cut in two leaves it to
  /// its lower half, and no node below has to be changed.
  private struct Branching {
    /// The node that was added last.
    var lastNode: UInt32 = 0
    var count: UInt32 = 0
  }

  /// The first one is the root, which has no symbols, and the first branching.
  private(set) var nodes = [
    Node(start: 0, count: 0, first: 0, depth: 0, branching: 1, hangsFrom: 0)
  ]
  private var branchings = [Branching(), Branching()]

  /// How many branchings there are, the first of which is none.
  var branchingCount: Int { branchings.count }

  /// The sum of the divisors of each node; empty without divisors.
  private(set) var divisors: [Int64] = []

  /// The symbols of all nodes, root first.
  private(set) var labels: [UInt32] = []

  /// The most symbols of a stack.
  private(set) var deepest = 0

  /// Finds nodes of large branchings by branching and first symbol: open addressing,
  /// a row or 0.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private var slotted = 0

  /// How many nodes of a branching are looked through one after another.
  private static let listed = 8

  /// The nodes that the stack that was added last leads through, and what is still
  /// to be added to the weight of each.
  private var open: [(node: Int, weight: Int)] = [(0, 0)]
  private var path: [UInt32] = []
  private var pathCount = 0

  /// - Throws: ``ReportTooLong`` when no line of a report could hold a stack.
  /// - Complexity: O(*f*) for *f* frames.
  init(
    _ samples: SampleTable, values: [Int64], divisors sampleDivisors: [Int64]?,
    frames: FoldedFrames, noStack: UInt32
  ) throws(ReportTooLong) {
    if sampleDivisors != nil { divisors = [0] }
    // Room only: what is not used never becomes memory, and growing would copy.
    labels.reserveCapacity(samples.frames.count)
    nodes.reserveCapacity(samples.count * 2 + 1)
    branchings.reserveCapacity(samples.count + 2)
    let batchCount = samples.count > FoldedBatch.sampleCount ? coreCount * 2 : 1
    var next = 0
    try makeInOrder(
      buffers: (0..<batchCount).map { _ in FoldedBatch(frames, noStack: noStack) },
      claim: { $0.claim(from: &next, count: samples.count) },
      make: { $0.fill(samples, values: values) },
      handOver: { (batch) throws(ReportTooLong) in
        if batch.isTooLong { throw ReportTooLong() }
        add(batch, values, sampleDivisors)
      })
    while open.count > 1 { close() }
    nodes[0].weight = open[0].weight
    // Only ``init`` needs these.
    slots = []
    path = []
  }

  private mutating func add(_ batch: FoldedBatch, _ values: [Int64], _ sampleDivisors: [Int64]?) {
    batch.symbols.withUnsafeBufferPointer { symbols in
      var start = 0
      for stack in batch.stacks {
        let new = UnsafeBufferPointer(rebasing: symbols[start..<start + stack.count - stack.same])
        start += new.count
        if path.count < stack.count {
          path.append(contentsOf: repeatElement(0, count: stack.count * 2 - path.count))
        }
        path.withUnsafeMutableBufferPointer {
          _ = UnsafeMutableBufferPointer(rebasing: $0[stack.same...]).update(fromContentsOf: new)
        }
        pathCount = stack.count
        deepest = max(deepest, pathCount)
        let node = insert(from: stack.same)
        open[open.count - 1].weight += pathCount
        nodes[node].value &+= values[stack.sample]
        if let sampleDivisors { divisors[node] &+= sampleDivisors[stack.sample] }
      }
    }
  }

  /// Leaves the node that was opened last.
  private mutating func close() {
    let (node, weight) = open.removeLast()
    nodes[node].weight += weight
    open[open.count - 1].weight += weight
  }

  /// Returns the node of the path, added when there was none.
  ///
  /// - Parameter shared: how many symbols the path has in common with the one before.
  private mutating func insert(from shared: Int) -> Int {
    while open.count > 1, Int(nodes[open[open.count - 1].node].depth) >= shared { close() }
    var node = open[open.count - 1].node
    var depth = shared
    let within = shared - Int(nodes[node].depth)
    if within < Int(nodes[node].count) {
      cut(node, at: within, weight: open[open.count - 1].weight)
      return addLeaf(from: depth, below: node)
    }
    while depth < pathCount {
      let child = child(path[depth], below: Int(nodes[node].branching))
      if child == 0 { return addLeaf(from: depth, below: node) }
      let label = nodes[child].start
      let count = Int(nodes[child].count)
      var same = 1
      while same < count, depth + same < pathCount, labels[label + same] == path[depth + same] {
        same += 1
      }
      node = child
      open.append((node, 0))
      depth += same
      if same < count {
        cut(node, at: same, weight: 0)
        return addLeaf(from: depth, below: node)
      }
    }
    return node
  }

  private mutating func addLeaf(from depth: Int, below node: Int) -> Int {
    let leaf = nodes.count
    nodes.append(
      Node(
        start: labels.count, count: UInt32(pathCount - depth), first: path[depth],
        depth: UInt32(depth), hangsFrom: nodes[node].branching))
    if !divisors.isEmpty { divisors.append(0) }
    labels.append(contentsOf: path[depth..<pathCount])
    hang(leaf)
    open.append((leaf, 0))
    return leaf
  }

  /// Leaves some of a node's symbols to it, and the others, its branching and its
  /// value to a new one below.
  ///
  /// - Parameter weight: what is still to be added to the node's weight.
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
    if branchings[branching].count > Self.listed { return Int(slots[slot(of: first, branching)]) }
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
      addToSlots(node)
      return
    }
    var row = node
    while row != 0 {
      addToSlots(row)
      row = Int(nodes[row].sibling)
    }
  }

  private mutating func addToSlots(_ node: Int) {
    slotted += 1
    if slotted * 2 > slots.count {
      let old = slots
      slots = [UInt32](repeating: 0, count: old.count * 2)
      for row in old where row != 0 {
        slots[slot(of: nodes[Int(row)].first, Int(nodes[Int(row)].hangsFrom))] = row
      }
    }
    slots[slot(of: nodes[node].first, Int(nodes[node].hangsFrom))] = UInt32(node)
  }

  /// The slot of a node by its branching and first symbol, or the free one where it belongs.
  ///
  /// Like ``child(_:below:)`` it changes nothing: what is called on a value that is
  /// being changed and does not say that it may change it gets a copy.
  private mutating func slot(of first: UInt32, _ branching: Int) -> Int {
    let mask = slots.count - 1
    let key = UInt64(UInt32(truncatingIfNeeded: branching)) << 32 | UInt64(first)
    let product = key.multipliedFullWidth(by: TableSeed.value)
    var slot = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while true {
      let row = Int(slots[slot])
      if row == 0 || nodes[row].first == first && Int(nodes[row].hangsFrom) == branching {
        return slot
      }
      slot = (slot + 1) & mask
    }
  }
}
