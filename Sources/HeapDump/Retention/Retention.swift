import Foundations
package import Ownership

/// Who holds which memory: the roots of a dump, and what would be freed if one of them let go.
package struct Retention: Sendable {
  package let dump: HeapDump
  package let roots: [Root]
  package private(set) var holders: [Holder] = []
  package private(set) var totals = Totals()

  let starts: [RootTable.Start]
  let graph: ObjectGraph

  /// By node: the bytes that it dominates, including its own.
  private(set) var retainedBytes: [UInt64] = []

  /// By node: the row of its holder; -1 for node 0.
  private(set) var holderRows: [Int32] = []
  let symbols: ProgramSymbols?

  package struct Totals: Sendable {
    package var objects = 0
    package var bytes: UInt64 = 0
    package var reachableObjects = 0
    package var reachableBytes: UInt64 = 0

    package var garbageObjects: Int { objects - reachableObjects }
    package var garbageBytes: UInt64 { bytes - reachableBytes }
  }

  /// One root, or several that hold something together.
  package struct Holder: Sendable {
    /// Rows of ``Retention/roots``, ascending.
    package var roots: [Int]

    /// There are further roots.
    package var hasMore = false
    package var bytes: UInt64 = 0
    package var objects = 0

    /// The part found through words that no map lists.
    package var conservativeBytes: UInt64 = 0

    /// The largest single object, and its size in bytes.
    package var largest = 0
    package var largestBytes = 0

    /// The node below node 0 with the most bytes.
    var heaviest: UInt32 = 0
  }

  package init(_ dump: HeapDump, symbols: ProgramSymbols?, ownership: Ownership) {
    let finder = RootFinder(dump, symbols, ownership)
    let dump = finder.dump
    self.dump = dump
    self.symbols = symbols
    roots = finder.table.roots
    starts = finder.table.starts
    graph = ObjectGraph(
      dump.objects, tiers: starts.map(\.tier.rawValue), targets: starts.map(\.targets),
      closed: finder.closed)
    addUp()
    collectHolders()
  }

  private mutating func addUp() {
    let objects = dump.objects
    totals.objects = objects.count
    for shape in objects.shapes { totals.bytes += UInt64(objects.shapeTable.sizes[Int(shape)]) }
    retainedBytes = [UInt64](repeating: 0, count: graph.count)
    for node in stride(from: graph.count - 1, to: 0, by: -1) {
      let member = graph.members[node]
      if member & ObjectGraph.rootFlag == 0 {
        let size = UInt64(objects.size(of: Int(member)))
        retainedBytes[node] += size
        totals.reachableObjects += 1
        totals.reachableBytes += size
      }
      retainedBytes[Int(graph.dominators[node])] += retainedBytes[node]
    }
  }

  private mutating func collectHolders() {
    let reach = SharedReach(graph)
    var rows: [[Int]: Int] = [:]
    var rowOfSet: [Int: Int] = [:]
    holderRows = [Int32](repeating: -1, count: graph.count)
    for node in 1..<max(1, graph.count) {
      let top = reach.tops[node]
      if top != node {
        holderRows[node] = holderRows[Int(top)]
      } else {
        let set = max(0, Int(reach.setRows[node]))
        let row: Int
        if let known = rowOfSet[set] {
          row = known
        } else {
          let roots = holdingRoots(reach.sets.sets[set])
          let hasMore = reach.sets.sets[set].last == RootSets.more
          let key = roots + (hasMore ? [-1] : [])
          row = rows[key] ?? holders.count
          if row == holders.count {
            rows[key] = row
            holders.append(Holder(roots: roots, hasMore: hasMore))
          }
          rowOfSet[set] = row
        }
        holderRows[node] = Int32(row)
        let heaviest = Int(holders[row].heaviest)
        if retainedBytes[node] > (heaviest == 0 ? 0 : retainedBytes[heaviest]) {
          holders[row].heaviest = UInt32(node)
        }
        holders[row].bytes += retainedBytes[node]
        if let first = reach.sets.sets[set].first, starts[Int(first)].tier == .stackObjects {
          holders[row].conservativeBytes += retainedBytes[node]
        }
      }
      let member = graph.members[node]
      if member & ObjectGraph.rootFlag == 0 {
        let row = Int(holderRows[node])
        holders[row].objects += 1
        let size = dump.objects.size(of: Int(member))
        if size > holders[row].largestBytes {
          holders[row].largest = Int(member)
          holders[row].largestBytes = size
        }
      }
    }
    sortHolders()
  }

  /// The roots that hold what a set of starts reaches. Of the frames of one stack it is the
  /// outermost, since it passes the memory to its callees.
  private func holdingRoots(_ set: [UInt32]) -> [Int] {
    var outermost: [Int: Int] = [:]
    for start in set where start != RootSets.more {
      let root = starts[Int(start)].root
      if let stack = roots[root].stack {
        let known = outermost[stack] ?? root
        outermost[stack] = roots[known].depth >= roots[root].depth ? known : root
      }
    }
    var result: Set<Int> = []
    for start in set where start != RootSets.more {
      let root = starts[Int(start)].root
      result.insert(roots[root].stack.flatMap { outermost[$0] } ?? root)
    }
    return result.sorted()
  }

  private mutating func sortHolders() {
    let order = holders.indices.filter { holders[$0].objects > 0 }.sorted {
      (holders[$1].bytes, $0) < (holders[$0].bytes, $1)
    }
    var newRows = [Int32](repeating: -1, count: holders.count)
    for (row, old) in order.enumerated() { newRows[old] = Int32(row) }
    holders = order.map { holders[$0] }
    for node in holderRows.indices where holderRows[node] >= 0 {
      holderRows[node] = newRows[Int(holderRows[node])]
    }
  }

  /// How long, at least, the goroutines of a stack have waited, in nanoseconds. The collector notes
  /// when it first sees one wait, and dumps do not contain the current time.
  package func leastWait(ofStack row: Int) -> UInt64 {
    let since = dump.stacks[row].waitsSince
    guard since > 0 else { return 0 }
    return dump.latestWait - since
  }

  /// The holder of an object; nil when nothing leads to it.
  package func holder(of object: Int) -> Int? {
    let node = graph.nodes[object]
    return node == 0 ? nil : Int(holderRows[Int(node)])
  }

  /// Whether the dump's objects are those that the runtime counted; nil when it does not say.
  package var agreesWithRuntime: Bool? {
    dump.statistics.map {
      $0.heapObjects == UInt64(totals.objects) && $0.heapBytes == totals.bytes
    }
  }

  /// Whether variables have names.
  package var hasSymbols: Bool { symbols.map { !$0.isEmpty } ?? false }

  /// The sizes can be trusted: the dump is complete, and its objects are those that the runtime
  /// counted.
  package var hasSizes: Bool { dump.truncation == nil && agreesWithRuntime == true }
}
