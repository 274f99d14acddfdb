import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

/// How often trends are wrong, by simulation with fixed seeds.
@Suite("Certainty of trends")
struct TrendPropertyTests {
  private static let changed: Set<TrendVerdict> = [.leak, .grows, .warmUp, .shrinks]

  /// Prints a measured figure for docs/statistics.md, on request.
  private static func note(_ text: String) {
    if ProcessInfo.processInfo.environment["HEAPSCOPE_FIGURES"] != nil { print("figure", text) }
  }

  /// Lines of all kinds: from objects of 16 bytes to blocks larger than the period,
  /// from one sampled object to thousands.
  private static let sizes: [(function: String, size: Int64)] = (0..<24).map { index in
    ("main.f\(index)", [16, 48, 512, 4096, 20_480, 131_072][index % 6])
  }

  private static func count(_ index: Int) -> Int {
    let bytes = [60_000, 300_000, 1_500_000, 8_000_000][index / 6]
    return max(1, bytes / Int(sizes[index].size))
  }

  /// The share of rows that are called changed.
  private func changedShare(
    trials: Int, _ profiles: (inout SeededGenerator) -> [Profile]
  ) throws -> Double {
    var random = SeededGenerator(seed: 2024)
    var (rows, changed) = (0, 0)
    for _ in 0..<trials {
      let trend = try #require(Trend(profiles(&random), sampleType: "inuse_space"))
      rows += trend.rows.count
      changed += trend.rows.count { Self.changed.contains($0.verdict) }
    }
    return Double(changed) / Double(rows)
  }

  @Test(
    "a trend calls at most 6 % of the rows of simulated runs of an unchanged program changed",
    arguments: [2, 3, 4, 5, 8, 15, 30])
  func unchangedRuns(count: Int) throws {
    let share = try changedShare(trials: count > 8 ? 12 : 40) { random in
      (0..<count).map { run in
        var process = SimulatedProcess(period: 32_768, sizes: Self.sizes)
        for line in Self.sizes.indices { process.allocate(Self.count(line), on: line, &random) }
        return process.profile(seconds: 60 * Double(run))
      }
    }
    #expect(share <= 0.06, "\(share)")
    Self.note("runs \(count) \(share)")
  }

  @Test(
    "a trend calls at most 6 % of the rows of a process whose objects come and go changed",
    arguments: [2, 3, 4, 5, 8, 15, 30])
  func steadyProcess(count: Int) throws {
    let share = try changedShare(trials: count > 8 ? 12 : 40) { random in
      var process = SimulatedProcess(period: 32_768, sizes: Self.sizes)
      for line in Self.sizes.indices { process.allocate(Self.count(line), on: line, &random) }
      return (0..<count).map { step in
        for line in Self.sizes.indices where step > 0 {
          let live = Self.count(line)
          // A third of them, so that many objects are live in several profiles.
          process.free((live + 2) / 3, of: live, on: line, &random)
          process.allocate((live + 2) / 3, on: line, &random)
        }
        return process.profile(seconds: 60 * Double(step))
      }
    }
    #expect(share <= 0.06, "\(share)")
    Self.note("process \(count) \(share)")
  }

  // MARK: Rates and forecasts

  /// How a series with a known slope is generated.
  enum Noise: String, CaseIterable, Sendable {
    /// One process that only allocates, sampled.
    case oneProcess
    /// A program of its own for each point, sampled.
    case processes
    /// The values themselves are blurred, by a normal distribution.
    case values
  }

  private static let perSecond = 40.0 * 1024
  private static let start = 4000.0 * 1024

