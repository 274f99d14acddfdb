import Foundation
import HeapDump
import HeapscopeTestSupport
import Ownership
import ProfileCodec
import ProfileModel
import Testing

@Suite("Heap dumps: recorded programs")
struct RecordedHeldTests {
  /// The expected holders, by situation.
  private static let holders: [String: String] = [
    "sessions": "main.sessions", "workers": "main.worker", "pool": "main.buffers",
    "finalizers": "main.open.func1", "registry": "main.registry", "pages": "main.pages",
    "panicked": "main.crash", "frame": "main.serve", "hub": "main.reader + main.writer",
    "hooks": "main.hooks", "timeout": "main.stopAll",
  ]

  private struct Answer {
    var retention: Retention
    var sites: AllocationSites
  }

  private func answer(_ version: String, _ situation: String) throws -> Answer {
    let folder = Repository.fixtures.appending(path: "held")
    let dump = try readHeapDump(
      from: ArraySource(Repository.bytes(folder.appending(path: "\(version)/\(situation).dump.gz")))
    )
    let program = try HeldProgram(version)
    var symbols = try program.symbols()
    let isLocated = symbols.locate(in: dump)
    #expect(isLocated)
    let ownership = Ownership(dump.names.profile)
    let retention = Retention(dump, symbols: symbols, ownership: ownership)
    return Answer(retention: retention, sites: AllocationSites(retention, ownership))
  }

  private func name(_ holder: Retention.Holder, _ retention: Retention) -> String {
    Set(holder.roots.map { retention.roots[$0].name }).sorted().joined(separator: " + ")
  }

  @Test(
    "a holder holds what letting go of it frees",
    arguments: ["go1.22", "go1.27"], Array(holders.keys).sorted())
  func freed(version: String, situation: String) throws {
    let answer = try answer(version, situation)
    let retention = answer.retention
    #expect(retention.agreesWithRuntime == true)
    #expect(retention.totals.garbageBytes < 4096)
    let holder = try #require(retention.holders.first)
    #expect(name(holder, retention) == Self.holders[situation])
    let table = try Repository.text("Fixtures/held/\(version)/freed.tsv")
    let row = try #require(
      table.split(separator: "\n").map { $0.split(separator: "\t") }.first { $0[0] == situation })
    // The stacks of ended goroutines are not objects, but their records are.
    let bytes = try #require(Double(row[1]))
    #expect(abs(Double(holder.bytes) - bytes) <= 0.05 * bytes + 2048, "\(holder.bytes), \(bytes)")
    #expect(Double(holder.bytes) > 0.6 * Double(retention.totals.reachableBytes))
    // All of the largest lines are the program's own.
    let site = try #require(answer.sites.sites[0].first)
    let names = retention.dump.names.profile
    let function = names.strings[names.functions.names[site.line.function.index]]
    #expect(function.hasPrefix("main."), "\(function)")
    #expect(site.share > 0.5)
  }

  @Test(
    "no holder in a healthy program has a quarter of the heap and a quarter of a megabyte",
    arguments: ["go1.22", "go1.27"],
    [
      "healthy-caches", "healthy-pools", "healthy-config", "healthy-workers", "healthy-index",
      "healthy-timers", "healthy-server", "healthy-idle",
    ])
  func healthy(version: String, situation: String) throws {
    let retention = try answer(version, situation).retention
    #expect(retention.agreesWithRuntime == true)
    #expect(retention.totals.garbageBytes < 4096)
    let whole = Double(retention.totals.reachableBytes)
    #expect(
      retention.holders.allSatisfy { Double($0.bytes) < 0.25 * whole || $0.bytes < 256 << 10 })
    #expect(retention.holders.reduce(0) { $0 + $1.bytes } == retention.totals.reachableBytes)
  }

  @Test(
    "unreachable objects that were not collected yet are garbage without a holder",
    arguments: ["go1.22", "go1.27"])
  func garbage(version: String) throws {
    let retention = try answer(version, "garbage").retention
    #expect(retention.totals.garbageBytes > 480_000)
    #expect(retention.holders.allSatisfy { $0.bytes < 100_000 })
  }
}
