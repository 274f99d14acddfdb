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

/// Adds up the values of samples for the nodes on their stacks.
struct NodeTally {
  var flat: [Int64]
  var cum: [Int64]

  /// A node on the path, and the sum of all values before it came there.
  private struct Open {
    var node: UInt32
    var passed: Int64
  }

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
    var cum = [Int64](repeating: 0, count: table.count)
    let ends = samples.frameEnds
    // Plain memory, written for every frame: no node is on the path twice, and no
    // path is longer than the longest stack. Rows of tables were checked when the
    // profile was read.
    let isOnPath = UnsafeMutablePointer<Bool>.allocate(capacity: table.count)
    isOnPath.initialize(repeating: false, count: table.count)
    let open = UnsafeMutablePointer<Open>.allocate(capacity: table.count)
    // How many nodes were on the path before each frame, outermost first.
    let heights = UnsafeMutablePointer<UInt32>.allocate(capacity: samples.longestStack(in: range))
    defer {
      isOnPath.deallocate()
      open.deallocate()
      heights.deallocate()
    }
    var openCount = 0
    var pathLength = 0
    var passed: Int64 = 0
    samples.withFrameRows { frames in
      flat.withUnsafeMutableBufferPointer { flat in
        cum.withUnsafeMutableBufferPointer { cum in
          frameNodes.words.withUnsafeBufferPointer { words in
            frameNodes.lists.withUnsafeBufferPointer { lists in
              var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
              var previousEnd = start
              for sample in range {
                let end = ends[sample]
                defer { start = end }
                let value = values[sample]
                if value == 0 || start == end { continue }
                let depth = sharedDepth(
                  frames, end, previousEnd, limit: min(pathLength, end - start))
                previousEnd = end
                if depth < pathLength {
                  let kept = Int(heights[depth])
                  while openCount > kept {
                    openCount -= 1
                    let left = open[openCount]
                    cum[Int(left.node)] &+= passed &- left.passed
                    isOnPath[Int(left.node)] = false
                  }
                }
                pathLength = end - start
                var index = end - depth
                var leaf: UInt32 = 0
                while index > start {
                  index -= 1
                  heights[end - 1 - index] = UInt32(truncatingIfNeeded: openCount)
                  leaf = words[Int(frames[index])]
                  if leaf < FrameNodes.severalFlag {
                    if isOnPath[Int(leaf)] { continue }
                    isOnPath[Int(leaf)] = true
                    open[openCount] = Open(node: leaf, passed: passed)
                    openCount += 1
                    continue
                  }
                  let list = Int(leaf & ~FrameNodes.severalFlag)
                  for row in list + 1..<list + 1 + Int(lists[list]) {
                    let node = lists[row]
                    if isOnPath[Int(node)] { continue }
                    isOnPath[Int(node)] = true
                    open[openCount] = Open(node: node, passed: passed)
                    openCount += 1
                  }
                }
                passed &+= value
                leaf = words[Int(frames[start])]
                if leaf >= FrameNodes.severalFlag {
                  let list = Int(leaf & ~FrameNodes.severalFlag)
                  leaf = lists[list + Int(lists[list])]
                }
                flat[Int(leaf)] &+= value
              }
            }
          }
          for index in 0..<openCount {
            cum[Int(open[index].node)] &+= passed &- open[index].passed
          }
        }
      }
    }
    self.flat = flat
    self.cum = cum
  }

  mutating func add(_ other: NodeTally) {
    for node in flat.indices {
      flat[node] &+= other.flat[node]
      cum[node] &+= other.cum[node]
    }
  }
}

/// How many frames two stacks begin with alike; stacks stand leaf first, and end
/// where the others begin.
@inline(__always)
func sharedDepth(
  _ frames: UnsafeBufferPointer<UInt32>, _ end: Int, _ otherEnd: Int, limit: Int
) -> Int {
  guard let base = UnsafeRawPointer(frames.baseAddress) else { return 0 }
  var depth = 0
  // Four at once: neighbours have most of their frames in common.
  while depth + 4 <= limit {
    let one = base.loadUnaligned(
      fromByteOffset: (end - 4 - depth) * 4, as: SIMD4<UInt32>.self)
    let other = base.loadUnaligned(
      fromByteOffset: (otherEnd - 4 - depth) * 4, as: SIMD4<UInt32>.self)
    if one != other { break }
    depth += 4
  }
  while depth < limit, frames[end - 1 - depth] == frames[otherEnd - 1 - depth] { depth += 1 }
  return depth
}
