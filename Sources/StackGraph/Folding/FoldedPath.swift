import Foundations

/// The symbols of one stack, root first, derived from those of the previous stack.
struct FoldedPath: ~Copyable {
  private let noStack: UInt32
  private let symbolLimit: Int
  private var memory = OwnedBuffer<UInt32>(capacity: 1 << 10)

  /// The number of symbols up to each frame, from the root.
  private var frameEnds = OwnedBuffer<Int>(capacity: 1 << 10)

  /// The number of symbols.
  private(set) var count = 0

  init(_ stacks: FoldedStacks) {
    noStack = stacks.noStack
    symbolLimit = stacks.symbolLimit
    frameEnds[0] = 0
  }

  var symbols: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: memory.start, count: count)
  }

  mutating func clear() { count = 0 }

  /// Changes the stack.
  ///
  /// - Parameters:
  ///   - stack: where the frames of the new one are.
  ///   - shared: how many frames from the root both stacks have in common; neither leaf is among
  ///     them.
  /// - Returns: how many symbols the two have in common.
  mutating func change(_ stack: Range<Int>, _ rows: FoldedRows, from shared: Int) -> Int {
    let oldCount = count
    if stack.count >= frameEnds.capacity { growFrames(stack.count) }
    var end = frameEnds[shared]
    reserve(stack.count + 1, after: end, oldCount)
    if stack.isEmpty {
      let isSame = oldCount > 0 && memory[0] == noStack
      memory[0] = noStack
      count = 1
      return isSame ? 1 : 0
    }
    let frames = rows.frames.baseAddress!
    let words = rows.words.baseAddress!
    // As long as the old stack continues in the same way.
    var same = end
    var depth = shared
    while depth < stack.count, end == same {
      depth += 1
      let word = words[Int(frames[stack.upperBound - depth])]
      let isLeaf = depth == stack.count
      if word >= FoldedFrames.severalFlag {
        reserveList(word, rows, framesLeft: stack.count - depth, after: end, oldCount)
      }
      Self.withSymbols(word, rows, isLeaf: isLeaf) { symbol in
        if end == same, end < oldCount, memory[end] == symbol {
          same += 1
        } else {
          memory[end] = symbol
        }
        end += 1
      }
      frameEnds[depth] = end
    }
    // From here on every symbol is new, as it is in another place.
    while depth < stack.count {
      depth += 1
      let word = words[Int(frames[stack.upperBound - depth])]
      if word < FoldedFrames.severalFlag {
        memory[end] = word
        end += 1
      } else {
        reserveList(word, rows, framesLeft: stack.count - depth, after: end, end)
        Self.withSymbols(word, rows, isLeaf: false) { symbol in
          memory[end] = symbol
          end += 1
        }
        // The stack will be refused as too long, so the rest does not matter.
        if end > symbolLimit { break }
      }
      frameEnds[depth] = end
    }
    if same < end { memory[end - 1] |= FoldedStacks.leafFlag }
    count = end
    return same
  }

  /// Calls the body with the symbols of a location, root first.
  @inline(__always)
  private static func withSymbols(
    _ word: UInt32, _ rows: FoldedRows, isLeaf: Bool, _ body: (UInt32) -> Void
  ) {
    let leafFlag = isLeaf ? FoldedStacks.leafFlag : 0
    if word < FoldedFrames.severalFlag {
      body(word | leafFlag)
    } else {
      let list = Int(word & ~FoldedFrames.severalFlag)
      let last = list + Int(rows.lists[list])
      for row in list + 1..<last { body(rows.lists[row]) }
      body(rows.lists[last] | leafFlag)
    }
  }

  private mutating func reserveList(
    _ word: UInt32, _ rows: FoldedRows, framesLeft: Int, after end: Int, _ oldCount: Int
  ) {
    let count = Int(rows.lists[Int(word & ~FoldedFrames.severalFlag)])
    reserve(framesLeft + 1 + count, after: end, oldCount)
  }

  private mutating func reserve(_ more: Int, after end: Int, _ oldCount: Int) {
    var capacity = memory.capacity
    if end + more <= capacity { return }
    while capacity < end + more { capacity *= 2 }
    memory.grow(to: capacity, keeping: max(end, oldCount))
  }

  private mutating func growFrames(_ count: Int) {
    let old = frameEnds.capacity
    var capacity = old
    while capacity <= count { capacity *= 2 }
    frameEnds.grow(to: capacity, keeping: old)
  }
}
