import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import StackGraph
import Testing

@Suite("Comparisons")
struct ComparisonTests {
  private func comparison(
    _ before: Profile, _ after: Profile, byCum: Bool = false,
    granularity: Granularity = .functions
  ) throws -> Comparison {
    let pair = ProfilePair(before: before, after: after)
    var options = SelectionOptions()
    options.granularity = granularity
    return Comparison(
      pair, before: try Selection(pair.before, options), after: try Selection(pair.after, options),
      byCum: byCum)
  }

  private func profile(
    _ stacks: KeyValuePairs<String, Int64>, type: String = "inuse_space/bytes",
    buildID: String = "",
    seconds: Int64
  ) -> Profile {
    var test = StackProfile(types: [type])
    for (stack, value) in stacks { test.add(stack, [value]) }
    var profile = test.profile
    profile.mappings.append(Mapping(id: 1, buildID: profile.strings.intern(buildID)))
    profile.timeNanoseconds = seconds * 1_000_000_000
    return profile
  }

  @Test("negative values have signed totals, and grow when they come closer to 0")
  func negative() throws {
    let found = try comparison(
      profile(["main.a": -100, "main.b": 30, "main.c": -5], seconds: 10),
      profile(["main.a": -40, "main.b": -30, "main.d": -7], seconds: 20))
    #expect(found.totals == (-75, -77))
    func row(_ name: String) throws -> Comparison.Row {
      try #require(found.rows.first { $0.name == Array(name.utf8) })
    }
    #expect(try row("main.a").change == .grew && row("main.a").difference == 60)
    #expect(try row("main.b").change == .shrank && row("main.b").difference == -60)
    #expect(try row("main.c").change == .gone && row("main.d").change == .new)
    // A quotient of such values says nothing.
    #expect(found.rows.allSatisfy { $0.factor == nil })
  }

  @Test("rates exist only within one process, for what exists or was done since the start")
  func rates() throws {
    func hasRates(_ type: String, _ ids: (String, String) = ("", "")) throws -> Bool {
      try comparison(
        profile(["main.a": 1], type: type, buildID: ids.0, seconds: 10),
        profile(["main.a": 9], type: type, buildID: ids.1, seconds: 20)
      ).hasRates
    }
    #expect(try hasRates("inuse_space/bytes"))
    #expect(try hasRates("goroutine/count"))
    #expect(try hasRates("delay/nanoseconds"))
    #expect(try !hasRates("cpu/nanoseconds"))
    #expect(try !hasRates("wall/milliseconds"))
    #expect(try !hasRates("samples/count"))
    #expect(try !hasRates("inuse_space/bytes", ("a", "b")))
    #expect(try hasRates("inuse_space/bytes", ("a", "a")))
  }

