package import ProfileModel

/// Which nodes each location stands for, in one word: most locations have one line.
///
/// Samples name locations 40 times a stack, so this is looked up more often than
/// anything else, and what it reads lies as close together as possible.
struct FrameNodes: Sendable {
  /// The node, or this flag and a place in ``lists`` when there are several.
  private(set) var words: [UInt32] = []

  /// How many nodes a location has, followed by these, the outermost first.
  private(set) var lists: [UInt32] = []

  static let severalFlag: UInt32 = 1 << 31

  init(_ table: NodeTable) {
    words.reserveCapacity(table.locationEnds.count)
    let nodes = table.locationNodes
    var start = 0
    for end in table.locationEnds {
      if end - start == 1, nodes[start].rawValue < Self.severalFlag {
        words.append(nodes[start].rawValue)
      } else {
        words.append(Self.severalFlag | UInt32(lists.count))
        lists.append(UInt32(end - start))
        for node in nodes[start..<end].reversed() { lists.append(node.rawValue) }
      }
      start = end
    }
  }
}

extension SampleTable {
  /// Calls the body with the frames as plain row numbers.
  ///
  /// `LocationID` comes from another module: reading its number is a call there,
  /// which took half the time of walking the stacks.
  package func withFrameRows<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    frames.withUnsafeBufferPointer { frames in
      frames.withMemoryRebound(to: UInt32.self) { body($0) }
    }
  }

  /// The most frames of any of the samples.
  func longestStack(in range: Range<Int>) -> Int {
    var longest = 0
    for sample in range {
      longest = max(longest, frameEnds[sample] - (sample == 0 ? 0 : frameEnds[sample - 1]))
    }
    return longest
  }
}
