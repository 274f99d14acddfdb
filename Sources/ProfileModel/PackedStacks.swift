import Foundations

/// Consecutive stacks, each stored as what it does not share with the previous one.
///
/// Neighbours in a profile mostly have many outer frames in common. These are neither stored nor
/// examined again, and a walk in the order of the samples learns without comparing how much each
/// stack shares with the previous one.
package struct PackedStacks: Sendable {
  /// How a stack differs from the previous one.
  package struct Step: BitwiseCopyable, Sendable {
    /// The number of its own frames, those towards the leaf.
    package var own: UInt32

    /// The number of frames that it shares with the previous stack, counted from the root.
    package var shared: UInt32

    package init(own: Int, shared: Int) {
      self.own = UInt32(own)
      self.shared = UInt32(shared)
    }

    /// The depth of the stack.
    @inline(__always)
    package var depth: Int { Int(own) + Int(shared) }
  }

  /// A run of samples. The first one shares nothing, so that a walk can begin here.
  struct Block: Sendable {
    var firstSample = 0

    /// The number of frames that precede it in ``frames``.
    var firstFrame = 0

    /// The number of frames of all stacks before it.
    var firstDepth = 0
  }

  /// The own frames of all stacks in sequence, each leaf first.
  package var frames: [LocationID] = []

  /// One step per sample.
  package var steps: [Step] = []

  /// In the order of the samples; the first block begins with the first sample.
  private(set) var blocks = [Block()]

  /// The number of frames of all stacks.
  package private(set) var depthSum = 0

  /// The number of frames of the deepest stack.
  package private(set) var longest = 0

  package init() {}

  /// Whether the current block is full: of own frames, by which walks are split over the cores, or
  /// of whole stacks, which share nearly everything in some profiles.
  ///
  /// - Parameter frameCount: the number of own frames, including those to come.
  @inline(__always)
  package func isBlockFull(frameCount: Int) -> Bool {
    let block = blocks[blocks.count - 1]
    return frameCount &- block.firstFrame >= 1 << 14 || depthSum &- block.firstDepth >= 1 << 18
  }

  /// Records a stack whose step and own frames are added together with others.
  @inline(__always)
  package mutating func note(depth: Int) {
    depthSum &+= depth
    longest = max(longest, depth)
  }

  /// Adds a stack.
  ///
  /// - Parameters:
  ///   - stack: rows of locations, leaf first.
  ///   - shared: how many of them, counted from the root, the previous stack has too.
  package mutating func append(_ stack: UnsafeBufferPointer<UInt32>, shared: Int) {
    var shared = shared
    if isBlockFull(frameCount: frames.count) {
      beginBlock(atFrame: frames.count, sample: steps.count)
      shared = 0
    }
    let own = stack.count - shared
    makeRoom(own)
    UnsafeBufferPointer(rebasing: stack[..<own]).withMemoryRebound(to: LocationID.self) {
      frames.append(contentsOf: $0)
    }
    steps.append(Step(own: own, shared: shared))
    note(depth: stack.count)
  }

  /// Makes room for a stack with this many frames of its own. Capacity grows by a quarter: while it
  /// doubles, memory holds three times what is needed.
  @inline(__always)
  private mutating func makeRoom(_ own: Int) {
    if frames.capacity - frames.count < own {
      frames.reserveCapacity(frames.count + max(own, frames.count / 4, 1 << 10))
    }
    if steps.capacity == steps.count {
      steps.reserveCapacity(steps.count + max(64, steps.count / 4))
    }
  }

  /// Adds stacks; the first of them shares nothing with the last one here.
  package mutating func append(contentsOf other: PackedStacks) {
    for var block in other.blocks {
      block.firstSample += steps.count
      block.firstFrame += frames.count
      block.firstDepth += depthSum
      blocks.append(block)
    }
    frames.append(contentsOf: other.frames)
    steps.append(contentsOf: other.steps)
    depthSum += other.depthSum
    longest = max(longest, other.longest)
  }

  /// Makes room for some more stacks.
  package mutating func reserve(frames frameCount: Int, stacks: Int) {
    frames.reserveCapacity(frames.count + frameCount)
    steps.reserveCapacity(steps.count + stacks)
  }

  /// Records that the next sample shares nothing with the previous one.
  ///
  /// - Parameter frame: how many frames precede it.
  package mutating func beginBlock(atFrame frame: Int, sample: Int) {
    blocks.append(Block(firstSample: sample, firstFrame: frame, firstDepth: depthSum))
  }

  /// The sample that owns a frame.
  package func sample(ofFrame frame: Int) -> Int {
    var end = 0
    return steps.firstIndex { step in
      end += Int(step.own)
      return frame < end
    } ?? 0
  }

  /// The block with a sample.
  static func block(of sample: Int, _ blocks: UnsafeBufferPointer<Block>) -> Block {
    var low = 0
    var high = blocks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].firstSample <= sample { low = middle } else { high = middle }
    }
    return blocks[low]
  }

  /// Returns the frames of all stacks in sequence, each leaf first, and where each stack ends. The
  /// blocks are split over the cores.
  func unpacked() -> (frames: [LocationID], ends: [Int]) {
    if frames.count == depthSum {
      // Nothing is shared, so the stacks are already whole.
      var end = 0
      let ends = steps.map { step in
        end += step.depth
        return end
      }
      return (frames, ends)
    }
    var ends: [Int] = []
    let frames = [LocationID](unsafeUninitializedCapacity: depthSum) { frames, frameCount in
      useLargePages(UnsafeMutableRawBufferPointer(frames))
      // No two parts write to the same frames and ends.
      nonisolated(unsafe) let frames = frames
      ends = [Int](unsafeUninitializedCapacity: steps.count) { ends, endCount in
        nonisolated(unsafe) let ends = ends
        let ranges = unpackingParts()
        let parts = PartQueue(ranges)
        _ = concurrently(Array(0..<min(ranges.count, coreCount))) { _ in
          while let range = parts.next() { unpack(range, frames, ends) }
        }
        endCount = steps.count
      }
      frameCount = depthSum
    }
    return (frames, ends)
  }

  /// Ranges of blocks; a single one when threads would not pay.
  private func unpackingParts() -> [Range<Int>] {
    let isLarge = isWorthSplitting(depthSum, from: 1 << 18)
    let size = isLarge ? max(1, blocks.count / (coreCount * 8)) : blocks.count
    return stride(from: 0, to: blocks.count, by: max(1, size)).map {
      $0..<min($0 + size, blocks.count)
    }
  }

  private func unpack(
    _ range: Range<Int>, _ wholes: UnsafeMutableBufferPointer<LocationID>,
    _ ends: UnsafeMutableBufferPointer<Int>
  ) {
    let lastSample =
      range.upperBound == blocks.count ? steps.count : blocks[range.upperBound].firstSample
    var place = blocks[range.lowerBound].firstFrame
    var end = blocks[range.lowerBound].firstDepth
    steps.withUnsafeBufferPointer { steps in
      frames.withUnsafeBufferPointer { frames in
        for sample in blocks[range.lowerBound].firstSample..<lastSample {
          let own = Int(steps[sample].own)
          let shared = Int(steps[sample].shared)
          let start = end
          end += own + shared
          if own > 0 {
            (wholes.baseAddress! + start).initialize(
              from: frames.baseAddress! + place, count: own)
          }
          if shared > 0 {
            (wholes.baseAddress! + (start + own)).initialize(
              from: wholes.baseAddress! + (start - shared), count: shared)
          }
          place += own
          ends[sample] = end
        }
      }
    }
  }
}
