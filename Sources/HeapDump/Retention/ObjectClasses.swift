import Foundations

/// Classes of similar objects: of one size and shape, in one slot of similar parents.
///
/// Few objects are sampled. When the sampled ones of a class come from one line, the others
/// probably do too.
package struct ObjectClasses: Sendable {
  /// By class: the row of the line; -1 when lines differ.
  private var rows = NumberRows()
  private var lines: [Int32] = []

  struct Key: Hashable {
    var holder: Int
    var line: Int
  }

  /// The share of a class's samples that must be from one line.
  private static let leastShare = 0.9

  /// For parents with more pointers, the slot does not matter.
  private static let slotLimit = 8

  init() {}

  init(_ retention: Retention, _ sites: AllocationSites) {
    var weights: [[Int: Double]] = []
    for (index, object) in sites.sampledObjects.enumerated() {
      guard object >= 0, sites.sampleBuckets[index] >= 0 else { continue }
      let node = Int(retention.graph.nodes[object])
      let line = sites.bucketLines[sites.sampleBuckets[index]]
      if node == 0 || line < 0 { continue }
      let row = rows.row(Self.key(node, retention))
      if row == weights.count { weights.append([:]) }
      weights[row][line, default: 0] += sites.weight(
        ofSize: retention.dump.objects.size(of: object))
    }
    lines = weights.map { weights in
      let total = weights.values.reduce(0, +)
      let best = weights.min { ($1.value, $0.key) < ($0.value, $1.key) }
      guard let best, best.value >= Self.leastShare * total else { return -1 }
      return Int32(best.key)
    }
  }

  /// The line that allocated a node's object, as far as its class shows; -1 when unknown.
  package func line(ofNode node: Int, _ retention: Retention) -> Int {
    rows.find(Self.key(node, retention)).map { Int(lines[$0]) } ?? -1
  }

  private static func key(_ node: Int, _ retention: Retention) -> UInt64 {
    let graph = retention.graph
    let objects = retention.dump.objects
    let member = graph.members[node]
    let dominator = Int(graph.dominators[node])
    let above = graph.members[dominator]
    var parent = UInt64(above)
    var slot: UInt64 = 0
    if above & ObjectGraph.rootFlag == 0 {
      parent = UInt64(objects.shapes[Int(above)])
      let edges = objects.edgeRange(of: Int(above))
      if edges.count <= slotLimit {
        slot = UInt64(edges.count) << 8
        for (index, edge) in edges.enumerated() where objects.edges[edge] == member {
          slot |= UInt64(index + 1)
          break
        }
      }
    }
    var key = (UInt64(objects.shapes[Int(member)]) << 32 | parent) &* 0x9e37_79b9_7f4a_7c15
    key = (key ^ key >> 29 ^ slot) &* 0xff51_afd7_ed55_8ccd
    return key ^ key >> 32
  }

  /// What nodes add to the lines of their holders.
  func sums(_ retention: Retention, _ nodes: Range<Int>) -> [Key: (objects: Int, bytes: UInt64)] {
    var sums: [Key: (objects: Int, bytes: UInt64)] = [:]
    for node in nodes where node > 0 {
      let member = retention.graph.members[node]
      if member & ObjectGraph.rootFlag != 0 { continue }
      let line = line(ofNode: node, retention)
      if line < 0 { continue }
      let key = Key(holder: Int(retention.holderRows[node]), line: line)
      sums[key, default: (0, 0)].objects += 1
      sums[key, default: (0, 0)].bytes += UInt64(retention.dump.objects.size(of: Int(member)))
    }
    return sums
  }
}
