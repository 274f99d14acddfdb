import CSystem
import Foundations
import ProfileModel

/// Sums of sample values for the nodes on their stacks.
struct NodeTally {
  var flat: [Int64]
  var cum: [Int64]

  /// Walks parts of the samples. Cum counts once per sample, however often a node is on its stack;
  /// flat counts for the leaf.
  ///
  /// - Parameter nodeCount: the number of nodes.
  init(
    _ samples: SampleTable, _ parts: PartQueue<Range<Int>>, values: [Int64], nodeCount: Int,
    frameNodes: FrameNodes
  ) {
    flat = [Int64](repeating: 0, count: nodeCount)
    cum = [Int64](repeating: 0, count: nodeCount)
    if samples.count == 0 { return }
    flat.withUnsafeMutableBufferPointer { flat in
      cum.withUnsafeMutableBufferPointer { cum in
        frameNodes.words.withUnsafeBufferPointer { words in
          frameNodes.lists.withUnsafeBufferPointer { lists in
            guard let words = words.baseAddress, let flat = flat.baseAddress,
              let cum = cum.baseAddress
            else { return }
            let memory = TallyMemory(nodeCount: nodeCount, longest: samples.longestStack)
            var walk = TallyWalk(words: words, lists: lists, flat: flat, cum: cum, memory)
            defer { withExtendedLifetime(memory) {} }
            samples.withStackCursor { stacks in
              while let part = parts.next() { walk.walk(&stacks, part, values) }
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

/// The memory of a ``TallyWalk``.
///
/// It is not part of the walk: the thread sanitizer treats an access to a noncopyable value as one
/// to what its first pointer refers to, which threads share here (Swift 6.3.1).
private struct TallyMemory: ~Copyable {
  let isOnPath: OwnedBuffer<Bool>
  let others: OwnedBuffer<UInt32>
  let path: OwnedBuffer<UInt32>
  let heights: OwnedBuffer<UInt32>

  init(nodeCount: Int, longest: Int) {
    isOnPath = OwnedBuffer(repeating: false, count: nodeCount)
    others = OwnedBuffer(capacity: nodeCount)
    // Two per frame, the second of which may be unused.
    path = OwnedBuffer(capacity: longest * 2 + 1)
    heights = OwnedBuffer(capacity: longest + 1)
  }
}

/// Adds up values while walking from stack to stack.
///
/// Neighbouring stacks begin alike, and what they share is not examined again. With the sum *t* of
/// all values so far, a node that joins the path at *t*₁ and leaves it at *t*₂ had *t*₂ - *t*₁ pass
/// through it.
///
/// All memory is plain, since it is written for every frame. No node is on the path twice, and no
/// path has more than two entries per frame of the longest stack. Rows of tables were checked when
/// the profile was read.
private struct TallyWalk {
  private let words: UnsafePointer<UInt64>
  private let lists: UnsafeBufferPointer<UInt32>
  private let flat: UnsafeMutablePointer<Int64>
  private let cum: UnsafeMutablePointer<Int64>

  private let isOnPath: UnsafeMutablePointer<Bool>

  /// The nodes of the last stack, outermost first. A node that is already further out, and a frame
  /// with many nodes, is represented by the flag and the place in ``others`` where the nodes begin
  /// that joined the path with it.
  private let path: UnsafeMutablePointer<UInt32>
  private var pathCount = 0
  private let others: UnsafeMutablePointer<UInt32>
  private var otherCount = 0

  /// The sum of all values so far.
  private var passed: Int64 = 0

  /// How many entries of the path precede each frame of the last stack, outermost first.
  private let heights: UnsafeMutablePointer<UInt32>

  init(
    words: UnsafePointer<UInt64>, lists: UnsafeBufferPointer<UInt32>,
    flat: UnsafeMutablePointer<Int64>, cum: UnsafeMutablePointer<Int64>,
    _ memory: borrowing TallyMemory
  ) {
    self.words = words
    self.lists = lists
    self.flat = flat
    self.cum = cum
    isOnPath = memory.isOnPath.start
    others = memory.others.start
    path = memory.path.start
    heights = memory.heights.start
    heights[0] = 0
  }

  mutating func walk(_ stacks: inout StackCursor, _ range: Range<Int>, _ values: [Int64]) {
    stacks.begin(at: range.lowerBound)
    values.withUnsafeBufferPointer { values in
      for sample in range where values[sample] != 0 {
        let stack = stacks.stack(of: sample)
        for location in stacks.upcoming() { prefetch(words + Int(location)) }
        if stack.depth > 0 { add(stack, values[sample]) }
      }
    }
    close(downTo: 0)
  }

  // The pointers are copied out of the struct first: to the compiler, each number written may
  // change anything in memory.

  @inline(__always)
  private mutating func add(_ stack: StackCursor.Stack, _ value: Int64) {
    let shared = Int(heights[stack.shared])
    close(downTo: shared)
    lookUp(stack, after: shared)
    let (passed, isOnPath, cum, path) = (
      self.passed, self.isOnPath, self.cum, self.path
    )
    for index in shared..<pathCount {
      let node = path[index]
      if node < FrameNodes.flag, !isOnPath[Int(node)] {
        isOnPath[Int(node)] = true
        cum[Int(node)] &-= passed
      } else {
        path[index] = FrameNodes.flag | UInt32(truncatingIfNeeded: otherCount)
        if node >= FrameNodes.flag { enterNodes(ofList: Int(node & ~FrameNodes.flag)) }
      }
    }
    self.passed = passed &+ value
    flat[Int(leaf(words[Int(stack.leaf)]))] &+= value
  }

  /// Writes the nodes of the frames that a stack does not share to the path.
  @inline(__always)
  private mutating func lookUp(_ stack: StackCursor.Stack, after shared: Int) {
    let (words, path) = (self.words, self.path)
    var count = shared
    var height = heights + stack.shared
    var frame = stack.end - stack.shared
    let innermost = stack.end - stack.depth
    while frame > innermost {
      frame -= 1
      let word = words[Int(frame.pointee)]
      path[count] = UInt32(truncatingIfNeeded: word)
      path[count &+ 1] = UInt32(truncatingIfNeeded: word &>> 32)
      // Without a branch, as no processor could predict it.
      count &+= 2 &- Int(word &>> 63)
      height += 1
      height.pointee = UInt32(truncatingIfNeeded: count)
    }
    pathCount = count
  }

  /// The innermost node of a location.
  @inline(__always)
  private func leaf(_ word: UInt64) -> UInt32 {
    let outermost = UInt32(truncatingIfNeeded: word)
    let inlined = UInt32(truncatingIfNeeded: word &>> 32)
    if inlined < FrameNodes.flag { return inlined }
    if outermost < FrameNodes.flag { return outermost }
    let list = Int(outermost & ~FrameNodes.flag)
    return lists[list + Int(lists[list])]
  }

  private mutating func enterNodes(ofList list: Int) {
    let (passed, isOnPath, cum, others) = (
      self.passed, self.isOnPath, self.cum, self.others
    )
    let nodes = lists.baseAddress! + (list + 1)
    var count = otherCount
    for index in 0..<Int(nodes[-1]) {
      let node = nodes[index]
      if isOnPath[Int(node)] { continue }
      isOnPath[Int(node)] = true
      cum[Int(node)] &-= passed
      others[count] = node
      count &+= 1
    }
    otherCount = count
  }

  /// Pops entries from the path.
  @inline(__always)
  private mutating func close(downTo count: Int) {
    let (passed, isOnPath, cum) = (self.passed, self.isOnPath, self.cum)
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

  private mutating func leaveOthers(downTo end: Int) {
    let (passed, isOnPath, cum, others) = (
      self.passed, self.isOnPath, self.cum, self.others
    )
    var count = otherCount
    while count > end {
      count &-= 1
      let node = Int(others[count])
      cum[node] &+= passed
      isOnPath[node] = false
    }
    otherCount = min(otherCount, end)
  }
}
