import Foundations
import ProfileModel

/// The role of a node in an edge walk. Edges skip nodes without a role.
struct NodeRoles: OptionSet {
  var rawValue: UInt8

  static let kept = NodeRoles(rawValue: 1)
  /// Edges that end here are wanted.
  static let target = NodeRoles(rawValue: 2)
  /// Edges that begin here are wanted.
  static let source = NodeRoles(rawValue: 4)
}

/// Walks stacks from the root and notes who calls whom.
struct EdgeWalk: Sendable {
  /// By location: a node, ``removed``, or ``severalFlag`` and a place in ``lists``.
  private var words: [UInt32] = []

  /// The number of a location's nodes, followed by these, outermost first; those that edges skip
  /// are ``removed``.
  private var lists: [UInt32] = []
  private let roles: [NodeRoles]

  /// A bit per location: false when edges skip it. Most reports show a few hundred nodes, so most
  /// frames need only this, which fits in the smallest cache.
  private var keptBits: [UInt32] = []

  private static let removed: UInt32 = (1 << 31) - 1
  private static let severalFlag: UInt32 = 1 << 31

  init(_ table: NodeTable, _ roles: [NodeRoles]) {
    self.roles = roles
    words.reserveCapacity(table.locationEnds.count)
    let nodes = table.locationNodes
    func word(_ node: NodeID) -> UInt32 {
      roles[node.index].contains(.kept) ? node.rawValue : Self.removed
    }
    var start = 0
    for end in table.locationEnds {
      if nodes[start..<end].allSatisfy({ word($0) == Self.removed }) {
        words.append(Self.removed)
      } else if end - start == 1, nodes[start].rawValue < Self.removed {
        words.append(word(nodes[start]))
      } else {
        words.append(Self.severalFlag | UInt32(lists.count))
        lists.append(UInt32(end - start))
        for node in nodes[start..<end].reversed() { lists.append(word(node)) }
      }
      start = end
    }
    keptBits = [UInt32](repeating: 0, count: words.count / 32 + 1)
    for (location, word) in words.enumerated() where word != Self.removed {
      keptBits[location / 32] |= 1 << UInt32(location % 32)
    }
  }

  /// Calls the body with the nodes of a location, outermost first; nil for one that edges skip.
  @inline(__always)
  func forEachNode(of location: UInt32, _ body: (UInt32?) -> Void) {
    let word = words[Int(location)]
    if word < Self.removed { return body(word) }
    if word == Self.removed { return body(nil) }
    let list = Int(word & ~Self.severalFlag)
    for row in list + 1..<list + 1 + Int(lists[list]) {
      body(lists[row] == Self.removed ? nil : lists[row])
    }
  }

  /// The state of the walk after a frame with nodes.
  private struct Step {
    /// The number of frames up to this one.
    var depth = 0

    /// The node that the next edge starts from.
    var parent: UInt32 = EdgeWalk.removed
    var isResidual = false
    var openCount: UInt32 = 0
  }

  /// Sums up the edges of a part of the samples.
  ///
  /// The beginning that a stack shares with the previous one is not walked again. An edge gets what
  /// passed while it was on the path, as in ``NodeTally``.
  func edges(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], divisors: [Int64]?
  ) -> [Edge] {
    if samples.frameCount == 0 { return [] }
    var edges = EdgeTable()
    let steps = OwnedBuffer<Step>(capacity: samples.longestStack + 1)
    samples.withStackCursor { stacks in
      keptBits.withUnsafeBufferPointer { keptBits in
        roles.withUnsafeBufferPointer { roles in
          stacks.begin(at: range.lowerBound)
          var step = Step()
          var stepCount = 1
          steps[0] = step
          for sample in range {
            let value = values[sample]
            let divisor = divisors?[sample] ?? 0
            if value == 0, divisor == 0 { continue }
            let stack = stacks.stack(of: sample)
            if step.depth > stack.shared {
              while steps[stepCount - 1].depth > stack.shared { stepCount -= 1 }
              step = steps[stepCount - 1]
              edges.close(downTo: Int(step.openCount))
            }
            // Checks several frames at a time for nodes: no processor could predict this frame by
            // frame.
            var framesBefore = stack.shared
            while framesBefore < stack.depth {
              let next = stack.end - framesBefore
              let count = min(stack.depth - framesBefore, 64)
              var kept = Self.keptFrames(next, count, keptBits)
              while kept != 0 {
                let index = kept.trailingZeroBitCount
                kept &= kept &- 1
                let depth = framesBefore + index
                if depth > step.depth { step.isResidual = true }
                go(to: next[-1 - index], &step, &edges, roles)
                step.depth = depth + 1
                step.openCount = UInt32(truncatingIfNeeded: edges.openCount)
                steps[stepCount] = step
                stepCount += 1
              }
              framesBefore += count
            }
            edges.pass(value, divisor)
          }
        }
      }
    }
    edges.close(downTo: 0)
    return edges.edges
  }

  /// Returns a bit for each frame before a place, the last one first: whether edges do not skip it.
  @inline(__always)
  private static func keptFrames(
    _ end: UnsafePointer<UInt32>, _ count: Int, _ keptBits: UnsafeBufferPointer<UInt32>
  ) -> UInt64 {
    let bits = keptBits.baseAddress!
    var kept: UInt64 = 0
    for index in 0..<count {
      let location = end[-1 &- index]
      let bit = bits[Int(location &>> 5)] &>> (location & 31) & 1
      kept |= UInt64(bit) &<< UInt64(index)
    }
    return kept
  }

  /// Advances to the nodes of a location.
  @inline(__always)
  private func go(
    to location: UInt32, _ step: inout Step, _ edges: inout EdgeTable,
    _ roles: UnsafeBufferPointer<NodeRoles>
  ) {
    let word = words[Int(location)]
    if word < Self.removed {
      return Self.go(to: word, isInline: false, &step, &edges, roles)
    }
    let list = Int(word & ~Self.severalFlag)
    for row in list + 1..<list + 1 + Int(lists[list]) {
      if lists[row] == Self.removed {
        step.isResidual = true
      } else {
        Self.go(to: lists[row], isInline: row > list + 1, &step, &edges, roles)
      }
    }
  }

  @inline(__always)
  private static func go(
    to node: UInt32, isInline: Bool, _ step: inout Step, _ edges: inout EdgeTable,
    _ roles: UnsafeBufferPointer<NodeRoles>
  ) {
    if step.parent != removed, node != step.parent,
      roles[Int(node)].contains(.target) || roles[Int(step.parent)].contains(.source)
    {
      edges.open(
        from: step.parent, to: node, isResidual: step.isResidual, isInline: isInline)
    }
    step.parent = node
    step.isResidual = false
  }
}

