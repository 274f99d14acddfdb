package import ProfileModel

/// A stack has more symbols than ``FoldedStacks/symbolLimit``.
package struct StackTooLong: Error {}

/// The stacks of a profile in the form that folded lines need.
///
/// A symbol stands for a frame's name and whether the frame is the leaf: an even number, with
/// ``leafFlag`` added for the leaf. The writer of the lines assigns the numbers.
package struct FoldedStacks: Sendable {
  let samples: SampleTable

  /// One per sample; a sample with the value 0 is in no line.
  let values: [Int64]

  /// The divisors of the sums, one per sample, when a mean is wanted.
  let divisors: [Int64]?
  let frames: FoldedFrames

  /// The only symbol of a sample without a stack.
  let noStack: UInt32

  /// Stacks with more symbols are refused.
  let symbolLimit: Int

  package static let leafFlag: UInt32 = 1

  package init(
    samples: SampleTable, values: [Int64], divisors: [Int64]?, frames: FoldedFrames,
    noStack: UInt32, symbolLimit: Int
  ) {
    self.samples = samples
    self.values = values
    self.divisors = divisors
    self.frames = frames
    self.noStack = noStack
    self.symbolLimit = symbolLimit
  }

  /// No stack has more symbols than this.
  package var mostSymbols: Int {
    let (most, isTooMuch) = samples.longestStack
      .multipliedReportingOverflow(by: frames.most)
    return isTooMuch ? .max : max(1, most)
  }
}

/// Stacks as plain memory, which is read for every frame without reference counting and checks.
/// Rows of tables were checked when the profile was read.
struct FoldedRows {
  let frames: UnsafeBufferPointer<UInt32>
  let frameEnds: UnsafeBufferPointer<Int>
  let values: UnsafeBufferPointer<Int64>

  /// See ``FoldedFrames``.
  let words: UnsafeBufferPointer<UInt32>
  let lists: UnsafeBufferPointer<UInt32>

  /// Where the frames of a sample are.
  @inline(__always)
  func range(of sample: Int) -> Range<Int> {
    (sample == 0 ? 0 : frameEnds[sample - 1])..<frameEnds[sample]
  }
}

extension FoldedStacks {
  func withRows<Result>(_ body: (FoldedRows) -> Result) -> Result {
    samples.withFrameRows { rows in
      samples.frameEnds.withUnsafeBufferPointer { frameEnds in
        values.withUnsafeBufferPointer { values in
          frames.words.withUnsafeBufferPointer { words in
            frames.lists.withUnsafeBufferPointer { lists in
              body(
                FoldedRows(
                  frames: rows, frameEnds: frameEnds, values: values, words: words, lists: lists))
            }
          }
        }
      }
    }
  }
}

/// The symbols that each location stands for, so that a frame takes one look-up in one table.
package struct FoldedFrames: Sendable {
  /// The symbol where frames follow, or this flag and a place in ``lists``.
  let words: [UInt32]

  /// The number of a location's symbols, followed by these, root first.
  let lists: [UInt32]

  /// The most symbols of a location.
  let most: Int

  static let severalFlag: UInt32 = 1 << 31

  /// - Parameter symbols: the symbol of each node where frames follow.
  package init(_ table: NodeTable, symbols: [UInt32]) {
    var words: [UInt32] = []
    var lists: [UInt32] = []
    words.reserveCapacity(table.locationEnds.count)
    let nodes = table.locationNodes.map(\.rawValue)
    var most = 1
    var start = 0
    for end in table.locationEnds {
      most = max(most, end - start)
      if end - start == 1 {
        words.append(symbols[Int(nodes[start])])
      } else {
        words.append(Self.severalFlag | UInt32(lists.count))
        lists.append(UInt32(end - start))
        for node in nodes[start..<end].reversed() { lists.append(symbols[Int(node)]) }
      }
      start = end
    }
    self.words = words
    self.lists = lists
    self.most = most
  }
}
