import Foundations

/// What roots reach, in the order of a depth-first walk, and the dominators.
///
/// Roots come in tiers: what one tier reaches does not count for later ones. A node is a root or an
/// object; node 0 is above all roots. Nodes are numbered in the order of the walk.
struct ObjectGraph: Sendable {
  /// How many nodes there are.
  private(set) var count = 0

  /// By node: the object, or ``rootFlag`` with the row of the root.
  private(set) var members: [UInt32] = []

  /// By object: its node, or 0.
  private(set) var nodes: [UInt32] = []

  /// By node: its parent in the walk.
  private(set) var parents: [UInt32] = []

  /// By node: the closest node that all paths from the roots pass through.
  private(set) var dominators: [UInt32] = []

  /// The other nodes that point to a node, apart from its parent, within the same tier.
  private(set) var predecessorEnds: [UInt32] = []
  private(set) var predecessors: [UInt32] = []

  /// By root: its node.
  private(set) var rootNodes: [UInt32] = []

  /// Where the nodes of each tier begin.
  private var tierStarts: [UInt32] = []

  static let rootFlag: UInt32 = 1 << 31

  /// - Parameters:
  ///   - tiers: by root: its tier, ascending.
  ///   - targets: by root: the objects that it points to.
  ///   - isClosed: by object: whether only the last tier enters it.
  init(_ objects: HeapObjects, tiers: [Int], targets: [[UInt32]], closed: Set<UInt32>) {
    nodes = [UInt32](repeating: 0, count: objects.count)
    members = [Self.rootFlag]
    parents = [0]
    rootNodes = [UInt32](repeating: 0, count: tiers.count)
    walk(objects, tiers, targets, closed)
    count = members.count
    collectPredecessors(objects, targets)
    findDominators()
  }

  private mutating func walk(
    _ objects: HeapObjects, _ tiers: [Int], _ targets: [[UInt32]], _ closed: Set<UInt32>
  ) {
    members.reserveCapacity(objects.count + tiers.count + 1)
    parents.reserveCapacity(objects.count + tiers.count + 1)
    // Closed objects carry a mark until their tier.
    let isLast = Tier.last.rawValue
    for object in closed { nodes[Int(object)] = .max }
    var isOpen = false
    /// The nodes on the current path, with the next edge of each.
    var stack: [(edge: UInt32, end: UInt32, node: UInt32)] = []
    objects.edges.withUnsafeBufferPointer { edges in
      objects.edgeEnds.withUnsafeBufferPointer { ends in
        for root in tiers.indices {
          if root == 0 || tiers[root] != tiers[root - 1] {
            tierStarts.append(UInt32(members.count))
          }
          if tiers[root] == isLast, !isOpen {
            isOpen = true
            for object in closed where nodes[Int(object)] == .max { nodes[Int(object)] = 0 }
          }
          let rootNode = UInt32(members.count)
          rootNodes[root] = rootNode
          members.append(Self.rootFlag | UInt32(root))
          parents.append(0)
          for target in targets[root] where nodes[Int(target)] == 0 {
            var object = target
            var parent = rootNode
            while true {
              // Enters an object.
              let node = UInt32(truncatingIfNeeded: members.count)
              nodes[Int(object)] = node
              members.append(object)
              parents.append(parent)
              let first = object == 0 ? 0 : ends[Int(object) - 1]
              if first < ends[Int(object)] { stack.append((first, ends[Int(object)], node)) }
              // Finds the next one.
              var found = false
              while let top = stack.last {
                var edge = top.edge
                while edge < top.end, nodes[Int(edges[Int(edge)])] != 0 { edge &+= 1 }
                if edge == top.end {
                  stack.removeLast()
                  continue
                }
                object = edges[Int(edge)]
                parent = top.node
                if edge + 1 == top.end {
                  stack.removeLast()
                } else {
                  stack[stack.count - 1].edge = edge + 1
                }
                found = true
                break
              }
              if !found { break }
            }
          }
        }
      }
    }
    if !isOpen { for object in closed where nodes[Int(object)] == .max { nodes[Int(object)] = 0 } }
  }

  /// The nodes of the tier that a node belongs to.
  func tierRange(ofNode node: UInt32) -> Range<UInt32> {
    let tier = tierStarts.lastIndex { $0 <= node } ?? 0
    let end = tier + 1 < tierStarts.count ? tierStarts[tier + 1] : UInt32(count)
    return
      (tierStarts.isEmpty ? 0 : tierStarts[tier])..<max(
        end, tierStarts.isEmpty ? 0 : tierStarts[tier])
  }

