import ProfileModel

/// An edge of the call graph: calls from one node to another.
package struct Edge: Sendable {
  /// Indexes of graph nodes.
  package var source: Int
  package var target: Int
  package var weight: Int64
  package var divisor: Int64

  /// Jumps over nodes that were removed.
  package var isResidual: Bool

  /// The target is never the outermost line of its location.
  package var isInline: Bool
}

/// The figures of all nodes, by ``NodeID``.
package struct NodeValues: Sendable {
  package var flat: [Int64]
  package var cum: [Int64]

  /// Empty unless the report shows means.
  package var flatDivisors: [Int64] = []
  package var cumDivisors: [Int64] = []
}

/// Walks the samples of a selection and adds them up (conformance/SEMANTICS.md, section 10).
package struct GraphBuilder: Sendable {
  package let selection: Selection
  package let table: NodeTable

  /// - Parameter keepsObjectFiles: tells functions of different binaries apart.
  package init(_ selection: Selection, keepsObjectFiles: Bool = false) {
    self.selection = selection
    table = NodeTable(
      selection.profile, keepsObjectFiles: keepsObjectFiles,
      trimPath: selection.options.trimPath, sourcePath: selection.options.sourcePath)
  }

  /// Returns flat and cum of every node: cum once a sample however often a
  /// node is on its stack, flat for the leaf.
  ///
  /// - Complexity: O(*f*) for *f* frames.
  package func nodeValues() -> NodeValues {
    let tally = tally(selection.values)
    var result = NodeValues(flat: tally.flat, cum: tally.cum)
    if let divisors = selection.divisors {
      let tally = self.tally(divisors)
      result.flatDivisors = tally.flat
      result.cumDivisors = tally.cum
    }
    return result
  }

  /// Adds up one column, the samples split over the cores. Sums of integers do
  /// not depend on the split.
  private func tally(_ values: [Int64]) -> NodeTally {
    let samples = selection.profile.samples
    let frameNodes = FrameNodes(table)
    let table = self.table
    let tallies = concurrently(samples.parts()) { range in
      NodeTally(samples, range, values: values, table: table, frameNodes: frameNodes)
    }
    var result = tallies[0]
    for tally in tallies.dropFirst() { result.add(tally) }
    return result
  }

  /// Returns for each node whether it is anywhere an inlined callee.
  package func inlinedNodes() -> [Bool] {
    var result = [Bool](repeating: false, count: table.count)
    for location in table.locationEnds.indices {
      for index in table.nodeRange(of: location).dropLast() {
        result[table.locationNodes[index].index] = true
      }
    }
    return result
  }

  /// Returns the edges between nodes, each counted once a sample.
  ///
  /// - Parameters:
  ///   - kept: which nodes there are; edges jump over the others. Nil for all.
  ///   - targets: which nodes' callers are wanted. Nil for all.
  /// - Complexity: O(*f*) for *f* frames.
  package func edges(kept: [Bool]?, targets: [Bool]? = nil) -> [Edge] {
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    // What is to be done at each node.
    var roles = [NodeRole](repeating: .end, count: table.count)
    for node in roles.indices {
      if let kept, !kept[node] {
        roles[node] = .removed
      } else if let targets, !targets[node] {
        roles[node] = .source
      }
    }
    let walk = EdgeWalk(table, roles)
    let tables = concurrently(samples.parts()) { range in
      walk.edges(samples, range, values: values, divisors: divisors)
    }
    // Joined in the order of the parts, edges stand in the order of the samples.
    let result = tables[0]
    for table in tables.dropFirst() { result.add(table) }
    return result.edges
  }
}

/// What an edge walk does at a node.
private enum NodeRole: UInt8 {
  /// Edges jump over it.
  case removed
  /// Edges start here and do not end here.
  case source
  case end
}

/// Walks stacks from the root and notes who calls whom.
private struct EdgeWalk: Sendable {
  private let locationNodes: [UInt32]
  private let locationEnds: [Int]
  private let roles: [NodeRole]

  /// Locations of which every node is removed.
  private let isRemoved: [Bool]

  init(_ table: NodeTable, _ roles: [NodeRole]) {
    locationNodes = table.locationNodes.map(\.rawValue)
    locationEnds = table.locationEnds
    self.roles = roles
    isRemoved = locationEnds.indices.map { location in
      table.nodeRange(of: location).allSatisfy {
        roles[table.locationNodes[$0].index] == .removed
      }
    }
  }

  /// Where the walk stands before a frame.
  private struct Step {
    var parent: Int32
    var isResidual: Bool
    var openCount: Int
  }

