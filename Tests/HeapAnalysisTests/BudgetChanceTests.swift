import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

/// How often a check is wrong, in recorded and simulated experiments with fixed seeds.
@Suite("Certainty of budgets")
struct BudgetChanceTests {
  /// Prints a measured figure for docs/statistics.md, on request.
  private static func note(_ text: String) {
    if ProcessInfo.processInfo.environment["HEAPSCOPE_FIGURES"] != nil { print("figure", text) }
  }

  private static let rows = [
    "total<=+0%", "main.(*store).fill<=+0%", "main.(*store).serve<=+0%", "/^fmt\\./<=+0%",
    "/^strings\\./<=+0%", "any /./<=+0%",
  ]

  @Test(
    "at most 5 % of the comparisons between recorded runs of an unchanged program fail",
    arguments: ["go1.22", "go1.27"], ["inuse_space", "alloc_space", "inuse_objects"])
  func recordedRuns(version: String, type: String) throws {
    let runs = try (1...30).map {
      try Repository.fixture(
        "trend/\(version)/unchanged/\($0 < 10 ? "0" : "")\($0).pb.gz")
    }
    var (comparisons, failed, rows) = (0, 0, 0)
    for step in 1...7 {
      for before in 0..<runs.count - step {
        let outcomes = try CheckRun([runs[before + step]], base: [runs[before]], sampleType: type)
          .outcomes(Self.rows, maxGrowth: .growth(0))
        comparisons += 1
        rows += outcomes.count
        if outcomes.contains(where: \.isExceeded) { failed += 1 }
      }
    }
    #expect(comparisons >= 180)
    #expect(rows >= 7 * comparisons)
    #expect(Double(failed) <= 0.05 * Double(comparisons), "\(failed) of \(comparisons)")
    Self.note("recorded \(version) \(type) \(failed) of \(comparisons), \(rows) rows")
  }

  private static let period: Int64 = 32_768
  private static let sizes: [(function: String, size: Int64)] = (0..<12).map {
    ("main.f\($0)", [16, 48, 512, 4096, 20_480, 131_072][$0 % 6])
  }

  /// A run that holds this many times as much as another.
  private func run(
    _ random: inout SeededGenerator, counts: [Int], _ sizes: [(function: String, size: Int64)]
  ) -> Profile {
    var process = SimulatedProcess(period: Self.period, sizes: sizes)
    for (line, count) in counts.enumerated() { process.allocate(count, on: line, &random) }
    return process.profile(seconds: 0)
  }

  @Test(
    "at most 5 % of the comparisons between simulated runs of an unchanged program fail",
    arguments: [1, 2, 3, 5])
  func simulatedRuns(profiles: Int) throws {
    var random = SeededGenerator(seed: 23)
    let counts = Self.sizes.indices.map { line in
      max(2, [60_000, 2_000_000][line / 6] / Int(Self.sizes[line].size))
    }
    var failed = 0
    for _ in 0..<200 {
      let all = (0..<2 * profiles).map { _ in run(&random, counts: counts, Self.sizes) }
      let outcomes = try CheckRun(
        Array(all.prefix(profiles)), base: Array(all.suffix(profiles)), sampleType: "inuse_space"
      ).outcomes(["total<=+0%"] + Self.sizes.indices.map { "/main.f\($0)$/<=+0%" })
      if outcomes.contains(where: \.isExceeded) { failed += 1 }
    }
    #expect(failed <= 10, "\(failed) of 200")
    Self.note("simulated \(profiles) \(failed) of 200")
  }

  @Test("runs that differ by more than sampling do not fail more often", arguments: [2, 3, 6])
  func varyingRuns(profiles: Int) throws {
    var random = SeededGenerator(seed: 5)
    var failed = 0
    for _ in 0..<200 {
      let all = (0..<2 * profiles).map { _ in
        // Each run does at random 10 % more or less work.
        let factor = 1 + 0.1 * normal(&random)
        return run(&random, counts: [Int(200_000 * factor)], [("main.f", 512)])
      }
      let outcomes = try CheckRun(
        Array(all.prefix(profiles)), base: Array(all.suffix(profiles)), sampleType: "inuse_space"
      ).outcomes(["main.f<=+0%"])
      if outcomes[0].isExceeded { failed += 1 }
    }
    #expect(failed <= 10, "\(failed) of 200")
    Self.note("varying \(profiles) \(failed) of 200")
  }

