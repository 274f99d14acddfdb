import HeapscopeTestSupport
import ProfileModel
import Testing

@testable import HeapAnalysis

/// Trends of more profiles than a fit goes through one by one.
@Suite("Trends of many profiles")
struct TrendBinTests {
  @Test("up to 128 snapshots stand for themselves, more in bins of about one size")
  func sizes() {
    for count in [0, 1, 2, 127, 128] {
      #expect(TrendBins(snapshots: count, stacks: 1).count == count)
    }
    #expect(TrendBins(snapshots: 129, stacks: 1).count == 65)
    #expect(TrendBins(snapshots: 300, stacks: 1).count == 100)
    #expect(TrendBins(snapshots: 1000, stacks: 1).count == 125)
    // The more stacks there are, the fewer bins can be paid for.
    #expect(TrendBins(snapshots: 1000, stacks: 20_000).count < 82)
    #expect(TrendBins(snapshots: 1000, stacks: .max).count == 16)
  }

  @Test(
    "a weighted sum of means is that of the snapshots, and what lived is part of each bin",
    arguments: 0..<30 as Range<UInt64>)
  func arithmetic(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let snapshots = Int.random(in: 1...400, using: &random)
    let bins = TrendBins(snapshots: snapshots, stacks: 1)
    let values = (0..<snapshots).map { _ in Double.random(in: 0...100, using: &random) }
    let weights = (0..<bins.count).map { _ in Double.random(in: -1...1, using: &random) }
    let ofMeans = zip(weights, bins.means(values)).reduce(0) { $0 + $1.0 * $1.1 }
    let ofAll = zip(bins.spread(weights), values).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(ofMeans - ofAll) < 1e-9)

    let birth = Int.random(in: 0..<snapshots, using: &random)
    let death = Int.random(in: birth + 1...snapshots, using: &random)
    // An object is one in each snapshot that it lives in: the means of that are its parts.
    let parts = bins.means((0..<snapshots).map { (birth..<death).contains($0) ? 1 : 0 })
    var part = 0.0
    for bin in 0..<bins.count {
      for step in bins.changes(birth: birth, death: death) where step.bin == bin {
        part += step.change
      }
      #expect(abs(part - parts[bin]) < 1e-9)
    }
  }

  /// Profiles a minute apart, of a process that frees a third of what each line holds from one
  /// to the next and allocates as many, and some more on the second line.
  private func profiles(_ count: Int, growth: Int, seed: UInt64) -> [Profile] {
    var random = SeededGenerator(seed: seed)
    let sizes = [16, 512, 4096, 20_480].enumerated().map {
      (function: "main.f\($0.offset)", size: Int64($0.element))
    }
    var process = SimulatedProcess(period: 32_768, sizes: sizes)
    var held = sizes.map { _ in 2000 }
    for line in sizes.indices { process.allocate(held[line], on: line, &random) }
    return (0..<count).map { step in
      for line in sizes.indices where step > 0 {
        let freed = held[line] / 3
        process.free(freed, of: held[line], on: line, &random)
        let new = freed + (line == 1 ? growth : 0)
        process.allocate(new, on: line, &random)
        held[line] += new - freed
      }
      return process.profile(seconds: 60 * Double(step))
    }
  }

  @Test("of 300 profiles all are looked at: a slow leak is found, and nothing else")
  func slowLeak() throws {
    let trend = try #require(Trend(profiles(300, growth: 40, seed: 1), sampleType: "inuse_space"))
    #expect(trend.times.count == 300 && trend.totals.count == 300)
    #expect(trend.rows.allSatisfy { $0.values.count == 300 })
    let leaks = trend.rows.filter { $0.verdict == .leak }.map(\.function)
    #expect(leaks == ["main.f1"])
    let row = try #require(trend.rows.first { $0.function == "main.f1" })
    // 40 objects of 512 bytes a minute.
    #expect(row.live.fit.interval?.contains(40 * 512 / 60) == true, "\(row.live.fit)")
  }

  @Test("of 300 profiles of a process that holds what it held, none is called changed")
  func steady() throws {
    let trend = try #require(Trend(profiles(300, growth: 0, seed: 1), sampleType: "inuse_space"))
    #expect(trend.rows.allSatisfy { [.noise, .churn, .stable].contains($0.verdict) })
    #expect(trend.suspects.isEmpty)
  }
}
