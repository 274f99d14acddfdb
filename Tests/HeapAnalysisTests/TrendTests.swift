import Foundations
import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("Trends")
struct TrendTests {
  /// Profiles of `main.f` at f.go:1 with these live bytes, not sampled, in steps of ten seconds.
  private func plain(_ values: [Int64], times: [Int64]? = nil) -> [Profile] {
    values.enumerated().map { index, value in
      var test = StackProfile.goHeap(types: ["inuse_objects", "inuse_space"])
      test.add("main.f@/app/f.go:1", values: [value / 10, value])
      var profile = test.profile
      profile.timeNanoseconds = (times?[index] ?? 100 + 10 * Int64(index)) * 1_000_000_000
      return profile
    }
  }

  private func trend(_ profiles: [Profile]) throws -> Trend {
    try #require(Trend(profiles, sampleType: "inuse_space"))
  }

  @Test(
    "without the objects, or the allocations, of one profile those of all are unknown",
    arguments: 0..<3)
  func missingColumns(bare: Int) throws {
    let profiles = (0..<3).map { index in
      var test = StackProfile.goHeap(
        types: index == bare
          ? ["inuse_space"] : ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"])
      test.add("main.f@/app/f.go:1", values: index == bare ? [100] : [9, 900, 1, 100])
      var profile = test.profile
      profile.timeNanoseconds = Int64(index + 1) * 1_000_000_000
      return profile
    }
    let trend = try trend(profiles)
    #expect(trend.totals == [100, 100, 100])
    #expect(trend.objectTotal == nil)
    #expect(trend.rows.allSatisfy { $0.objects == nil && $0.allocated == nil })
  }

  @Test("profiles of a trend are sorted by their own time, and equal times stay as given")
  func order() throws {
    let profiles = plain([300, 100, 200], times: [30, 10, 20])
    let trend = try trend(profiles)
    #expect(trend.totals == [100, 200, 300])
    #expect(trend.hasTimes && trend.seconds == 20)
    #expect(trend.rows[0].live.fit.slope == 10)
    #expect(Trend.order(of: [7, 5, 7, 5]).indices == [1, 3, 0, 2])
    // Without all times, or with one only, they stay as given, one second apart.
    for times: [Int64] in [[30, 0, 20], [9, 9, 9]] {
      let order = Trend.order(of: times)
      #expect(order.indices == [0, 1, 2] && !order.hasTimes)
      #expect(order.times == [0, 1_000_000_000, 2_000_000_000])
    }
  }

  @Test("growth over the whole range of 64 bits is the largest number, not a negative one")
  func oppositeEnds() throws {
    let profiles = plain([-.max, .max], times: [10, 20])
    let trend = try trend(profiles)
    #expect(trend.rows[0].live.growth == .max)
    let falling = try #require(
      Trend(plain([.max, -.max], times: [10, 20]), sampleType: "inuse_space"))
    #expect(falling.rows[0].live.growth == .min)
  }

  @Test("the slope is the median over all pairs, so one odd profile does not move it")
  func robust() throws {
    let odd = try trend(plain([100, 200, 300, 4000, 500, 600, 700]))
    #expect(odd.rows[0].live.fit.slope == 10)
    #expect(odd.rows[0].objects?.fit.slope == 1)
    #expect(odd.rows[0].verdict == .leak)
    let interval = try #require(odd.rows[0].live.fit.interval)
    #expect(interval.low > 0 && interval.contains(10))
  }

