import Foundations

extension SampleTable {
  /// Returns the samples in ranges with about equally many frames (own frames, if stacks are
  /// packed): a few per core, or a single range when there are few samples.
  package func parts(perCore: Int = 1) -> [Range<Int>] {
    if !isWorthSplitting(frameCount, from: 1 << 18) { return [0..<count] }
    let partCount = coreCount * perCore
    if let stacks = packedStacks {
      // A walk visits own frames and begins with a block.
      let blocks = stacks.blocks
      return ranges(partCount, of: stacks.frames.count, places: blocks.count) {
        (blocks[$0].firstFrame, blocks[$0].firstSample)
      }
    }
    let ends = frameEnds
    return ranges(partCount, of: ends[count - 1], places: count) {
      ($0 == 0 ? 0 : ends[$0 - 1], $0)
    }
  }

  /// Returns ranges of samples that begin at some of the given places and have about equally many
  /// frames.
  ///
  /// - Parameter place: the number of frames before a place, and its sample.
  private func ranges(
    _ partCount: Int, of frameCount: Int, places: Int, _ place: (Int) -> (frame: Int, sample: Int)
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    for part in 1...partCount {
      let target = frameCount / partCount * part
      let next = firstNumber(in: 0..<places) { place($0).frame >= target }
      let end = part == partCount || next == places ? count : place(next).sample
      if end > start {
        result.append(start..<end)
        start = end
      }
    }
    return result
  }
}
