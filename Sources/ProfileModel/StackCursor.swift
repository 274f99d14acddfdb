import CSystem
import Foundations

/// Walks stacks in the order of the samples, and says what each one shares with the one visited
/// before.
package struct StackCursor {
  /// A stack: rows of locations, leaf first, before ``end``.
  package struct Stack {
    /// One past the outermost frame. The stack is valid until the cursor moves.
    package let end: UnsafePointer<UInt32>
    package let depth: Int

    /// How many frames, counted from the root, the previous stack has too. This is a lower bound.
    package let shared: Int

    package var frames: UnsafeBufferPointer<UInt32> {
      UnsafeBufferPointer(start: end - depth, count: depth)
    }

    /// The outermost frame.
    @inline(__always)
    package var leaf: UInt32 { (end - depth).pointee }
  }

  // Plain memory, as nothing else is fast enough for each stack.
  private enum Form {
    /// The stack is in memory of the cursor that ends here. The own frames of the next stack
    /// replace what it does not share.
    case packed(
      steps: UnsafePointer<PackedStacks.Step>, blocks: UnsafeBufferPointer<PackedStacks.Block>,
      end: UnsafeMutablePointer<UInt32>)
    case whole(ends: UnsafePointer<Int>)
  }

  private let form: Form
  private let frames: UnsafeBufferPointer<UInt32>

  /// The sample after the last visited one, and the place of its own frames.
  private var nextSample = 0
  private var nextFrame = 0

  // The last visited stack, and how many of its frames are unchanged since then.
  private var lastEnd = 0
  private var left = 0

  /// How far frames were prefetched.
  private var prefetched = 0

  /// How far frames were returned as upcoming.
  private var announced = 0

  private init(_ form: Form, _ frames: UnsafeBufferPointer<UInt32>) {
    self.form = form
    self.frames = frames
  }

  /// Calls a body with a cursor over some stacks.
  fileprivate static func with<Result>(
    _ stacks: PackedStacks, longest: Int, _ body: (inout StackCursor) -> Result
  ) -> Result {
    // Copying moves four frames at a time, and may touch three before the stack.
    let memory = OwnedBuffer<UInt32>(capacity: longest + 4)
    defer { withExtendedLifetime(memory) {} }
    return stacks.steps.withUnsafeBufferPointer { steps in
      stacks.blocks.withUnsafeBufferPointer { blocks in
        stacks.frames.withRows { frames in
          guard let steps = steps.baseAddress else { preconditionFailure("no stack to go to") }
          var cursor = StackCursor(
            .packed(steps: steps, blocks: blocks, end: memory.start + (longest + 4)), frames)
          return body(&cursor)
        }
      }
    }
  }

  fileprivate static func with<Result>(
    _ frames: [LocationID], _ ends: [Int], _ body: (inout StackCursor) -> Result
  ) -> Result {
    ends.withUnsafeBufferPointer { ends in
      frames.withRows { frames in
        guard let ends = ends.baseAddress else { preconditionFailure("no stack to go to") }
        var cursor = StackCursor(.whole(ends: ends), frames)
        return body(&cursor)
      }
    }
  }

  /// Moves to a sample, preferably one that begins a range of ``SampleTable/parts(perCore:)``.
  package mutating func begin(at sample: Int) {
    left = 0
    switch form {
    case .packed(_, let blocks, _):
      let block = PackedStacks.block(of: sample, blocks)
      nextSample = block.firstSample
      nextFrame = block.firstFrame
      prefetched = nextFrame
      announced = nextFrame
    case .whole(let ends):
      prefetched = sample == 0 ? 0 : ends[sample - 1]
    }
  }

  /// Returns the stack of a sample.
  ///
  /// - Precondition: the sample comes after those visited since ``begin(at:)``.
  package mutating func stack(of sample: Int) -> Stack {
    switch form {
    case .packed(let steps, _, let end): packedStack(of: sample, steps, end)
    case .whole(let ends): wholeStack(of: sample, ends)
    }
  }

  @inline(__always)
  private mutating func packedStack(
    of sample: Int, _ steps: UnsafePointer<PackedStacks.Step>,
    _ end: UnsafeMutablePointer<UInt32>
  ) -> Stack {
    precondition(sample >= nextSample, "a cursor goes one way")
    var step = steps[nextSample]
    copyOwn(step, end)
    while nextSample < sample {
      nextSample &+= 1
      step = steps[nextSample]
      copyOwn(step, end)
    }
    nextSample &+= 1
    let shared = left
    left = step.depth
    return Stack(end: UnsafePointer(end), depth: step.depth, shared: shared)
  }

  @inline(__always)
  private mutating func copyOwn(
    _ step: PackedStacks.Step, _ end: UnsafeMutablePointer<UInt32>
  ) {
    let own = Int(step.own)
    let shared = Int(step.shared)
    left = min(left, shared)
    guard own > 0, let base = frames.baseAddress else { return }
    let source = base + nextFrame
    let target = end - (shared &+ own)
    nextFrame &+= own
    fetch(before: nextFrame, base)
    if nextFrame < own &+ 4 {
      target.update(from: source, count: own)
      return
    }
    // From the root to the leaf, after which nothing has to be kept.
    var rest = own
    while rest > 0 {
      rest &-= 4
      UnsafeMutableRawPointer(target + rest).storeBytes(
        of: UnsafeRawPointer(source + rest).loadUnaligned(as: SIMD4<UInt32>.self),
        as: SIMD4<UInt32>.self)
    }
  }

  /// Returns the frames of upcoming stacks, each once, so that the data for them can be prefetched.
  /// For whole stacks nothing is known in advance.
  package mutating func upcoming() -> UnsafeBufferPointer<UInt32> {
    let end = min(frames.count, nextFrame &+ 64)
    let start = max(announced, nextFrame)
    guard case .packed = form, start < end else { return UnsafeBufferPointer(start: nil, count: 0) }
    announced = end
    return UnsafeBufferPointer(rebasing: frames[start..<end])
  }

  /// Prefetches the frames before a place, and some that follow. Stacks are read from their ends,
  /// which the processor does not predict.
  @inline(__always)
  private mutating func fetch(before end: Int, _ base: UnsafePointer<UInt32>) {
    while prefetched < end &+ 512 {
      prefetch(base + prefetched)
      prefetched &+= 16
    }
  }

  @inline(__always)
  private mutating func wholeStack(of sample: Int, _ ends: UnsafePointer<Int>) -> Stack {
    let start = sample == 0 ? 0 : ends[sample &- 1]
    let end = ends[sample]
    // Without frames no stack has any, and nothing is read.
    let base = frames.baseAddress ?? UnsafePointer(OpaquePointer(ends))
    fetch(before: end, base)
    let depth = end &- start
    let shared = sharedDepth(frames, end, lastEnd, limit: min(left, depth))
    lastEnd = end
    left = depth
    return Stack(end: base + end, depth: depth, shared: shared)
  }
}

