import HeapscopeTestSupport
import ProfileModel
import Testing

@testable import StackGraph

@Suite("Stacks as a tree of symbols")
struct FoldingTests {
  /// A symbol a node of the graph; their order is that of their numbers.
  private func stacks(
    _ selection: Selection, symbolLimit: Int = .max
  ) -> (stacks: FoldedStacks, count: Int) {
    let table = GraphBuilder(selection).table
    let symbols = (0..<UInt32(table.count)).map { $0 << 1 }
    let noStack = UInt32(table.count) << 1 | FoldedStacks.leafFlag
    let stacks = FoldedStacks(
      samples: selection.profile.samples, values: selection.values, divisors: nil,
      frames: FoldedFrames(table, symbols: symbols), noStack: noStack, symbolLimit: symbolLimit)
    return (stacks, table.count + 1)
  }

  private func ranks(_ count: Int) -> [UInt32] { (0..<UInt32(count * 2)).map { $0 } }

  /// The stacks of a tree with their sums, in its order.
  private func lines(_ part: borrowing FoldedPart) -> [(stack: [UInt32], value: Int64)] {
    let order = part.order
    var lines: [(stack: [UInt32], value: Int64)] = []
    func walk(_ rows: Range<UInt32>, _ above: [UInt32]) {
      for row in rows {
        let node = order.nodes[Int(row)]
        let stack = above + part.tree.labels[node.start..<node.start + Int(node.count)]
        if node.childCount == 0 { lines.append((stack, node.value)) }
        walk(node.firstChild..<node.firstChild + node.childCount, stack)
      }
    }
    walk(order.top, [])
    return lines
  }

  @Test(
    "the parts of folded stacks hold each stack once, with its sum, in symbol order",
    arguments: 0..<30 as Range<UInt64>)
  func sums(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(
      using: &random, negatives: seed % 3 == 0, sampleCount: seed % 8 == 0 ? 3000 : 60)
    let selection = try Selection(profile, SelectionOptions())
    let table = GraphBuilder(selection).table
    let (stacks, count) = stacks(selection)
    var expected: [[UInt32]: Int64] = [:]
    let samples = selection.profile.samples
    for sample in 0..<samples.count where selection.values[sample] != 0 {
      var stack: [UInt32] = []
      for frame in samples.frames[samples.frameRange(of: sample)].reversed() {
        stack += table.nodeRange(of: frame.index).reversed().map {
          table.locationNodes[$0].rawValue << 1
        }
      }
      if stack.isEmpty { stack = [stacks.noStack] }
      stack[stack.count - 1] |= FoldedStacks.leafFlag
      expected[stack, default: 0] += selection.values[sample]
    }
    for symbols in [1, 50, 1 << 20] {
      let parts = try FoldedParts(stacks, symbols: symbols, ranks: { ranks(count) })
      var part = FoldedPart(stacks)
      var found: [(stack: [UInt32], value: Int64)] = []
      for number in 0..<parts.count {
        try part.fill(parts, number)
        found += lines(part)
      }
      #expect(found.map(\.stack) == expected.keys.sorted { $0.lexicographicallyPrecedes($1) })
      for line in found { #expect(line.value == expected[line.stack]) }
    }
  }

  @Test("a stack with more symbols than the limit is refused")
  func limit() throws {
    var builder = StackProfile()
    builder.add("c < b < a", [1])
    let selection = try Selection(builder.profile, SelectionOptions())
    for (limit, isTooLong) in [(2, true), (3, false)] {
      let (stacks, count) = stacks(selection, symbolLimit: limit)
      let parts = try FoldedParts(stacks, symbols: 1 << 14, ranks: { ranks(count) })
      var part = FoldedPart(stacks)
      if isTooLong {
        #expect(throws: StackTooLong.self) { try part.fill(parts, 0) }
      } else {
        try part.fill(parts, 0)
      }
    }
  }
}