  @Test(
    "the name of a sample type says whether its values are present, since the start, or of an interval"
  )
  func kinds() {
    func kind(_ type: String, seconds: Int64 = 0) -> SampleKind {
      var profile = profile(["main.a": 1], type: type, seconds: 1)
      profile.durationNanoseconds = seconds * 1_000_000_000
      return profile.sampleKind(0)
    }
    #expect(kind("inuse_space/bytes", seconds: 5) == .present)
    #expect(kind("alloc_space/bytes") == .sinceStart)
    #expect(kind("alloc_space/bytes", seconds: 5) == .stretch)
    #expect(kind("contentions/count") == .sinceStart)
    #expect(kind("space/bytes") == .present)
    #expect(kind("alloc_in_new_tlab_bytes/bytes", seconds: 5) == .stretch)
    #expect(kind("samples/count") == .stretch)
    for (type, counts) in [
      ("space/bytes", true), ("objects/count", true), ("inuse_objects/count", true),
      ("goroutine/count", false), ("cpu/nanoseconds", false), ("delay/nanoseconds", false),
      ("samples/count", false), ("heap/kilobytes", true), ("rss/kilobytes", false),
    ] {
      #expect(
        profile(["main.a": 1], type: type, seconds: 1).measure(ofColumn: 0).isMemory == counts,
        "\(type)")
    }
  }

  @Test("a line in two builds is one row")
  func builds() throws {
    let found = try comparison(
      profile(["main.f@/a/f.go:16": 100, "main.f@/a/f.go:18": 3], buildID: "a", seconds: 10),
      profile(["main.f@/b/f.go:19": 300, "main.f@/b/f.go:21": 3], buildID: "b", seconds: 20),
      granularity: .lines)
    #expect(found.rows.map(\.difference) == [200])
    let move = try #require(found.rows.first?.move)
    #expect(move.before.line == 16 && move.after.line == 19 && move.function == "main.f")
    #expect(found.kinship.isOneBuild == false && !found.hasRates)
  }

  @Test("the same difference is more certain within one process than between two")
  func noise() throws {
    var random = SeededGenerator(seed: 4)
    var process = SimulatedProcess(
      period: 4096, sizes: [("main.f", 64), ("main.g", 512), ("main.h", 64)])
    for line in 0..<3 { process.allocate(40_000, on: line, &random) }
    let before = process.profile(seconds: 0)
    process.allocate(2500, on: 0, &random)
    let found = try comparison(before, process.profile(seconds: 10))
    #expect(found.kinship.isOneProcess == true && found.isSampled)
    #expect(found.rows.map(\.isNoise) == [false])
    var other = SimulatedProcess(
      period: 4096, sizes: [("main.f", 64), ("main.g", 512), ("main.h", 64)])
    for line in 0..<3 { other.allocate(40_000, on: line, &random) }
    let restarted = try comparison(before, other.profile(seconds: 10))
    #expect(restarted.kinship.isOneProcess == false)
    #expect(restarted.rows.allSatisfy { $0.isNoise == true } && restarted.rows.count == 3)
  }

  // MARK: Findings

  /// A Go heap in which `main.serve` prints a map, and `main.load` reads a body whole.
  private func heap(printed: Int64, read: Int64, line: Int64 = 9) -> Profile {
    var test = StackProfile.goHeap()
    let print =
      "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.(*pp).doPrintf < fmt.Sprintf"
    func add(_ stack: String, _ count: Int64, size: Int64) {
      if count > 0 { test.add(stack, values: [count, count * size, 0, 0], size: size) }
    }
    add("\(print) < main.serve@/src/app/main.go:\(line) < main.main", printed, size: 8192)
    add("io.ReadAll < main.load@/src/app/main.go:20 < main.main", read, size: 512)
    add("main.other@/src/app/main.go:30 < main.main", 4000, size: 4096)
    return test.sampled(every: 1)
  }

  private func findings(_ before: Profile, _ after: Profile) throws -> FindingComparison {
    let pair = ProfilePair(before: before, after: after)
    let reports = try [pair.before, pair.after].map { profile in
      var options = HotspotOptions()
      options.minimumShare = 0
      return findHotspots(
        in: profile, column: try #require(profile.column(named: "alloc_space")),
        ownership: Ownership(profile), options: options)
    }
    return FindingComparison(before: reports[0], after: reports[1])
  }

  @Test(
    "a comparison of findings shows gone, new, grown and shrunk patterns, with both amounts and the line"
  )
  func patterns() throws {
    let both = heap(printed: 1000, read: 9000)
    let gone = try findings(both, heap(printed: 0, read: 9500))
    #expect(gone.rows.map(\.kind.rawValue).first == "map-format")
    let row = try #require(gone.rows.first)
    #expect(row.change == .gone && row.before == 8_192_000 && row.after == 0)
    #expect(row.line?.function == "main.serve" && row.line?.line == 9)
    #expect(row.isNoise == false)
    #expect(gone.rows.last?.change == .grew)
    #expect(try findings(heap(printed: 0, read: 9000), both).rows.first?.change == .new)
    #expect(try findings(both, heap(printed: 900, read: 9000)).rows.first?.change == .shrank)
    #expect(try findings(both, both).rows.allSatisfy { $0.change == nil })
  }

  @Test("a finding of few samples that appears or disappears is noise")
  func fewSamples() throws {
    func heap(_ sampled: Double) -> Profile {
      var test = StackProfile.goHeap()
      // Blocks of 64 bytes, one in 8192 of which is sampled.
      func values(_ count: Double) -> [Int64] {
        let probability = 1 - 0.999877937
        return [Int64(count / probability), Int64(count * 64 / probability), 0, 0]
      }
      if sampled > 0 {
        test.add(
          "io.ReadAll < main.load@/src/app/main.go:20 < main.main", values: values(sampled),
          size: 64)
      }
      test.add("main.other@/src/app/main.go:30 < main.main", values: values(200), size: 64)
      return test.sampled(every: 524_288)
    }
    func isNoise(_ before: Double, _ after: Double) throws -> Bool? {
      let row = try findings(heap(before), heap(after)).rows.first {
        $0.kind.rawValue == "read-all"
      }
      return try #require(row).isNoise
    }
    #expect(try isNoise(2, 0) == true)
    #expect(try isNoise(0, 2) == true)
    #expect(try isNoise(40, 0) == false)
    #expect(try isNoise(40, 44) == true)
    #expect(try isNoise(40, 120) == false)
  }
}
