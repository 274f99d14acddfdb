import CProcessor
import ProfileModel

/// Sums of the values of samples for the nodes on their stacks.
struct NodeTally {
  var flat: [Int64]
  var cum: [Int64]

  /// Walks parts of the samples: cum counts once a sample however often a node is on
  /// its stack, flat counts for the leaf.
  ///
  /// - Parameter nodeCount: how many nodes there are.
  init(
    _ samples: SampleTable, _ parts: PartQueue<Range<Int>>, values: [Int64], nodeCount: Int,
    frameNodes: FrameNodes
  ) {
    flat = [Int64](repeating: 0, count: nodeCount)
    cum = [Int64](repeating: 0, count: nodeCount)
    flat.withUnsafeMutableBufferPointer { flat in
      cum.withUnsafeMutableBufferPointer { cum in
        samples.withFrameRows { frames in
          frameNodes.words.withUnsafeBufferPointer { words in
            frameNodes.lists.withUnsafeBufferPointer { lists in
              guard let words = words.baseAddress, let flat = flat.baseAddress,
                let cum = cum.baseAddress
              else { return }
              var walk = TallyWalk(
                frames: frames, words: words, lists: lists, flat: flat, cum: cum,
                nodeCount: nodeCount, longest: samples.longestStack(in: 0..<samples.count))
              while let part = parts.next() { walk.walk(samples, part, values) }
              walk.deallocate()
            }
          }
        }
      }
    }
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
  /// A stack whose turn has not come.
  private struct Stack {
    var value: Int64 = 0

    /// How many entries of the path it has in common with the stack before.
    var shared = 0

    /// The nodes of the other frames, the outermost first; the flag of ``FrameNodes`` and a
    /// place in its lists for a frame with many.
    let nodes: UnsafeMutablePointer<UInt32>
    var count = 0
    var leaf: UInt32 = 0
  }

  private let frames: UnsafeBufferPointer<UInt32>
  private let words: UnsafePointer<UInt64>
  private let lists: UnsafeBufferPointer<UInt32>
  private let flat: UnsafeMutablePointer<Int64>
  private let cum: UnsafeMutablePointer<Int64>

  private let isOnPath: UnsafeMutablePointer<Bool>

  /// The nodes of the last stack that was added, outermost first. In the place of one that
  /// is farther out already, and of a frame with many: the flag, and where in ``others``
  /// those of its nodes begin that came onto the path with it.
  private let path: UnsafeMutablePointer<UInt32>
  private var pathCount = 0
  private let others: UnsafeMutablePointer<UInt32>
  private var otherCount = 0

  /// The sum of all values so far.
  private var passed: Int64 = 0

  /// How many entries of the path come before each frame of the stack that was looked up
  /// last, outermost first.
  private let heights: UnsafeMutablePointer<UInt32>

  private var current: Stack
  private var next: Stack

  // The last stack that was looked up, and what of the frames was asked for.
  private var lastEnd = 0
  private var lastCount = 0
  private var askedFor = 0

  init(
    frames: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt64>,
    lists: UnsafeBufferPointer<UInt32>, flat: UnsafeMutablePointer<Int64>,
    cum: UnsafeMutablePointer<Int64>, nodeCount: Int, longest: Int
  ) {
    self.frames = frames
    self.words = words
    self.lists = lists
    self.flat = flat
    self.cum = cum
    isOnPath = .allocate(capacity: nodeCount)
    isOnPath.initialize(repeating: false, count: nodeCount)
    others = .allocate(capacity: nodeCount)
    // Two a frame, of which the second may not count.
    path = .allocate(capacity: longest * 2 + 1)
    heights = .allocate(capacity: longest + 1)
    heights[0] = 0
    current = Stack(nodes: .allocate(capacity: longest * 2 + 1))
    next = Stack(nodes: .allocate(capacity: longest * 2 + 1))
  }

  func deallocate() {
    isOnPath.deallocate()
    others.deallocate()
    path.deallocate()
    heights.deallocate()
    current.nodes.deallocate()
    next.nodes.deallocate()
  }

  mutating func walk(_ samples: SampleTable, _ range: Range<Int>, _ values: [Int64]) {
    samples.frameEnds.withUnsafeBufferPointer { ends in
      values.withUnsafeBufferPointer { values in
        var start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
        askedFor = start
        lastCount = 0
        var isFirst = true
        for sample in range {
          let end = ends[sample]
          if values[sample] != 0, start < end {
            next.value = values[sample]
            lookUp(start, end)
            if isFirst { isFirst = false } else { add() }
            swap(&current, &next)
          }
          start = end
        }
        if !isFirst { add() }
      }
    }
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
    let leaf = words[Int(base[start])]
    let inlined = UInt32(truncatingIfNeeded: leaf &>> 32)
    next.leaf = inlined < FrameNodes.flag ? inlined : UInt32(truncatingIfNeeded: leaf)
    prefetch(flat + Int(next.leaf & ~FrameNodes.flag))
    let shared = Int(heights[depth])
    let nodes = next.nodes
    var nodeCount = 0
    var frame = base + (end &- depth)
    let innermost = base + start
    var height = heights + depth
    while frame > innermost {
      frame -= 1
      let word = words[Int(frame.pointee)]
      let inlined = word &>> 32
      nodes[nodeCount] = UInt32(truncatingIfNeeded: word)
      nodes[nodeCount &+ 1] = UInt32(truncatingIfNeeded: inlined)
      // Without a jump, which nobody could foretell.
      nodeCount &+= 2 &- Int(inlined &>> 31)
      height += 1
      height.pointee = UInt32(truncatingIfNeeded: shared &+ nodeCount)
      // Of a list it is some other place; that does no harm, and they are few.
      prefetch(cum + Int(word & 0x7fff_ffff))
      prefetch(cum + Int(inlined & 0x7fff_ffff))
    }
    next.shared = shared
    next.count = nodeCount
  }

  /// Adds the current stack.
  @inline(__always)
  private mutating func add() {
    close(downTo: current.shared)
    let passed = self.passed
    let path = self.path + current.shared
    for index in 0..<current.count {
      let node = current.nodes[index]
      if node < FrameNodes.flag, !isOnPath[Int(node)] {
        isOnPath[Int(node)] = true
        cum[Int(node)] &-= passed
        path[index] = node
      } else {
        path[index] = FrameNodes.flag | UInt32(truncatingIfNeeded: otherCount)
        if node >= FrameNodes.flag { enterNodes(ofList: Int(node & ~FrameNodes.flag)) }
      }
    }
    pathCount = current.shared &+ current.count
    self.passed = passed &+ current.value
    var leaf = current.leaf
    if leaf >= FrameNodes.flag {
      let list = Int(leaf & ~FrameNodes.flag)
      leaf = lists[list + Int(lists[list])]
    }
    flat[Int(leaf)] &+= current.value
  }

  @inline(never)
  private mutating func enterNodes(ofList list: Int) {
    for row in list + 1..<list + 1 + Int(lists[list]) {
      let node = lists[row]
      if isOnPath[Int(node)] { continue }
      isOnPath[Int(node)] = true
      cum[Int(node)] &-= passed
      others[otherCount] = node
      otherCount += 1
    }
  }

  /// Takes entries off the path.
  @inline(__always)
  private mutating func close(downTo count: Int) {
    let passed = self.passed
    var last = path + pathCount
    let end = path + count
    while last > end {
      last -= 1
      let node = last.pointee
      if node < FrameNodes.flag {
        cum[Int(node)] &+= passed
        isOnPath[Int(node)] = false
      } else {
        leaveOthers(downTo: Int(node & ~FrameNodes.flag))
      }
    }
    pathCount = count
  }

  @inline(never)
  private mutating func leaveOthers(downTo count: Int) {
    while otherCount > count {
      otherCount -= 1
      let node = Int(others[otherCount])
      cum[node] &+= passed
      isOnPath[node] = false
    }
  }
}

/// How many frames two stacks begin with alike; stacks stand leaf first, and end
/// where the others begin.
@inline(__always)
public func sharedDepth(
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
