import Foundations

/// Stacks one after another, each as what it does not share with the one before.
///
/// Neighbours in a profile mostly have many of their outer frames in common. Those are
/// neither stored again nor looked at again, and a walk in the order of the
/// samples learns without comparing how far each stack follows the last one.
package struct PackedStacks: Sendable {
  /// How a stack follows from the one before.
  package struct Step: BitwiseCopyable, Sendable {
    /// How many frames it has of its own: those towards the leaf.
    package var own: UInt32

    /// How many it shares with the one before, counted from the root.
    package var shared: UInt32

    package init(own: Int, shared: Int) {
      self.own = UInt32(own)
      self.shared = UInt32(shared)
    }

    /// How deep the stack is.
    @inline(__always)
    package var depth: Int { Int(own) + Int(shared) }
  }

  /// Some samples, of which the first one shares nothing: here a walk can begin.
  struct Block: Sendable {
    var firstSample = 0

    /// How many frames come before it in ``frames``.
    var firstFrame = 0

    /// How many frames the stacks before it have.
    var firstDepth = 0
  }

  /// The own frames of all stacks one after another, each leaf first.
  package var frames: [LocationID] = []

  /// A step a sample.
  package var steps: [Step] = []

  /// In the order of the samples; the first one begins with the first sample.
  private(set) var blocks = [Block()]

  /// How many frames all stacks have.
  package private(set) var depthSum = 0

  /// How many frames the deepest stack has.
  package private(set) var longest = 0

  package init() {}

  /// Whether the block that is being filled has enough: of own frames, by which walks are
  /// split over the cores, or of whole stacks, which share nearly all in some profiles.
  ///
  /// - Parameter frameCount: how many own frames there are, those to come included.
  @inline(__always)
  package func isBlockFull(frameCount: Int) -> Bool {
    let block = blocks[blocks.count - 1]
    return frameCount &- block.firstFrame >= 1 << 14 || depthSum &- block.firstDepth >= 1 << 18
  }

  /// Notes a stack whose step and own frames are added together with others.
  @inline(__always)
  package mutating func note(depth: Int) {
    depthSum &+= depth
    longest = max(longest, depth)
  }

  /// Adds a stack.
  ///
  /// - Parameters:
  ///   - stack: rows of locations, leaf first.
  ///   - shared: how many of them, counted from the root, the stack before has too.
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

  /// Makes room for a stack of so many own frames. It grows by a quarter: while it doubles,
  /// three times what there is would be in memory.
  @inline(__always)
  private mutating func makeRoom(_ own: Int) {
    if frames.capacity - frames.count < own {
      frames.reserveCapacity(frames.count + max(own, frames.count / 4, 1 << 10))
    }
    if steps.capacity == steps.count {
      steps.reserveCapacity(steps.count + max(64, steps.count / 4))
    }
  }

  /// Adds stacks, of which the first one shares nothing with the last of these.
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

  /// Notes that a sample, the next one, shares nothing with the one before.
  ///
  /// - Parameter frame: how many frames come before it.
  package mutating func beginBlock(atFrame frame: Int, sample: Int) {
    blocks.append(Block(firstSample: sample, firstFrame: frame, firstDepth: depthSum))
  }

  /// The sample that has a frame of its own.
  package func sample(ofFrame frame: Int) -> Int {
    var end = 0
    return steps.firstIndex { step in
      end += Int(step.own)
      return frame < end
    } ?? 0
  }

  /// The block that holds a sample.
  static func block(of sample: Int, _ blocks: UnsafeBufferPointer<Block>) -> Block {
    var low = 0
    var high = blocks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].firstSample <= sample { low = middle } else { high = middle }
    }
    return blocks[low]
  }

  /// Returns the frames of all stacks one after another, each leaf first, and where each
  /// stack ends among them. The blocks are split over the cores.
  func unpacked() -> (frames: [LocationID], ends: [Int]) {
    if frames.count == depthSum {
      // Nothing is shared, so they are whole as they are.
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

  /// Ranges of blocks; a single one where a thread would not pay.
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