  /// What a stack begins with like the one before is not walked again; an edge
  /// gets what passed while it was on the path, as in ``NodeTally``.
  func edges(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], divisors: [Int64]?
  ) -> EdgeTable {
    let edges = EdgeTable()
    let ends = samples.frameEnds
    var steps: [Step] = []
    samples.withFrameRows { frames in
      isRemoved.withUnsafeBufferPointer { isRemoved in
        var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
        var previousEnd = start
        var parent: Int32 = -1
        var isResidual = false
        for sample in range {
          let end = ends[sample]
          defer { start = end }
          let value = values[sample]
          let divisor = divisors?[sample] ?? 0
          if value == 0, divisor == 0 { continue }
          let limit = min(steps.count, end - start)
          var depth = 0
          while depth < limit, frames[end - 1 - depth] == frames[previousEnd - 1 - depth] {
            depth += 1
          }
          previousEnd = end
          if depth < steps.count {
            parent = steps[depth].parent
            isResidual = steps[depth].isResidual
            edges.close(downTo: steps[depth].openCount)
            steps.removeLast(steps.count - depth)
          }
          var index = end - depth
          while index > start {
            index -= 1
            steps.append(
              Step(parent: parent, isResidual: isResidual, openCount: edges.openCount))
            let location = Int(frames[index])
            if isRemoved[location] {
              isResidual = true
              continue
            }
            let firstLine = location == 0 ? 0 : locationEnds[location - 1]
            let outermost = locationEnds[location] - 1
            var line = outermost
            while line >= firstLine {
              let node = Int32(bitPattern: locationNodes[line])
              let isInline = line != outermost
              line -= 1
              let role = roles[Int(node)]
              if role == .removed {
                isResidual = true
                continue
              }
              if parent >= 0, node != parent, role == .end {
                edges.open(
                  from: Int(parent), to: Int(node), isResidual: isResidual, isInline: isInline)
              }
              parent = node
              isResidual = false
            }
          }
          edges.pass(value, divisor)
        }
      }
    }
    edges.close(downTo: 0)
    return edges
  }
}

/// Edges by their ends.
///
/// A class with memory of its own: its parts are written for every frame, where
/// an array would look each time whether it is shared.
final class EdgeTable: @unchecked Sendable {
  private struct Row {
    var edge: Edge
    var isOpen: Bool
  }

  private var rows: UnsafeMutablePointer<Row>
  private var count = 0

  /// The edges on the path, outermost first.
  private var openRows: [UInt32] = []

  /// Sums over the samples so far.
  private var passed: Int64 = 0
  private var passedDivisor: Int64 = 0

  /// Open addressing over the rows: row + 1, or 0 for a free slot. There are
  /// twice as many slots as rows.
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotCount = 1024

  init() {
    rows = .allocate(capacity: slotCount / 2)
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
  }

  deinit {
    rows.deallocate()
    slots.deallocate()
  }

  var edges: [Edge] { (0..<count).map { rows[$0].edge } }

  var openCount: Int { openRows.count }

  /// Notes that a sample passed through the edges on the path.
  func pass(_ value: Int64, _ divisor: Int64) {
    passed &+= value
    passedDivisor &+= divisor
  }

  /// Puts an edge onto the path, unless it is there: it counts once a sample.
  @inline(__always)
  func open(from source: Int, to target: Int, isResidual: Bool, isInline: Bool) {
    let row = row(source, target, isResidual: isResidual, isInline: isInline)
    if rows[row].isOpen { return }
    rows[row].isOpen = true
    rows[row].edge.weight &-= passed
    rows[row].edge.divisor &-= passedDivisor
    if isResidual { rows[row].edge.isResidual = true }
    if !isInline { rows[row].edge.isInline = false }
    openRows.append(UInt32(row))
  }

  /// Takes edges off the path; what passed since they came is theirs.
  func close(downTo count: Int) {
    for row in openRows[count...] {
      rows[Int(row)].isOpen = false
      rows[Int(row)].edge.weight &+= passed
      rows[Int(row)].edge.divisor &+= passedDivisor
    }
    openRows.removeLast(openRows.count - count)
  }

  /// Adds the sums of other samples.
  func add(_ other: EdgeTable) {
    for index in 0..<other.count {
      let edge = other.rows[index].edge
      let row = row(
        edge.source, edge.target, isResidual: edge.isResidual, isInline: edge.isInline)
      rows[row].edge.weight &+= edge.weight
      rows[row].edge.divisor &+= edge.divisor
      if edge.isResidual { rows[row].edge.isResidual = true }
      if !edge.isInline { rows[row].edge.isInline = false }
    }
  }

  /// The row of an edge, added when it was not there.
  @inline(__always)
  private func row(_ source: Int, _ target: Int, isResidual: Bool, isInline: Bool) -> Int {
    let slot = slot(source, target)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    append(
      Edge(
        source: source, target: target, weight: 0, divisor: 0, isResidual: isResidual,
        isInline: isInline), slot)
    return count - 1
  }

  private func append(_ edge: Edge, _ slot: Int) {
    (rows + count).initialize(to: Row(edge: edge, isOpen: false))
    count += 1
    slots[slot] = UInt32(count)
    if count * 2 == slotCount { grow() }
  }

  @inline(__always)
  private func slot(_ source: Int, _ target: Int) -> Int {
    let mask = slotCount - 1
    var slot = Self.hash(source, target) & mask
    while slots[slot] != 0 {
      let row = rows + Int(slots[slot] - 1)
      if row.pointee.edge.source == source, row.pointee.edge.target == target { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func grow() {
    slotCount *= 2
    let newRows = UnsafeMutablePointer<Row>.allocate(capacity: slotCount / 2)
    newRows.moveInitialize(from: rows, count: count)
    rows.deallocate()
    rows = newRows
    slots.deallocate()
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
    let mask = slotCount - 1
    for row in 0..<count {
      var slot = Self.hash(rows[row].edge.source, rows[row].edge.target) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(row + 1)
    }
  }

  @inline(__always)
  private static func hash(_ source: Int, _ target: Int) -> Int {
    let key = UInt64(truncatingIfNeeded: source) << 32 | UInt64(truncatingIfNeeded: target)
    let product = key.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}
