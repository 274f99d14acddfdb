/// The symbols of one stack, root first, made from those of the stack before.
struct FoldedPath {
  private let table: FoldedFrames
  private let noStack: UInt32
  private var memory: UnsafeMutablePointer<UInt32>
  private var capacity = 1 << 10

  /// How many symbols there are up to each frame from the root on.
  private var frameEnds = UnsafeMutablePointer<Int>.allocate(capacity: 1 << 10)
  private var frameCapacity = 1 << 10

  /// How many symbols there are.
  private(set) var count = 0

  init(_ table: FoldedFrames, noStack: UInt32) {
    self.table = table
    self.noStack = noStack
    memory = .allocate(capacity: capacity)
    frameEnds[0] = 0
  }

  func deallocate() {
    memory.deallocate()
    frameEnds.deallocate()
  }

  var symbols: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: memory, count: count) }

  mutating func clear() { count = 0 }

  /// Changes the stack.
  ///
  /// - Parameters:
  ///   - frames: the new one, leaf first.
  ///   - shared: how many frames from the root on are those of the old one; the
  ///     leaf of neither is among them.
  /// - Returns: how many symbols the two have in common.
  mutating func change(_ frames: UnsafeBufferPointer<UInt32>, from shared: Int) -> Int {
    let oldCount = count
    if frames.count >= frameCapacity { growFrames(frames.count) }
    var end = frameEnds[shared]
    reserve(frames.count + 1, behind: end, oldCount)
    if frames.isEmpty {
      let isSame = oldCount > 0 && memory[0] == noStack
      memory[0] = noStack
      count = 1
      return isSame ? 1 : 0
    }
    // As long as the old one goes on like this.
    var same = end
    var index = frames.count - 1 - shared
    table.words.withUnsafeBufferPointer { words in
      while index >= 0, end == same {
        let word = words[Int(frames[index])]
        if word >= FoldedFrames.severalFlag { reserveList(word, index, end, oldCount) }
        withSymbols(word, isLeaf: index == 0) { symbol in
          if end == same, end < oldCount, memory[end] == symbol {
            same += 1
          } else {
            memory[end] = symbol
          }
          end += 1
        }
        frameEnds[frames.count - index] = end
        index -= 1
      }
      // From there on every symbol is new, as its place is another.
      while index >= 0 {
        let word = words[Int(frames[index])]
        if word < FoldedFrames.severalFlag, index > 0 {
          memory[end] = word
          end += 1
        } else {
          if word >= FoldedFrames.severalFlag { reserveList(word, index, end, end) }
          withSymbols(word, isLeaf: index == 0) { symbol in
            memory[end] = symbol
            end += 1
          }
          // A stack that no line could hold: the rest does not matter.
          if end > TextOutput.limit / 2 { break }
        }
        frameEnds[frames.count - index] = end
        index -= 1
      }
    }
    count = end
    return same
  }

  /// Calls the body with the symbols of a location, root first.
  @inline(__always)
  private func withSymbols(_ word: UInt32, isLeaf: Bool, _ body: (UInt32) -> Void) {
    let leafFlag = isLeaf ? FoldedNames.leafFlag : 0
    if word < FoldedFrames.severalFlag {
      body(word | leafFlag)
    } else {
      let list = Int(word & ~FoldedFrames.severalFlag)
      let last = list + Int(table.lists[list])
      for row in list + 1..<last { body(table.lists[row]) }
      body(table.lists[last] | leafFlag)
    }
  }

  private mutating func reserveList(_ word: UInt32, _ framesLeft: Int, _ end: Int, _ old: Int) {
    let count = Int(table.lists[Int(word & ~FoldedFrames.severalFlag)])
    reserve(framesLeft + 1 + count, behind: end, old)
  }

  private mutating func reserve(_ more: Int, behind end: Int, _ oldCount: Int) {
    if end + more <= capacity { return }
    while capacity < end + more { capacity *= 2 }
    let new = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    new.update(from: memory, count: max(end, oldCount))
    memory.deallocate()
    memory = new
  }

  private mutating func growFrames(_ count: Int) {
    let old = frameCapacity
    while frameCapacity <= count { frameCapacity *= 2 }
    let new = UnsafeMutablePointer<Int>.allocate(capacity: frameCapacity)
    new.update(from: frameEnds, count: old)
    frameEnds.deallocate()
    frameEnds = new
  }
}
