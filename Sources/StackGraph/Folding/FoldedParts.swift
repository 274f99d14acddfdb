import Foundations
import ProfileModel

/// The samples of a profile in parts whose lines follow each other: all lines of a part precede
/// those of the next.
///
/// So parts can be sorted one by one, on all cores, and what a part needs fits in a core's cache,
/// unlike the tree of a whole profile. The tree of a few samples determines where to cut: a bad
/// guess costs time, but changes no line.
package struct FoldedParts: Sendable {
  package let stacks: FoldedStacks

  /// The place of each symbol in byte order.
  let ranks: [UInt32]

  /// The samples of each part, part by part, each in the order of the profile.
  private var members: [UInt32] = []

  /// Where each part ends in ``members``.
  private var ends: [Int] = []

  /// About how many symbols make a part.
  package static let usualSymbols = 1 << 14

  /// How many samples are examined for each expected part.
  private static let probesPerPart = 16

  /// - Parameters:
  ///   - symbols: about how many make a part.
  ///   - ranks: returns the place of each symbol in byte order.
  package init(
    _ stacks: FoldedStacks, symbols: Int, ranks makeRanks: @escaping @Sendable () -> [UInt32]
  ) throws(StackTooLong) {
    self.stacks = stacks
    let samples = stacks.samples
    let all = 0..<UInt32(samples.count)
    if samples.frameCount <= symbols {
      ranks = makeRanks()
      members = Array(all)
      ends = [members.count]
      return
    }
    let probes = samples.frameCount / symbols * Self.probesPerPart
    let step = max(1, samples.count / probes)
    let (ranks, tree) = alongside(makeRanks) { Self.tree(of: stacks, every: step) }
    self.ranks = ranks
    let cuts = FoldedCuts(try tree.get(), ranks: ranks, step: step, symbols: symbols)
    let parts = concurrently(samples.parts()) { cuts.parts(of: $0, stacks) }
    collect(parts, partCount: cuts.partCount)
  }

  package var count: Int { ends.count }

  /// The samples of a part.
  func withMembers(
    of part: Int, _ body: (UnsafeBufferPointer<UInt32>) throws(StackTooLong) -> Void
  ) throws(StackTooLong) {
    let range = (part == 0 ? 0 : ends[part - 1])..<ends[part]
    try members.withUnsafeBufferPointer { (members) throws(StackTooLong) in
      try body(UnsafeBufferPointer(rebasing: members[range]))
    }
  }

  private static func tree(
    of stacks: FoldedStacks, every step: Int
  ) -> Result<FoldedTree, StackTooLong> {
    var path = FoldedPath(stacks)
    var tree = FoldedTree()
    let members = Array(stride(from: 0, to: UInt32(stacks.samples.count), by: step))
    do throws(StackTooLong) {
      try members.withUnsafeBufferPointer { (members) throws(StackTooLong) in
        try tree.fill(stacks, members, &path)
      }
    } catch { return .failure(error) }
    return .success(tree)
  }

  /// Groups the samples by part.
  ///
  /// - Parameter parts: the part of each sample, as consecutive lists.
  private mutating func collect(_ parts: [[UInt32]], partCount: Int) {
    var places = [Int](repeating: 0, count: partCount + 1)
    for list in parts { for part in list { places[Int(part) + 1] += 1 } }
    for part in 1...partCount { places[part] += places[part - 1] }
    ends = Array(places.dropFirst())
    members = [UInt32](unsafeUninitializedCapacity: ends[partCount - 1]) { members, count in
      var sample: UInt32 = 0
      for list in parts {
        for part in list {
          members[places[Int(part)]] = sample
          places[Int(part)] += 1
          sample += 1
        }
      }
      count = Int(sample)
    }
  }
}