/// Edges by their ends, with the sums of what passed through each.
///
/// It owns its memory: it is written for every frame, where an array would check each time whether
/// it is shared.
struct EdgeTable: ~Copyable {
  /// Not private: where another file frees the table, the compiler cannot name it then.
  struct Row {
    var source: UInt32
    var target: UInt32
    var isResidual: Bool
    var isInline: Bool
    var isOpen = false
    var weight: Int64 = 0
    var divisor: Int64 = 0
  }

  private var rows = OwnedBuffer<Row>(capacity: 512)

  /// The file determines the ends of edges, and must not be able to predict collisions.
  private var index = RowIndex(about: 512)

  /// The edges on the path, outermost first; with as much room as for rows.
  private var openRows = OwnedBuffer<UInt32>(capacity: 512)
  private(set) var openCount = 0

  /// Sums over the samples so far.
  private var passed: Int64 = 0
  private var passedDivisor: Int64 = 0

  var edges: [Edge] {
    (0..<index.count).map { row in
      let row = rows[row]
      return Edge(
        source: Int(row.source), target: Int(row.target), weight: row.weight,
        divisor: row.divisor, isResidual: row.isResidual, isInline: row.isInline)
    }
  }

  /// Notes that a sample passed through the edges on the path.
  @inline(__always)
  mutating func pass(_ value: Int64, _ divisor: Int64) {
    passed &+= value
    passedDivisor &+= divisor
  }

  /// Pushes an edge onto the path unless it is there: it counts once per sample.
  @inline(__always)
  mutating func open(from source: UInt32, to target: UInt32, isResidual: Bool, isInline: Bool) {
    let index = row(source, target, isResidual: isResidual, isInline: isInline)
    let row = rows.start + index
    if row.pointee.isOpen { return }
    row.pointee.isOpen = true
    if isResidual { row.pointee.isResidual = true }
    if !isInline { row.pointee.isInline = false }
    row.pointee.weight &-= passed
    row.pointee.divisor &-= passedDivisor
    openRows[openCount] = UInt32(truncatingIfNeeded: index)
    openCount &+= 1
  }

  /// Pops edges from the path, and credits them with what passed since they were pushed.
  @inline(__always)
  mutating func close(downTo count: Int) {
    while openCount > count {
      openCount &-= 1
      let row = rows.start + Int(openRows[openCount])
      row.pointee.isOpen = false
      row.pointee.weight &+= passed
      row.pointee.divisor &+= passedDivisor
    }
  }

  /// Adds edges with their sums.
  mutating func add(_ edges: [Edge]) {
    for edge in edges {
      // Looking up the row may move all rows.
      let index = row(
        UInt32(edge.source), UInt32(edge.target), isResidual: edge.isResidual,
        isInline: edge.isInline)
      let row = rows.start + index
      row.pointee.weight &+= edge.weight
      row.pointee.divisor &+= edge.divisor
      if edge.isResidual { row.pointee.isResidual = true }
      if !edge.isInline { row.pointee.isInline = false }
    }
  }

  /// The row of an edge, added if necessary.
  @inline(__always)
  private mutating func row(
    _ source: UInt32, _ target: UInt32, isResidual: Bool, isInline: Bool
  ) -> Int {
    let count = index.count
    let row = index.row(index.hash(UInt64(source) << 32 | UInt64(target))) {
      rows[$0].source == source && rows[$0].target == target
    }
    if row == count {
      append(Row(source: source, target: target, isResidual: isResidual, isInline: isInline), row)
    }
    return row
  }

  @inline(never)
  private mutating func append(_ row: Row, _ index: Int) {
    if index == rows.capacity {
      rows.grow(to: index * 2, keeping: index)
      openRows.grow(to: index * 2, keeping: openCount)
    }
    rows[index] = row
  }
}
