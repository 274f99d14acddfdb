import Foundations
import HeapscopeTestSupport
import Testing

@Suite("The index of rows")
struct RowIndexTests {
  @Test(
    "the row index numbers keys as a dictionary does, at any size",
    arguments: 0..<10 as Range<UInt64>)
  func numbersLikeDictionary(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var rows = NumberRows()
    var expected: [UInt64: Int] = [:]
    for _ in 0..<5000 {
      let key = UInt64.random(in: 0...3000, using: &random) << (seed * 6)
      #expect(rows.find(key) == expected[key])
      let row = expected[key] ?? expected.count
      expected[key] = row
      #expect(rows.row(key) == row)
      #expect(rows.count == expected.count)
    }
  }

  @Test("the row index distinguishes rows with equal hashes by their content")
  func sameHash() {
    var index = RowIndex()
    var texts: [String] = []
    for text in (0..<200).map({ "\($0 % 100)" }) {
      let row = index.row(7) { texts[$0] == text }
      if row == texts.count { texts.append(text) }
      #expect(texts[row] == text)
    }
    #expect(index.count == 100)
    #expect(index.find(7) { texts[$0] == "99" } == 99)
    #expect(index.find(8) { _ in true } == nil)
  }

  @Test("the row index finds every row that it holds, and none that was removed")
  func insert() {
    var index = RowIndex()
    for row in stride(from: 10, to: 10_000, by: 10) { index.insert(row, index.hash(UInt64(row))) }
    #expect(index.find(index.hash(70)) { $0 == 70 } == 70)
    #expect(index.find(index.hash(71)) { $0 == 71 } == nil)
    index.removeAll()
    #expect(index.count == 0)
    #expect(index.find(index.hash(70)) { $0 == 70 } == nil)
  }
}
