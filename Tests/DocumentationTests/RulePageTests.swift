import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import Testing

@Suite("docs/rules")
struct RulePageTests {
  private static let rules = HotspotRule.all.map(\.id)

  @Test("docs/rules has an index and one page a rule; 'make docs' writes them")
  func files() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "docs/rules").path)
    #expect(Set(files) == Set(Self.rules.map { "\($0).md" } + ["README.md"]))
    let index = run(["explain", "--list", "--format=markdown"])
    #expect(index.status == 0)
    #expect(try index.text == Repository.text("docs/rules/README.md"))
  }

  @Test("the page of a rule in docs/rules says what explain says", arguments: rules)
  func page(rule: String) throws {
    let result = run(["explain", rule, "--format=markdown"])
    #expect(result.status == 0)
    #expect(try result.text == Repository.text("docs/rules/\(rule).md"))
  }

  @Test(
    "each rule has measured costs, before and after its remedy, in two versions of Go",
    arguments: rules)
  func measured(rule: String) throws {
    let costs = MeasuredCost.all(of: rule)
    let versions = Set(costs.map(\.goVersion))
    let before = costs.filter { $0.variant == "before" }
    #expect(versions.count == 2)
    // Two rules are of functions that Go 1.22 does not have; a loop stands for them there.
    let isRecent = ["map-iteration", "map-iteration-loop"].contains(rule)
    #expect(before.count == (isRecent ? 1 : 2))
    #expect(versions.isSubset(of: ["1.22.10", "1.27.3"]))
    for cost in before {
      let after = costs.first { $0.goVersion == cost.goVersion && $0.variant != "before" }
      let remedy = try #require(after)
      // Memory is given back where that is the trouble, else less is allocated. Timers
      // that nobody waits for are collected since Go 1.23.
      if let held = cost.liveBytes, held > 0 {
        #expect(try #require(remedy.liveBytes) * 2 < held)
      } else {
        #expect(remedy.bytes < cost.bytes, "\(cost)")
      }
    }
  }
}
