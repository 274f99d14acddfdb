import Testing

@testable import HeapAnalysis

@Suite("Rows of sites and rules")
struct SiteRuleRowsTests {
  @Test("pairs of site and rule are numbered in order of appearance")
  func siteRules() {
    var rows = SiteRuleRows(siteCount: 3)
    let pairs: [(Int32, Int)] = [(0, 5), (2, 5), (0, 1), (-1, 5), (0, 5), (2, 0), (-1, 5)]
    #expect(pairs.map { rows.row(site: $0.0, rule: $0.1) } == [0, 1, 2, 3, 0, 4, 3])
    #expect(rows.count == 5)
    #expect(rows.find(site: 2, rule: 5) == 1)
    #expect(rows.find(site: 1, rule: 5) == nil)
    #expect(rows.find(site: 2, rule: 1) == nil)
  }
}
