import Foundations
import ProfileModel

/// Removes recursion from stacks: of the rounds of a cycle, direct (`a;a;a`) or mutual
/// (`a;b;a;b;a`), one is kept.
///
/// It is the round closest to the leaf, so a stack keeps its last frame, and what is below the
/// cycle stays below the line that called it. As the set of rows on the stack does not change, no
/// flat and no cum changes.
struct RecursionCut {
  /// The most frames in a round.
  private static let longestRound = 128

  /// A repetition: rounds of this many frames.
  struct Cycle: Equatable {
    var frameCount = 0
    var rounds = 0
  }

  /// By location: equal for equal frames.
  private let keys: [UInt32]

  /// The remaining frames, root first, and the cycle that ends with each; one with no rounds when
  /// none does.
  private(set) var frames: [UInt32] = []
  private(set) var cycles: [Cycle] = []

  // By key: the last stack that had it.
  private var stacks: [UInt32]
  private var stack: UInt32 = 0

  /// - Parameter keys: for all locations; each is less than their count.
  init(keys: [UInt32]) {
    self.keys = keys
    stacks = Array(repeating: 0, count: keys.count)
  }

  /// Stores in ``frames`` a stack without its recursion; returns false when it has none.
  ///
  /// - Parameter all: the stack, leaf first.
  mutating func cut(_ all: some BidirectionalCollection<UInt32>) -> Bool {
    frames.removeAll(keepingCapacity: true)
    cycles.removeAll(keepingCapacity: true)
    stack &+= 1
    var isCut = false
    for location in all.reversed() {
      frames.append(location)
      cycles.append(Cycle())
      let key = Int(keys[Int(location)])
      if stacks[key] == stack, cutLastRound() { isCut = true }
      stacks[key] = stack
    }
    return isCut
  }

  /// Removes the round before the last, when the frames end in two equal rounds.
  private mutating func cutLastRound() -> Bool {
    let count = frames.count
    // A cycle of `a;b` that an `a` follows is also a cycle of `b;a` after an `a`.
    if count > 1, cycles[count - 2].rounds > 0, count > cycles[count - 2].frameCount,
      key(count - 1) == key(count - 1 - cycles[count - 2].frameCount)
    {
      cycles.swapAt(count - 2, count - 1)
    }
    for size in 1...max(1, min(Self.longestRound, count / 2))
    where count >= 2 * size
      && (0..<size).allSatisfy({
        key(count - 1 - $0) == key(count - 1 - $0 - size)
      })
    {
      let known = cycles[count - 1]
      cycles[count - 1] = Cycle(
        frameCount: size, rounds: known.frameCount == size ? known.rounds + 1 : 2)
      frames.removeSubrange((count - 2 * size)..<(count - size))
      cycles.removeSubrange((count - 2 * size)..<(count - size))
      return true
    }
    return false
  }

  private func key(_ index: Int) -> UInt32 { keys[Int(frames[index])] }
}

extension Profile {
  /// Keeps one round of each cycle in the stacks.
  ///
  /// - Parameter granularity: what makes two frames equal.
  mutating func collapseRecursion(_ granularity: Granularity) {
    let cut = RecursionCut(keys: recursionKeys(granularity))
    samples.changeStacks {
      var cut = cut
      return { cut.cut($0) ? cut.frames : nil }
    }
  }

  /// Returns a number for each location, equal for locations that are one frame at a granularity.
  ///
  /// The function at an address without a line is unknown, so such a location equals only itself.
  func recursionKeys(_ granularity: Granularity) -> [UInt32] {
    struct Line: Hashable {
      var name: StringID
      var file = StringID.empty
      var line: Int64 = 0
      var address: UInt64 = 0
    }
    var known: [[Line]: UInt32] = [:]
    return (0..<locations.count).map { row in
      let lines = locations.lines[locations.lineRange(of: row)].map { line in
        let function = line.function.index
        var key = Line(name: functions.names[function])
        if ![.functions, .packages, .modules].contains(granularity) {
          key.file = functions.files[function]
        }
        if granularity == .lines || granularity == .addresses { key.line = line.line }
        if granularity == .addresses { key.address = locations.addresses[row] }
        return key
      }
      let own = UInt32(row)
      if lines.isEmpty { return own }
      if let first = known[lines] { return first }
      known[lines] = own
      return own
    }
  }
}