  private mutating func collectPredecessors(_ objects: HeapObjects, _ targets: [[UInt32]]) {
    var ends = [UInt32](repeating: 0, count: count + 1)
    forEachEdge(objects, targets) { _, target in ends[Int(target)] &+= 1 }
    var sum: UInt32 = 0
    for node in 0..<count {
      let own = ends[node]
      ends[node] = sum
      sum &+= own
    }
    let total = Int(sum)
    predecessors = [UInt32](unsafeUninitializedCapacity: total) { predecessors, filled in
      forEachEdge(objects, targets) { source, target in
        predecessors[Int(ends[Int(target)])] = source
        ends[Int(target)] &+= 1
      }
      filled = total
    }
    ends.removeLast()
    predecessorEnds = ends
  }

  /// Visits the edges between nodes of one tier, except those that the walk took.
  private func forEachEdge(
    _ objects: HeapObjects, _ targets: [[UInt32]], _ body: (UInt32, UInt32) -> Void
  ) {
    tierStarts.withUnsafeBufferPointer { starts in
      members.withUnsafeBufferPointer { members in
        nodes.withUnsafeBufferPointer { nodes in
          parents.withUnsafeBufferPointer { parents in
            objects.edges.withUnsafeBufferPointer { edges in
              objects.edgeEnds.withUnsafeBufferPointer { ends in
                var tier = 0
                var start: UInt32 = 0
                for node in 1..<UInt32(max(1, members.count)) {
                  while tier < starts.count, starts[tier] <= node {
                    start = starts[tier]
                    tier += 1
                  }
                  let end = tier < starts.count ? starts[tier] : .max
                  let member = members[Int(node)]
                  if member & Self.rootFlag != 0 {
                    for target in targets[Int(member & ~Self.rootFlag)] {
                      let to = nodes[Int(target)]
                      if to >= start, to < end, to != 0, parents[Int(to)] != node { body(node, to) }
                    }
                    continue
                  }
                  var edge = member == 0 ? 0 : ends[Int(member) - 1]
                  let last = ends[Int(member)]
                  while edge < last {
                    let to = nodes[Int(edges[Int(edge)])]
                    edge &+= 1
                    if to >= start, to < end, to != 0, to != node, parents[Int(to)] != node {
                      body(node, to)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Semi-NCA (Georgiadis: Linear-Time Algorithms for Dominators and Related Problems, 2005),
  /// without recursion: a chain in a dump may be as long as the number of its objects.
  private mutating func findDominators() {
    let count = count
    var ancestors = parents
    var labels = [UInt32](unsafeUninitializedCapacity: count) { labels, filled in
      for node in 0..<count { labels[node] = UInt32(node) }
      filled = count
    }
    var semi = parents
    var path: [UInt32] = []
    predecessors.withUnsafeBufferPointer { predecessors in
      predecessorEnds.withUnsafeBufferPointer { ends in
        ancestors.withUnsafeMutableBufferPointer { ancestors in
          labels.withUnsafeMutableBufferPointer { labels in
            semi.withUnsafeMutableBufferPointer { semi in
              for node in stride(from: count - 1, to: 0, by: -1) {
                var least = semi[node]
                var index = Int(ends[node - 1])
                let end = Int(ends[node])
                while index < end {
                  let label = Self.label(
                    of: predecessors[index], linkedAbove: UInt32(node), ancestors, labels, &path)
                  index += 1
                  if label < least { least = label }
                }
                semi[node] = least
                labels[node] = least
              }
            }
          }
        }
      }
    }
    ancestors = []
    labels = []
    dominators = parents
    dominators.withUnsafeMutableBufferPointer { dominators in
      for node in stride(from: 1, to: count, by: 1) {
        var dominator = dominators[node]
        while dominator > semi[node] { dominator = dominators[Int(dominator)] }
        dominators[node] = dominator
      }
    }
  }

  /// The smallest label among the finished ancestors of a node, those beyond `limit`. The path is
  /// compressed for later calls.
  @inline(__always)
  private static func label(
    of node: UInt32, linkedAbove limit: UInt32, _ ancestors: UnsafeMutableBufferPointer<UInt32>,
    _ labels: UnsafeMutableBufferPointer<UInt32>, _ path: inout [UInt32]
  ) -> UInt32 {
    // Unfinished nodes stand for themselves.
    if node <= limit { return node }
    if ancestors[Int(node)] <= limit { return labels[Int(node)] }
    var top = node
    while ancestors[Int(top)] > limit {
      path.append(top)
      top = ancestors[Int(top)]
    }
    var above = top
    while let next = path.popLast() {
      if labels[Int(above)] < labels[Int(next)] { labels[Int(next)] = labels[Int(above)] }
      ancestors[Int(next)] = ancestors[Int(above)]
      above = next
    }
    return labels[Int(node)]
  }
}
