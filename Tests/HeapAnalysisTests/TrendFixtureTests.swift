import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

/// Profiles of Fixtures/trend, written by real Go programs.
@Suite("Trends of real programs")
struct TrendFixtureTests {
  private static let changed: Set<TrendVerdict> = [.leak, .grows, .warmUp, .shrinks]

  private func profiles(_ version: String, _ name: String) throws -> [Profile] {
    let folder = Repository.fixtures.appending(path: "trend/\(version)/\(name)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try names.sorted().map { try Repository.fixture("trend/\(version)/\(name)/\($0)") }
  }

  @Test(
    "a trend calls at most 6 % of the rows of an unchanged program changed",
    arguments: ["go1.22", "go1.27"], [2, 3, 5, 10, 30])
  func unchanged(version: String, count: Int) throws {
    let runs = try profiles(version, "unchanged")
    #expect(runs.count == 30)
    var (rows, changed) = (0, 0)
    for start in stride(from: 0, through: runs.count - count, by: count) {
      let trend = try #require(
        Trend(Array(runs[start..<start + count]), sampleType: "inuse_space"))
      #expect(trend.isOneProcess == false)
      #expect(trend.suspects.isEmpty)
      rows += trend.rows.count
      changed += trend.rows.count { Self.changed.contains($0.verdict) }
    }
    #expect(Double(changed) <= max(1, 0.06 * Double(rows)), "\(changed) of \(rows)")
    if ProcessInfo.processInfo.environment["HEAPSCOPE_FIGURES"] != nil {
      print("figure", version, count, changed, rows)
    }
  }

  @Test(
    "each way in which memory changes gets its verdict in trend",
    arguments: ["go1.22", "go1.27"], [3, 5, 10])
  func phases(version: String, count: Int) throws {
    let all = try profiles(version, "phases")
    #expect(all.count == 10)
    let trend = try #require(
      Trend(
        Array(all.prefix(count)), sampleType: "inuse_space", granularity: .functions))
    #expect(trend.isOneProcess == true)
    func verdict(_ function: String) -> TrendVerdict? {
      trend.rows.first { $0.function == "main.(*service).\(function)" }?.verdict
    }
    // Three profiles do not distinguish a leak from a warm-up.
    let isFew = count < 4
    #expect(verdict("leakFast") == (isFew ? .grows : .leak))
    #expect(verdict("leakSlowly") == (isFew ? .grows : .leak))
    #expect(verdict("warmUp") == (isFew ? .grows : .warmUp))
    #expect(verdict("turnOver") == .churn)
    #expect(verdict("garbage") == .churn)
    #expect(verdict("breathe") == .churn || verdict("breathe") == .noise)
    #expect(verdict("keep") == .stable)
    #expect(verdict("drain") == .shrinks)
    #expect(
      trend.suspects.map(\.function).sorted()
        == ["main.(*service).leakFast", "main.(*service).leakSlowly"])
    let slow = try #require(trend.rows.first { $0.function.hasSuffix("leakSlowly") })
    #expect(Double(slow.growth) < 0.1 * Double(slow.values[0]))
  }
}
