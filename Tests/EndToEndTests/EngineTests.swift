import Foundation
import HeapscopeTestSupport
import Testing

@Suite("Query engines")
struct EngineTests {
  static let python = Tools.path("engines-python")

  @Test(
    "DuckDB reads the rows of export, with the sums of top and the right results for the queries of docs/fleet.md",
    .enabled(if: python != nil, "no DuckDB: .ci/setup engines installs it"))
  func duckDB() throws {
    let python = try #require(Self.python)
    let tool = try #require(builtTool, "the tests run the binary beside their bundle")
    let script = Repository.root.appending(path: "Tests/engines/check").path
    let run = try ProgramRun(python, [script, tool])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.hasPrefix("DuckDB: "))
    #expect(run.text.contains("4 questions answered alike"))
    let sums = try #require(run.text.firstMatch(of: /(\d+) sums by function/).flatMap { Int($0.1) })
    #expect(sums > 1000)
  }
}
