import Foundations
import HeapscopeTestSupport
import ProfileModel
import Testing

/// Stacks packed and whole, against lists of their frames.
@Suite("Stacks stored as differences") struct PackedStacksTests {
  /// Stacks of which most begin like the one before, leaf first, and how many frames each is
  /// said to share: not always all that it does.
  private static func stacks(
    _ count: Int, longest: Int, using random: inout SeededGenerator
  ) -> [(frames: [UInt32], shared: Int)] {
    var last: [UInt32] = []
    return (0..<count).map { _ in
      let shared = random.oneIn(6) ? 0 : Int.random(in: 0...last.count, using: &random)
      let own = Int.random(in: 0...max(0, longest - shared), using: &random)
      last =
        (0..<own).map { _ in UInt32.random(in: 0..<50, using: &random) } + last.suffix(shared)
      return (last, random.oneIn(5) ? shared / 2 : shared)
    }
  }

  private static func packed(_ stacks: [(frames: [UInt32], shared: Int)]) -> PackedStacks {
    var packed = PackedStacks()
    for stack in stacks {
      stack.frames.withUnsafeBufferPointer { packed.append($0, shared: stack.shared) }
    }
    return packed
  }

  private static func table(_ packed: PackedStacks) -> SampleTable {
    var table = SampleTable()
    table.setStacks(packed)
    return table
  }

  private static func frames(_ table: SampleTable, _ sample: Int) -> [UInt32] {
    table.frames[table.frameRange(of: sample)].map(\.rawValue)
  }

  // The last one is split over the cores.
  @Test(
    "packed stacks unpack to the stacks that were packed",
    arguments: [(1, 5), (40, 9), (3000, 60), (9000, 80)])
  func unpacking(count: Int, longest: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let stacks = Self.stacks(count, longest: longest, using: &random)
    let table = Self.table(Self.packed(stacks))
    #expect(table.count == count)
    #expect(table.frameCount == stacks.reduce(0) { $0 + $1.frames.count })
    #expect(table.longestStack == stacks.map(\.frames.count).max())
    #expect(table.packedStacks != nil)
    #expect((0..<count).allSatisfy { Self.frames(table, $0) == stacks[$0].frames })
    #expect(table.packedStacks == nil)
    #expect(table.longestStack == stacks.map(\.frames.count).max())
  }

  @Test("packed stacks that share nothing unpack to the same stacks")
  func unshared() {
    var random = SeededGenerator(seed: 8)
    let stacks = Self.stacks(300, longest: 20, using: &random).map {
      (frames: $0.frames, shared: 0)
    }
    let table = Self.table(Self.packed(stacks))
    #expect((0..<300).allSatisfy { Self.frames(table, $0) == stacks[$0].frames })
  }

  @Test("packed stacks unpack correctly for several threads at the same time")
  func askedAtOnce() {
    var random = SeededGenerator(seed: 5)
    let stacks = Self.stacks(4000, longest: 70, using: &random)
    let table = Self.table(Self.packed(stacks))
    let sums = concurrently(Array(0..<4)) { _ in
      table.frames.reduce(0) { $0 + Int($1.rawValue) }
    }
    let sum = stacks.reduce(0) { $0 + $1.frames.reduce(0) { $0 + Int($1) } }
    #expect(sums == [sum, sum, sum, sum])
  }

  @Test(
    "a cursor returns the requested stacks, and does not overstate shared frames", arguments: 0..<20
  )
  func cursor(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let stacks = Self.stacks(1500, longest: 40, using: &random)
    let packed = Self.table(Self.packed(stacks))
    let whole = Self.table(Self.packed(stacks))
    _ = whole.frames
    for table in [packed, whole] {
      table.withStackCursor { cursor in
        for _ in 0..<4 {
          var sample = Int.random(in: 0..<stacks.count, using: &random)
          cursor.begin(at: sample)
          var last: [UInt32]?
          while sample < stacks.count {
            let stack = cursor.stack(of: sample)
            let frames = Array(stack.frames)
            #expect(frames == stacks[sample].frames)
            if let last {
              #expect(stack.shared <= min(last.count, frames.count))
              #expect(last.suffix(stack.shared) == frames.suffix(stack.shared))
            } else {
              #expect(stack.shared == 0)
            }
            last = frames
            sample += random.oneIn(3) ? Int.random(in: 1...90, using: &random) : 1
          }
        }
      }
    }
  }

  @Test("parts of packed stacks hold each sample once and begin where a walk can begin")
  func parts() {
    var random = SeededGenerator(seed: 3)
    let stacks = Self.stacks(9000, longest: 80, using: &random)
    let packed = Self.table(Self.packed(stacks))
    let whole = Self.table(Self.packed(stacks))
    _ = whole.frames
    for table in [packed, whole] {
      let parts = table.parts(perCore: 8)
      #expect(parts.count > 1)
      #expect(parts.flatMap(Array.init) == Array(0..<9000))
    }
    let steps = packed.packedStacks?.steps ?? []
    #expect(packed.parts(perCore: 8).allSatisfy { steps[$0.lowerBound].shared == 0 })
  }

  @Test("selected samples keep their stacks, values and labels", arguments: 0..<20)
  func selecting(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let stacks = Self.stacks(700, longest: 30, using: &random)
    var table = SampleTable(typeCount: 1)
    var labels: [[Label]] = []
    for (row, stack) in stacks.enumerated() {
      let some = random.oneIn(3) ? [Label.number(StringID(1), Int64(row), unit: .empty)] : []
      table.append(
        stack: stack.frames.map { LocationID(rawValue: $0) }, values: [Int64(row)], labels: some)
      labels.append(some)
    }
    if seed % 2 == 0 { table.setStacks(Self.packed(stacks)) }
    let rows = stacks.indices.filter { _ in random.oneIn(3) }
    let picked = table.selecting(rows)
    #expect(picked.values == [rows.map(Int64.init)])
    for (index, row) in rows.enumerated() {
      #expect(Self.frames(picked, index) == stacks[row].frames)
      #expect(Array(picked.labels[picked.labelRange(of: index)]) == labels[row])
    }
  }
}
