import ProfileModel
import StackGraph

/// The stacks of some samples as symbols, each without what it has in common with
/// the one before. Batches are made on all cores, and added to a tree in their order.
///
/// It is sendable as one thread at a time fills it.
final class FoldedBatch: @unchecked Sendable {
  struct Stack {
    var sample: Int

    /// How many symbols are those of the stack before; 0 for the first one here.
    var same: Int

    /// How many symbols there are; those that are not the same come next in ``symbols``.
    var count: Int
  }

  private(set) var stacks: [Stack] = []
  private(set) var symbols: [UInt32] = []

  /// No line of a report could hold the last stack.
  private(set) var isTooLong = false
  private var samples = 0..<0
  private var path: FoldedPath

  static let sampleCount = 4096

  init(_ table: FoldedFrames, noStack: UInt32) {
    path = FoldedPath(table, noStack: noStack)
  }

  deinit { path.deallocate() }

  /// Takes the next samples; false when there are none.
  func claim(from next: inout Int, count: Int) -> Bool {
    samples = next..<min(next + Self.sampleCount, count)
    next = samples.upperBound
    return !samples.isEmpty
  }

  func fill(_ table: SampleTable, values: [Int64]) {
    stacks.removeAll(keepingCapacity: true)
    symbols.removeAll(keepingCapacity: true)
    path.clear()
    var path = self.path
    defer { self.path = path }
    let ends = table.frameEnds
    table.withFrameRows { frames in
      var frameStart = samples.lowerBound == 0 ? 0 : ends[samples.lowerBound - 1]
      var previous = 0..<0
      for sample in samples {
        let range = frameStart..<ends[sample]
        frameStart = range.upperBound
        if values[sample] == 0 { continue }
        // The symbol of a leaf is another than the same name's elsewhere.
        var shared = 0
        let most = min(range.count, previous.count) - 1
        while shared < most,
          frames[range.upperBound - 1 - shared] == frames[previous.upperBound - 1 - shared]
        {
          shared += 1
        }
        previous = range
        let same = path.change(UnsafeBufferPointer(rebasing: frames[range]), from: shared)
        // A symbol is two bytes at least.
        if path.count > TextOutput.limit / 2 {
          isTooLong = true
          return
        }
        stacks.append(Stack(sample: sample, same: same, count: path.count))
        symbols.append(contentsOf: UnsafeBufferPointer(rebasing: path.symbols[same...]))
      }
    }
  }
}
