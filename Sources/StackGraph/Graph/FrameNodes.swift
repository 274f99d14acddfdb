package import ProfileModel

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
  package func withFrameRows<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    frames.withUnsafeBufferPointer { frames in
      frames.withMemoryRebound(to: UInt32.self) { body($0) }
    }
  }
}

/// Adds up the values of samples for the nodes on their stacks.
struct NodeTally {
  /// A sum that is complete once the node has left the path.
  private struct Cum {
    var sum: Int64 = 0
    var isOnPath = false
  }

  var flat: [Int64]
  var cum: [Int64]

  /// Walks some samples: cum counts once a sample however often a node is on
  /// its stack, flat counts for the leaf.
  ///
  /// Neighbouring stacks begin alike, and what they share is not looked at again:
  /// with the sum *t* of all values so far, a node that comes onto the path at
  /// *t*₁ and leaves it at *t*₂ has had *t*₂ - *t*₁ pass through it.
  init(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], table: NodeTable,
    frameNodes: FrameNodes
  ) {
    var flat = [Int64](repeating: 0, count: table.count)
    var cums = [Cum](repeating: Cum(), count: table.count)
    let nodes = table.locationNodes.map(\.rawValue)
    let nodeEnds = table.locationEnds
    let ends = samples.frameEnds
    let words = frameNodes.words
    // The nodes on the path, outermost first, and how many there were before each
    // frame. Plain memory, written for every frame: no node is on the path twice,
    // and no path is longer than the longest stack.
    var longest = 0
    for sample in range {
      longest = max(longest, ends[sample] - (sample == 0 ? 0 : ends[sample - 1]))
    }
    let open = UnsafeMutablePointer<UInt32>.allocate(capacity: table.count)
    let heights = UnsafeMutablePointer<UInt32>.allocate(capacity: longest)
    defer {
      open.deallocate()
      heights.deallocate()
    }
    var openCount = 0
    var pathLength = 0
    var passed: Int64 = 0
    samples.withFrameRows { frames in
      cums.withUnsafeMutableBufferPointer { cums in
        words.withUnsafeBufferPointer { words in
          var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
          var previousEnd = start
          for sample in range {
            let end = ends[sample]
            defer { start = end }
            let value = values[sample]
            if value == 0 || start == end { continue }
            let limit = min(pathLength, end - start)
            var depth = 0
            while depth < limit, frames[end - 1 - depth] == frames[previousEnd - 1 - depth] {
              depth += 1
            }
            previousEnd = end
            if depth < pathLength {
              let kept = Int(heights[depth])
              while openCount > kept {
                openCount -= 1
                let node = Int(open[openCount])
                cums[node].sum &+= passed
                cums[node].isOnPath = false
              }
            }
            pathLength = end - start
            var index = end - depth
            while index > start {
              index -= 1
              heights[end - 1 - index] = UInt32(truncatingIfNeeded: openCount)
              let word = words[Int(frames[index])]
              if word < FrameNodes.severalFlag {
                if !cums[Int(word)].isOnPath {
                  cums[Int(word)].isOnPath = true
                  cums[Int(word)].sum &-= passed
                  open[openCount] = word
                  openCount += 1
                }
                continue
              }
              let location = Int(word & ~FrameNodes.severalFlag)
              var line = location == 0 ? 0 : nodeEnds[location - 1]
              let lastLine = nodeEnds[location]
              while line < lastLine {
                let node = nodes[line]
                line += 1
                if cums[Int(node)].isOnPath { continue }
                cums[Int(node)].isOnPath = true
                cums[Int(node)].sum &-= passed
                open[openCount] = node
                openCount += 1
              }
            }
            passed &+= value
            let leaf = words[Int(frames[start])]
            if leaf < FrameNodes.severalFlag {
              flat[Int(leaf)] &+= value
            } else {
              let location = Int(leaf & ~FrameNodes.severalFlag)
              flat[Int(nodes[location == 0 ? 0 : nodeEnds[location - 1]])] &+= value
            }
          }
        }
        for index in 0..<openCount { cums[Int(open[index])].sum &+= passed }
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