/// How many frames two stacks have in common at their roots. Stacks are leaf first, and end at the
/// given places.
@inline(__always)
public func sharedDepth(
  _ frames: UnsafeBufferPointer<UInt32>, _ end: Int, _ otherEnd: Int, limit: Int
) -> Int {
  guard let base = UnsafeRawPointer(frames.baseAddress) else { return 0 }
  var depth = 0
  // Four at a time, since neighbours have most of their frames in common.
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

extension SampleTable {
  /// Calls a body with a cursor over all stacks, packed or whole.
  ///
  /// - Precondition: there are samples.
  package func withStackCursor<Result>(_ body: (inout StackCursor) -> Result) -> Result {
    if let stacks = packedStacks {
      return StackCursor.with(stacks, longest: stacks.longest, body)
    }
    return StackCursor.with(frames, frameEnds, body)
  }

  /// The number of frames of the longest stack.
  package var longestStack: Int {
    if let longest = packedLongest { return longest }
    var longest = 0
    var start = 0
    for end in frameEnds {
      longest = max(longest, end - start)
      start = end
    }
    return longest
  }
}

extension SampleTable {
  /// Calls the body with the frames as plain row numbers.
  package func withFrameRows<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    frames.withRows(body)
  }
}

extension [LocationID] {
  fileprivate func withRows<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    withUnsafeBufferPointer { $0.withMemoryRebound(to: UInt32.self) { body($0) } }
  }
}
