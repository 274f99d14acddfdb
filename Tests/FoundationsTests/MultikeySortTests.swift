import HeapscopeTestSupport
import Testing

@testable import Foundations

@Suite("Sorting texts")
struct SortGrowthTests {
  private func sorted(_ texts: [[UInt8]]) -> [[UInt8]] {
    let bytes = Array(texts.joined())
    var ends: [Int] = []
    for text in texts { ends.append((ends.last ?? 0) + text.count) }
    let order = bytes.withUnsafeBytes { bytes in
      multikeySorted(count: texts.count, endMask: 0xff) { row, depth in
        textNumber(bytes, (row == 0 ? 0 : ends[row - 1])..<ends[row], depth: depth)
      }
    }
    return order.map { texts[Int($0)] }
  }

  @Test("texts are sorted by their bytes", arguments: 0..<50 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let texts = (0..<300).map { _ in
      (0..<Int.random(in: 0...20, using: &random)).map { _ in random.pick(Array("aab".utf8)) }
    }
    #expect(sorted(texts) == texts.sorted { $0.lexicographicallyPrecedes($1) })
  }

  /// Each partition has the smallest number as its first row and the next one in the middle, so
  /// that it only finishes two rows.
  @Test("texts ordered to defeat the pivots are sorted in time")
  func badPivots() {
    let count = 200_000
    var rows = Array(0..<count)
    var ranks = [Int](repeating: 0, count: count)
    var rank = 0
    while rows.count >= 8 {
      let middle = rows.count / 2
      ranks[rows[0]] = rank
      ranks[rows[middle]] = rank + 1
      rank += 2
      rows = Array(rows[3..<middle]) + [rows[2]] + Array(rows[(middle + 1)...]) + [rows[1]]
    }
    for row in rows {
      ranks[row] = rank
      rank += 1
    }
    let texts = ranks.map { rank in
      let digits = Array(String(rank).utf8)
      return Array(repeating: UInt8(ascii: "0"), count: 8 - digits.count) + digits + [0x61]
    }
    #expect(sorted(texts) == texts.sorted { $0.lexicographicallyPrecedes($1) })
  }
}
