import CPrefetch
import ProfileModel

/// Sums of the values of samples for the nodes on their stacks.
struct NodeTally {
  var flat: [Int64]
  var cum: [Int64]

  /// Walks some samples: cum counts once a sample however often a node is on
  /// its stack, flat counts for the leaf.
  init(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], table: NodeTable,
    frameNodes: FrameNodes
  ) {
    var flat = [Int64](repeating: 0, count: table.count)
    var cum = [Int64](repeating: 0, count: table.count)
    flat.withUnsafeMutableBufferPointer { flat in
      cum.withUnsafeMutableBufferPointer { cum in
        samples.withFrameRows { frames in
          frameNodes.words.withUnsafeBufferPointer { words in
            frameNodes.lists.withUnsafeBufferPointer { lists in
              guard let words = words.baseAddress, let flat = flat.baseAddress,
                let cum = cum.baseAddress
              else { return }
              var walk = TallyWalk(
                frames: frames, words: words, lists: lists.baseAddress ?? words, flat: flat,
                cum: cum, nodeCount: table.count, longest: samples.longestStack(in: range))
              walk.walk(samples, range, values)
              walk.deallocate()
            }
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

/// Adds up values while it walks from stack to stack.
///
/// Neighbouring stacks begin alike, and what they share is not looked at again:
/// with the sum *t* of all values so far, a node that comes onto the path at
/// *t*₁ and leaves it at *t*₂ has had *t*₂ - *t*₁ pass through it.
///
/// What a stack needs lies all over memory. So each one is looked up while the one before
/// it has yet to be added up, and by then the sums of its nodes are close at hand.
///
/// All memory is plain, written for every frame: no node is on the path twice, and no
/// path is longer than the longest stack. Rows of tables were checked when the profile
/// was read.
private struct TallyWalk {
  /// A node on the path, and the sum of all values before it came there.
  private struct Open {
    var node: UInt32
    var passed: Int64
  }

  /// A stack whose turn has not come.
  private struct Stack {
    var value: Int64 = 0
    var count = 0

    /// How many frames it has in common with the one before it.
    var depth = 0

    /// The words of ``FrameNodes`` for the other frames, the outermost first.
    let words: UnsafeMutablePointer<UInt32>
    var leaf: UInt32 = 0
  }

  private let frames: UnsafeBufferPointer<UInt32>
  private let words: UnsafePointer<UInt32>
  private let lists: UnsafePointer<UInt32>
  private let flat: UnsafeMutablePointer<Int64>
  private let cum: UnsafeMutablePointer<Int64>

  /// A bit a node: bytes would not stay in the cache that is closest.
  private let isOnPath: UnsafeMutablePointer<UInt32>
  private let open: UnsafeMutablePointer<Open>
  private var openCount = 0
  private var passed: Int64 = 0

  /// How many nodes were on the path before each frame, outermost first.
  private let heights: UnsafeMutablePointer<UInt32>
  private var pathLength = 0

  private var current: Stack
  private var next: Stack

  // The last stack that was looked up, and what of the frames was asked for.
  private var lastEnd = 0
  private var lastCount = 0
  private var askedFor = 0

  init(
    frames: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt32>,
    lists: UnsafePointer<UInt32>, flat: UnsafeMutablePointer<Int64>,
    cum: UnsafeMutablePointer<Int64>, nodeCount: Int, longest: Int
  ) {
    self.frames = frames
    self.words = words
    self.lists = lists
    self.flat = flat
    self.cum = cum
    isOnPath = .allocate(capacity: nodeCount / 32 + 1)
    isOnPath.initialize(repeating: 0, count: nodeCount / 32 + 1)
    open = .allocate(capacity: nodeCount)
    heights = .allocate(capacity: longest)
    current = Stack(words: .allocate(capacity: longest))
    next = Stack(words: .allocate(capacity: longest))
  }

  func deallocate() {
    isOnPath.deallocate()
    open.deallocate()
    heights.deallocate()
    current.words.deallocate()
    next.words.deallocate()
  }

  mutating func walk(_ samples: SampleTable, _ range: Range<Int>, _ values: [Int64]) {
    samples.frameEnds.withUnsafeBufferPointer { ends in
      values.withUnsafeBufferPointer { values in
        var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
        askedFor = start
        for sample in range {
          let end = ends[sample]
          if values[sample] != 0, start < end {
            next.value = values[sample]
            lookUp(start, end)
            add()
            swap(&current, &next)
          }
          start = end
        }
      }
    }
    add()
    close(downTo: 0)
  }

  /// Fetches what the next stack needs.
  @inline(__always)
  private mutating func lookUp(_ start: Int, _ end: Int) {
    let base = frames.baseAddress!
    // Stacks are read from their ends, which the processor does not foresee.
    while askedFor < end &+ 512 {
      prefetch(base + askedFor)
      askedFor &+= 16
    }
    let count = end &- start
    let depth = sharedDepth(frames, end, lastEnd, limit: min(lastCount, count))
    lastEnd = end
    lastCount = count
    next.count = count
    next.depth = depth
    next.leaf = words[Int(base[start])]
    ask(for: next.leaf, flat)
    let newCount = count &- depth
    let outermost = base + (end &- depth &- 1)
    for index in 0..<newCount { next.words[index] = words[Int(outermost[0 &- index])] }
    for index in 0..<newCount { ask(for: next.words[index], cum) }
  }

  /// Fetches a node's sum, or the nodes of a location that has several.
  @inline(__always)
  private func ask(for word: UInt32, _ sums: UnsafeMutablePointer<Int64>) {
    let node = UnsafeRawPointer(sums + Int(word & ~FrameNodes.severalFlag))
    let list = UnsafeRawPointer(lists + Int(word & ~FrameNodes.severalFlag))
    prefetch(word < FrameNodes.severalFlag ? node : list)
  }

  /// Adds the current stack.
  @inline(__always)
  private mutating func add() {
    if current.count == 0 { return }
    let depth = current.depth
    if depth < pathLength { close(downTo: Int(heights[depth])) }
    pathLength = current.count
    for index in 0..<(current.count &- depth) {
      heights[depth &+ index] = UInt32(truncatingIfNeeded: openCount)
      let word = current.words[index]
      if word < FrameNodes.severalFlag {
        enter(word)
      } else {
        let list = lists + Int(word & ~FrameNodes.severalFlag)
        for row in 1..<1 &+ Int(list[0]) { enter(list[row]) }
      }
    }
    passed &+= current.value
    var leaf = current.leaf
    if leaf >= FrameNodes.severalFlag {
      let list = lists + Int(leaf & ~FrameNodes.severalFlag)
      leaf = list[Int(list[0])]
    }
    flat[Int(leaf)] &+= current.value
  }

  /// Puts a node onto the path, unless it is there.
  @inline(__always)
  private mutating func enter(_ node: UInt32) {
    let bit: UInt32 = 1 &<< (node & 31)
    let bits = isOnPath + Int(node &>> 5)
    if bits.pointee & bit != 0 { return }
    bits.pointee |= bit
    open[openCount] = Open(node: node, passed: passed)
    openCount &+= 1
  }

  /// Takes nodes off the path.
  @inline(__always)
  private mutating func close(downTo count: Int) {
    while openCount > count {
      openCount &-= 1
      let left = open[openCount]
      cum[Int(left.node)] &+= passed &- left.passed
      isOnPath[Int(left.node &>> 5)] &= ~(1 &<< (left.node & 31))
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
