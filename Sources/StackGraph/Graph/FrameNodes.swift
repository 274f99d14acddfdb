import ProfileModel

/// Which nodes each location stands for, in one word: nearly all have one line, or two.
///
/// Samples name locations 40 times a stack, so this is looked up more often than
/// anything else, and what it reads lies as close together as possible.
struct FrameNodes: Sendable {
  /// The outermost node in the lower half, and in the upper one the node inlined there, or
  /// the same one with ``flag`` when there is none. Where there are more than two, both are
  /// the flag and a place in ``lists``.
  private(set) var words: [UInt64] = []

  /// How many nodes a location has, followed by these, the outermost first.
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