  @Test("without sampling, verdicts need four values, and an interval without 0")
  func unsampled() throws {
    func verdict(_ values: [Int64]) throws -> TrendVerdict {
      let trend = try trend(plain(values))
      #expect(trend.isOneProcess == nil)
      return trend.rows[0].verdict
    }
    #expect(try verdict([100, 200, 300, 400, 500]) == .leak)
    #expect(try verdict([100, 900, 1000, 1010, 1011, 1012]) == .warmUp)
    #expect(try verdict([500, 400, 300, 200, 100]) == .shrinks)
    #expect(try verdict([500, 520, 490, 515, 505]) == .noise)
    #expect(try verdict([500, 500, 500]) == .stable)
    #expect(try verdict([100, 200, 300, 401]) == .leak)
    #expect(try verdict([401, 300, 200, 100]) == .shrinks)
    // The 95 % interval of these holds 0.
    #expect(try verdict([100, 150, 160, 300]) == .noise)
    #expect(try verdict([100, 101, 102, 103, 104, 105, 106, 400]) == .grows)
    for few in [[100, 200], [100, 101], [100, 200, 300], [9_000, 5, 1]] as [[Int64]] {
      #expect(try verdict(few) == .unsure)
    }
  }

  // MARK: With sampling

  /// Profiles ten seconds apart of one process, and what was done between.
  private func process(
    steps: Int, size: Int64 = 1024, period: Int64 = 4096, start: Int,
    _ change: (inout SimulatedProcess, Int, inout SeededGenerator) -> Void
  ) -> [Profile] {
    var random = SeededGenerator(seed: 11)
    var process = SimulatedProcess(period: period, sizes: [("main.f", size), ("main.g", 64)])
    process.allocate(start, on: 0, &random)
    process.allocate(20_000, on: 1, &random)
    return (0..<steps).map { step in
      if step > 0 { change(&process, step, &random) }
      return process.profile(seconds: 10 * Double(step))
    }
  }

  private func row(_ trend: Trend) throws -> Trend.Row {
    try #require(trend.rows.first { $0.function == "main.f" })
  }

  @Test("a leak of a hundredth of a line's bytes is a leak when its samples show it")
  func smallLeak() throws {
    let profiles = process(steps: 5, start: 200_000) { process, _, random in
      process.allocate(500, on: 0, &random)
    }
    let trend = try trend(profiles)
    #expect(trend.isOneProcess == true)
    let row = try row(trend)
    #expect(Double(row.growth) < 0.02 * Double(row.values[0]))
    #expect(row.verdict == .leak)
    let interval = try #require(row.live.fit.interval)
    #expect(interval.contains(500 * 1024 / 10))
    #expect(interval.high - interval.low < 0.5 * row.live.fit.slope)
    #expect(trend.suspects.map(\.function) == ["main.f"])
    #expect(trend.suspects[0].paths[0].functions == ["main.f"])
    #expect(try self.row(trend).objects?.fit.interval?.contains(50) ?? false)
  }

  @Test("growth that stops is a warm-up")
  func warmUp() throws {
    let profiles = process(steps: 6, start: 1000) { process, step, random in
      process.allocate(step < 3 ? 20_000 : 10, on: 0, &random)
    }
    #expect(try row(trend(profiles)).verdict == .warmUp)
    #expect(try trend(profiles).suspects.isEmpty)
  }

  @Test("a cache with turnover is churn, and an idle one is stable")
  func churn() throws {
    let profiles = process(steps: 6, start: 10_000) { process, _, random in
      process.free(10_000, of: 10_000, on: 0, &random)
      process.allocate(10_000, on: 0, &random)
    }
    let trend = try trend(profiles)
    let churning = try row(trend)
    #expect(churning.verdict == .churn)
    #expect((churning.allocated ?? 0) > 4 * churning.values[0])
    #expect(trend.rows.first { $0.function == "main.g" }?.verdict == .stable)
  }

  @Test("two profiles show growth, but not whether it continues")
  func two() throws {
    let profiles = process(steps: 2, start: 100_000) { process, _, random in
      process.allocate(2000, on: 0, &random)
    }
    let trend = try trend(profiles)
    #expect(try row(trend).verdict == .grows)
    #expect(trend.suspects.map(\.function) == ["main.f"])
  }

  @Test("one step is not steady growth")
  func oneStep() throws {
    let profiles = process(steps: 6, start: 10_000) { process, step, random in
      if step == 5 { process.allocate(10_000, on: 0, &random) }
    }
    #expect(try row(trend(profiles)).verdict == .grows)
  }