  /// In how many of 200 pairs of sides growth by 15 % is found on a line with 400 samples.
  private func found(profiles: Int, others: Int) throws -> Int {
    var random = SeededGenerator(seed: 99)
    let sizes = [("main.grows", Int64(1024))] + (0..<others).map { ("main.other\($0)", 64) }
    let objects = Int(400 / (1 - exp(-1024 / Double(Self.period))))
    func counts(_ factor: Double) -> [Int] {
      [Int(Double(objects) * factor)] + [Int](repeating: 100_000, count: others)
    }
    var found = 0
    for _ in 0..<200 {
      let before = (0..<profiles).map { _ in run(&random, counts: counts(1), sizes) }
      let after = (0..<profiles).map { _ in run(&random, counts: counts(1.15), sizes) }
      let outcomes = try CheckRun(after, base: before, sampleType: "inuse_space").outcomes(
        ["main.grows<=+0%"] + (0..<others).map { "/main.other\($0)$/<=+0%" })
      if outcomes[0].isExceeded { found += 1 }
      #expect(outcomes[0].verdict != .kept)
    }
    Self.note("power \(profiles) profiles, \(others) other rows: \(found) of 200")
    return found
  }

  @Test("growth of 15 % on a line with 400 samples is found in 9 of 10 comparisons of 4 profiles")
  func power() throws {
    #expect(try found(profiles: 4, others: 0) >= 180)
    #expect(try found(profiles: 5, others: 6) >= 180)
    // Of one pair the samples cannot tell more often than so: their deviation is 7 %.
    #expect((80...140).contains(try found(profiles: 1, others: 0)))
  }

  @Test("within one process, one pair of profiles finds growth of 15 % since the start")
  func powerInOneProcess() throws {
    var random = SeededGenerator(seed: 4)
    let objects = Int(400 / (1 - exp(-1024 / Double(Self.period))))
    var found = 0
    for _ in 0..<100 {
      var process = SimulatedProcess(period: Self.period, sizes: [("main.f", 1024)])
      process.allocate(objects, on: 0, &random)
      let before = process.profile(seconds: 0)
      process.allocate(objects * 15 / 100, on: 0, &random)
      let outcomes = try CheckRun([process.profile(seconds: 60)], base: [before])
        .outcomes(["main.f<=+0%"])
      if outcomes[0].isExceeded { found += 1 }
    }
    #expect(found >= 90, "\(found)")
  }

  @Test("the named multiple of the samples decides an unsure budget")
  func needed() throws {
    var random = SeededGenerator(seed: 8)
    let objects = Int(100 / (1 - exp(-1024 / Double(Self.period))))
    var factors: [Double] = []
    var decided = 0
    for _ in 0..<60 {
      let profile = run(&random, counts: [objects], [("main.f", 1024)])
      // Half a deviation to two of them above the truth.
      let limit = Int(Double(objects * 1024) * 1.12)
      let text = "main.f<\(limit)"
      let outcome = try CheckRun([profile], sampleType: "inuse_space").outcomes([text])[0]
      guard case .samples(let times) = outcome.doubt, times < 40 else { continue }
      factors.append(times)
      // The same figure from so many times the samples, at a smaller period.
      let wanted = min(0.99, times * 1.1 * (1 - exp(-1024 / Double(Self.period))))
      let period = (-1024 / log(1 - wanted)).rounded()
      let probability = 1 - exp(-1024 / period)
      let count = (Double(outcome.value) / 1024 * probability).rounded()
      var more = StackProfile.goHeap()
      more.add(
        "main.f@/src/app/0.go:1 < main.main@/src/app/main.go:1",
        values: [0, 0, Int64(count / probability), Int64(count * 1024 / probability)], size: 1024)
      let again = try CheckRun([more.sampled(every: Int64(period))], sampleType: "inuse_space")
        .outcomes([text])[0]
      if again.verdict != .unsure { decided += 1 }
    }
    #expect(factors.count > 15)
    #expect(Double(decided) >= 0.85 * Double(factors.count), "\(decided) of \(factors.count)")
  }
}
