import Foundations

/// What is reachable, summed by holder, by the kinds on the path inwards, and by the line that
/// allocated: the rows of a profile.
package struct HeldContexts: Sendable {
  package struct Row: Sendable {
    /// A row of ``Retention/holders``.
    package var holder: Int

    /// The kinds on the path inwards, the object's own last.
    package var kinds: [ObjectKind]

    /// The line that allocated it, a row of the dump's names; nil when unknown.
    package var line: Int?
    package var objects = 0
    package var bytes: UInt64 = 0
  }

  package private(set) var rows: [Row] = []

  /// Paths inwards: the previous one, the kind that it adds, and its length.
  private var ways: [(before: Int32, kind: ObjectKind?, depth: Int32)] = []
  private var wayRows = NumberRows()
  private var waysByKey: [Int32] = []

  /// Longer paths are no more informative: what is further inwards belongs to their last kind.
  private static let depthLimit: Int32 = 16

  package init(_ retention: Retention, _ allocations: AllocationSites) {
    let graph = retention.graph
    let objects = retention.dump.objects
    ways = retention.holders.map { _ in (-1, nil, 0) }
    var lineOfObject: [Int: Int] = [:]
    for (index, object) in allocations.sampledObjects.enumerated() where object >= 0 {
      let bucket = allocations.sampleBuckets[index]
      if bucket >= 0 { lineOfObject[object] = allocations.bucketLines[bucket] }
    }
    var wayOfNode = [Int32](repeating: -1, count: graph.count)
    var sums = NumberRows()
    for node in 1..<max(1, graph.count) {
      let member = graph.members[node]
      if member & ObjectGraph.rootFlag != 0 || retention.holderRows[node] < 0 { continue }
      let above = Int(graph.dominators[node])
      let outer = wayOfNode[above] >= 0 ? wayOfNode[above] : retention.holderRows[node]
      let way = way(from: outer, Int(member), retention)
      wayOfNode[node] = way
      let sampled = lineOfObject[Int(member)]
      let line = sampled ?? allocations.classes.line(ofNode: node, retention)
      let row = sums.row(UInt64(way) << 32 | UInt64(line + 1))
      if row == rows.count {
        rows.append(
          Row(holder: Int(retention.holderRows[node]), kinds: [], line: line < 0 ? nil : line))
        rows[row].kinds = kinds(of: way)
      }
      rows[row].objects += 1
      rows[row].bytes += UInt64(objects.size(of: Int(member)))
    }
  }

  /// The path with a kind added, unless it repeats the last one.
  private mutating func way(from outer: Int32, _ object: Int, _ retention: Retention) -> Int32 {
    let before = ways[Int(outer)]
    if before.depth >= Self.depthLimit { return outer }
    let objects = retention.dump.objects
    var key = UInt64(objects.shapes[object]) << 16 | UInt64(objects.marks[object])
    key = (key &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(outer)) &* 0xff51_afd7_ed55_8ccd
    let row = wayRows.row(key ^ key >> 31)
    if row < waysByKey.count { return waysByKey[row] }
    let kind = retention.kind(of: object, after: before.kind)
    if kind == before.kind {
      waysByKey.append(outer)
    } else {
      waysByKey.append(Int32(ways.count))
      ways.append((outer, kind, before.depth + 1))
    }
    return waysByKey[row]
  }

  private func kinds(of way: Int32) -> [ObjectKind] {
    var kinds: [ObjectKind] = []
    var current = way
    while current >= 0, let kind = ways[Int(current)].kind {
      kinds.append(kind)
      current = ways[Int(current)].before
    }
    return kinds.reversed()
  }
}
