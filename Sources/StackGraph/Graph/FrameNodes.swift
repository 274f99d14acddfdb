import ProfileModel

/// The nodes that each location stands for, in one word: nearly all locations have one line, or
/// two.
///
/// A stack names about 40 locations, so nothing is looked up more often, and what is read is packed
/// as densely as possible.
struct FrameNodes: Sendable {
  /// The lower half has the outermost node. The upper half has the node inlined there, or the same
  /// node with ``flag`` when there is none. With more than two nodes, both halves are the flag and
  /// a place in ``lists``.
  private(set) var words: [UInt64] = []

  /// The number of a location's nodes, followed by these, outermost first.
  private(set) var lists: [UInt32] = []

  static let flag: UInt32 = 1 << 31

  init(_ table: NodeTable) {
    words.reserveCapacity(table.locationEnds.count)
    let nodes = table.locationNodes
    var start = 0
    for end in table.locationEnds {
      let outermost = nodes[end - 1].rawValue
      let innermost = nodes[start].rawValue
      if end - start <= 2, max(outermost, innermost) < Self.flag {
        let inlined = end - start == 1 ? Self.flag | outermost : innermost
        words.append(UInt64(inlined) << 32 | UInt64(outermost))
      } else {
        let place = UInt64(Self.flag | UInt32(lists.count))
        words.append(place << 32 | place)
        lists.append(UInt32(end - start))
        for node in nodes[start..<end].reversed() { lists.append(node.rawValue) }
      }
      start = end
    }
  }
}