  private func series(
    _ noise: Noise, count: Int, _ random: inout SeededGenerator
  ) -> [Profile] {
    var process = SimulatedProcess(period: 16_384, sizes: [("main.f", 1024)])
    var live = 0
    return (0..<count).map { step in
      let seconds = 10 * Double(step)
      let objects = Int((Self.start + Self.perSecond * seconds) / 1024)
      switch noise {
      case .oneProcess:
        process.allocate(objects - live, on: 0, &random)
        live = objects
        return process.profile(seconds: seconds)
      case .processes:
        // The program's other memory shows that these are different processes.
        var process = SimulatedProcess(
          period: 16_384,
          sizes: [("main.f", 1024)] + (1...12).map { ("main.other\($0)", 64 << Int64($0 % 4)) })
        process.allocate(objects, on: 0, &random)
        for line in 1...12 { process.allocate(800, on: line, &random) }
        return process.profile(seconds: seconds)
      case .values:
        var test = StackProfile.goHeap(types: ["inuse_space"])
        let value = Double(objects * 1024) + 60_000 * normal(&random)
        test.add("main.f@/src/app/f.go:1", values: [Int64(value)])
        var profile = test.profile
        profile.timeNanoseconds = 1_000_000_000_000 + Int64(seconds * 1e9)
        return profile
      }
    }
  }

  @Test("the forecast is exact without noise")
  func exact() throws {
    for count in [2, 3, 7, 20] {
      let profiles = (0..<count).map { step in
        var test = StackProfile.goHeap(types: ["inuse_space"])
        test.add("main.f@/src/app/f.go:1", values: [1_000_000 + 50_000 * Int64(step)])
        var profile = test.profile
        profile.timeNanoseconds = Int64(step + 1) * 30_000_000_000
        return profile
      }
      let trend = try #require(Trend(profiles, sampleType: "inuse_space"))
      let forecast = trend.forecast(limit: 8_000_000, factor: 2)
      let truth = (4_000_000 - 1_000_000) / (50_000.0 / 30) - 30 * Double(count - 1)
      #expect((try #require(forecast.seconds) - truth).magnitude < 0.001 * truth)
      #expect(forecast.liveBytes == 4_000_000)
    }
  }

  @Test(
    "with noise, intervals of the forecast contain the true time in 93 to 98 of 100 series",
    arguments: Noise.allCases, [3, 5, 10, 25])
  func coverage(noise: Noise, count: Int) throws {
    var random = SeededGenerator(seed: 99)
    let trials = 400
    var (rates, times, close) = (0, 0, 0)
    // The other lines of separate processes: 800 objects each.
    let others = noise == .processes ? 800.0 * 3 * (64 + 128 + 256 + 512) : 0
    let limit = 2.0 * (Self.start + Self.perSecond * 1000 + others)
    let truth = 1000 - 10 * Double(count - 1)
    for _ in 0..<trials {
      let profiles = series(noise, count: count, &random)
      let trend = try #require(Trend(profiles, sampleType: "inuse_space"))
      let rate = try #require(trend.total.fit.interval)
      if rate.contains(Self.perSecond) { rates += 1 }
      let forecast = trend.forecast(limit: limit, factor: 2)
      let interval = try #require(forecast.interval)
      if interval.contains(truth) { times += 1 }
      if let seconds = forecast.seconds, (seconds - truth).magnitude < 0.05 * truth { close += 1 }
    }
    Self.note("\(noise) \(count) \(rates) \(times) \(close)")
    let range = 0.93...0.985
    let words = "rate \(rates), forecast \(times), close \(close)"
    #expect(range.contains(Double(rates) / Double(trials)), "\(words)")
    #expect(range.contains(Double(times) / Double(trials)), "\(words)")
  }

  @Test("without growth, the forecast gives no time at which memory runs out")
  func flat() throws {
    var random = SeededGenerator(seed: 5)
    let profiles = (0..<6).map { run in
      var process = SimulatedProcess(
        period: 16_384, sizes: [("main.f", 1024), ("main.g", 512), ("main.h", 64)])
      for line in 0..<3 { process.allocate(8000, on: line, &random) }
      return process.profile(seconds: 10 * Double(run))
    }
    let trend = try #require(Trend(profiles, sampleType: "inuse_space"))
    let forecast = trend.forecast(limit: 1e9, factor: 2)
    #expect(forecast.interval?.high == .infinity)
    #expect(forecast.interval?.low ?? 0 > 60)
  }
}
