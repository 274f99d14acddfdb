import ProfileModel

/// Which node each location stands for, in one word: most locations have one line.
///
/// Samples name locations 40 times a stack, so this is looked up more often than
/// anything else.
struct FrameNodes: Sendable {
  /// The node, or this flag and the location's row when it has several lines.
  private(set) var words: [UInt32]

  static let severalFlag: UInt32 = 1 << 31

  init(_ table: NodeTable) {
    words = []
    words.reserveCapacity(table.locationEnds.count)
    let nodes = table.locationNodes
    var start = 0
    for (location, end) in table.locationEnds.enumerated() {
      let isSingle = end - start == 1 && nodes[start].rawValue < Self.severalFlag
      words.append(isSingle ? nodes[start].rawValue : Self.severalFlag | UInt32(location))
      start = end
    }
  }
}

extension SampleTable {
  /// Calls the body with the frames as plain row numbers.
  ///
  /// `LocationID` comes from another module: reading its number is a call there,
  /// which took half the time of walking the stacks.
  func withFrameRows<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    frames.withUnsafeBufferPointer { frames in
      frames.withMemoryRebound(to: UInt32.self) { body($0) }
    }
  }
}

/// Adds up the values of samples for the nodes on their stacks.
struct NodeTally {
  /// A sum, and the last sample that it was counted for, plus one.
  private struct Cum {
    var sum: Int64 = 0
    var sample: UInt32 = 0
  }

  var flat: [Int64]
  var cum: [Int64]

  /// Walks some samples: cum counts once a sample however often a node is on
  /// its stack, flat counts for the leaf.
  init(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], table: NodeTable,
    frameNodes: FrameNodes
  ) {
    var flat = [Int64](repeating: 0, count: table.count)
    var cums = [Cum](repeating: Cum(), count: table.count)
    let locationNodes = table.locationNodes
    let locationEnds = table.locationEnds
    let ends = samples.frameEnds
    let words = frameNodes.words
    samples.withFrameRows { frames in
      cums.withUnsafeMutableBufferPointer { cums in
        words.withUnsafeBufferPointer { words in
          var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
          for sample in range {
            let end = ends[sample]
            defer { start = end }
            let value = values[sample]
            if value == 0 || start == end { continue }
            let stamp = UInt32(truncatingIfNeeded: sample + 1)
            for index in start..<end {
              let word = words[Int(frames[index])]
              if word < FrameNodes.severalFlag {
                if cums[Int(word)].sample != stamp {
                  cums[Int(word)].sample = stamp
                  cums[Int(word)].sum &+= value
                }
                continue
              }
              let location = Int(word & ~FrameNodes.severalFlag)
              var line = location == 0 ? 0 : locationEnds[location - 1]
              while line < locationEnds[location] {
                let node = locationNodes[line].index
                line += 1
                if cums[node].sample != stamp {
                  cums[node].sample = stamp
                  cums[node].sum &+= value
                }
              }
            }
            let leaf = words[Int(frames[start])]
            if leaf < FrameNodes.severalFlag {
              flat[Int(leaf)] &+= value
            } else {
              let location = Int(leaf & ~FrameNodes.severalFlag)
              flat[locationNodes[location == 0 ? 0 : locationEnds[location - 1]].index] &+= value
            }
          }
        }
      }
    }
    self.flat = flat
    cum = cums.map(\.sum)
  }

  mutating func add(_ other: NodeTally) {
    for node in flat.indices {
      flat[node] &+= other.flat[node]
      cum[node] &+= other.cum[node]
    }
  }
}