  @Test("frees alone are shrinking")
  func shrinks() throws {
    let profiles = process(steps: 5, start: 20_000) { process, step, random in
      process.free(2000, of: 20_000 - 2000 * (step - 1), on: 0, &random)
    }
    #expect(try row(trend(profiles)).verdict == .shrinks)
  }

  @Test("profiles of different processes are distinguished from those of one")
  func processes() throws {
    var random = SeededGenerator(seed: 3)
    let runs = (0..<4).map { run in
      var process = SimulatedProcess(
        period: 4096, sizes: [("main.f", 1024), ("main.g", 64), ("main.h", 300)])
      for line in 0..<3 { process.allocate(10_000, on: line, &random) }
      return process.profile(seconds: Double(run))
    }
    #expect(try trend(runs).isOneProcess == false)
    #expect(try trend(runs).rows.allSatisfy { $0.allocated == nil })
  }

  @Test("rows of a trend are functions, lines or stacks")
  func granularity() throws {
    func profile(_ step: Int64) -> Profile {
      var test = StackProfile.goHeap(types: ["inuse_space"])
      test.add("strings.Clone < main.f@/src/app/f.go:1 < main.main", values: [100 * step])
      test.add("strings.Clone < main.f@/src/app/f.go:2 < main.main", values: [10 * step])
      test.add("main.f@/src/app/f.go:2 < main.main", values: [step])
      var profile = test.profile
      profile.timeNanoseconds = step * 1_000_000_000
      return profile
    }
    let profiles = [1, 2, 3].map(profile)
    func rows(_ granularity: Trend.Granularity) throws -> [Trend.Row] {
      try #require(
        Trend(profiles, sampleType: "inuse_space", granularity: granularity)
      ).rows
    }
    #expect(try rows(.functions).map(\.growth) == [222])
    #expect(try rows(.functions)[0].line == 0)
    #expect(try rows(.lines).map(\.growth) == [200, 22])
    #expect(try rows(.lines).map(\.line) == [1, 2])
    let stacks = try rows(.stacks)
    #expect(stacks.map(\.growth) == [200, 20, 2])
    #expect(stacks[1].stack == ["main.main", "main.f", "strings.Clone"])
    #expect(
      try rows(.lines)[1].paths.map(\.functions) == [["main.f", "strings.Clone"], ["main.f"]])
  }

  @Test("extreme values and times in a trend do not trap")
  func extremes() throws {
    let profiles = plain([.max, 0, .max / 2, 1])
    #expect(try trend(profiles).rows.count == 1)
    var odd = plain([1, 2, 3])
    odd[0].timeNanoseconds = .min
    odd[2].timeNanoseconds = .max
    #expect(try trend(odd).seconds > 1e10)
    #expect(Trend([], sampleType: "inuse_space")?.rows.isEmpty ?? false)
    #expect(Trend([Profile()], sampleType: "inuse_space") == nil)
  }

  @Test("dropping every second snapshot keeps the first, the last and the verdict")
  func thinning() throws {
    var series = SnapshotSeries(sampleType: "inuse_space")
    var marks: ProcessMarks?
    for profile in process(
      steps: 21, start: 200_000,
      { process, _, random in
        process.allocate(500, on: 0, &random)
      })
    {
      let (ownership, before) = (Ownership(profile), marks)
      marks = ProcessMarks(profile, ownership)
      #expect(
        series.add(
          profile, time: profile.timeNanoseconds, ownership: ownership,
          kinship: before.flatMap { before in marks.map { Kinship(before, $0) } }) == .added)
    }
    let before = Trend(series, hasTimes: true)
    series.thin()
    let after = Trend(series, hasTimes: true)
    #expect(after.times == before.times.enumerated().filter { $0.0 % 2 == 0 }.map(\.1))
    #expect(after.totals.last == before.totals.last)
    #expect(try row(after).verdict == .leak)
    #expect(after.isOneProcess == true)
  }
}
