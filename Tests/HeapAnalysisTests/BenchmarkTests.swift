import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

/// The benchmarks of Fixtures/serializers, recorded from real Go programs.
@Suite("Benchmarks by line")
struct BenchmarkTests {
  private static func runs(_ name: String) throws -> [BenchmarkRun] {
    var text = BenchmarkText()
    for line in try Repository.text("Fixtures/serializers/\(name).txt").split(separator: "\n") {
      text.add(line)
    }
    return text.runs
  }

  /// Finds the sources of Fixtures/serializers, ignoring the rest of the path.
  private static let source = SourceLookup { file, mismatch in
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    guard let text = try? Repository.text("Fixtures/serializers/\(name)") else {
      return SourceLookup.Found()
    }
    let lines = SourceLines(Array(text.utf8))
    return mismatch(lines) == nil ? SourceLookup.Found(lines) : SourceLookup.Found()
  }

  private static func split(
    _ name: String, source: SourceLookup? = source
  ) throws -> BenchmarkSplit {
    let profile = try Repository.fixture("serializers/\(name).pb.gz")
    return try #require(
      BenchmarkSplit(
        runs(name), profile, Ownership(profile, OwnershipOptions()), source: source,
        rules: HotspotRule.all))
  }

  @Test(
    "at rate 1 the lines of a loop add up to the allocations and bytes that Go printed",
    arguments: ["go1.22", "go1.27"])
  func exact(version: String) throws {
    let split = try Self.split("\(version)/exact")
    #expect(split.period == 1)
    #expect(split.groups.count == 7)
    for group in split.groups {
      #expect(group.iterationsAreKnown)
      #expect(group.iterations == (group.function == "BenchmarkSizes" ? 2000 : 1000))
      #expect(group.untold.isEmpty)
      let bytes = try #require(group.printed("B/op"))
      // Go truncates the fraction.
      #expect(group.loopBytes >= bytes && group.loopBytes < bytes + 1, "\(group.function)")
      let allocations = try #require(group.printed("allocs/op"))
      // Small objects without pointers share a block, and the profile counts blocks: of the texts
      // of two numbers, the second is in the first one's block.
      let shares = ["BenchmarkDebug", "BenchmarkOneEntryFmt", "BenchmarkOneEntryJSON"]
        .contains(group.function)
      let rest = allocations - group.loopObjects
      #expect(
        shares ? (0.45...0.55).contains(rest) : rest > -0.05 && rest <= 0.005,
        "\(group.function) \(rest)")
      #expect(group.setUp.reduce(0) { $0 + $1.objects } > 0)
    }
  }

  @Test(
    "bench separates set-up from the loop, and the first round from the others",
    arguments: ["go1.22", "go1.27"])
  func setUp(version: String) throws {
    let split = try Self.split("\(version)/exact")
    for group in split.groups where !group.function.contains("OneEntry") {
      #expect(!group.loop.contains { $0.function.hasSuffix(".NewOrder") }, "\(group.function)")
      #expect(group.setUp.contains { $0.function.hasSuffix(".NewOrder") }, "\(group.function)")
    }
    let cached = try #require(split.groups.first { $0.function == "BenchmarkCached" })
    // The type is examined once before the loop; in the loop each line makes whole numbers.
    #expect(cached.setUp.contains { $0.function.hasSuffix(".appendValue") })
    #expect(cached.loop.map { cached.perOperation($0.objects) }.sorted() == [1, 1, 3, 5, 6])
    let hand = try #require(split.groups.first { $0.function == "BenchmarkHand" })
    #expect(hand.loop.map { hand.perOperation($0.bytes) } == [512, 256, 80])
    #expect(hand.firstRoundObjects > 3)
  }

  @Test(
    "a map of one entry takes the bytes that Go measures, not the figure often quoted",
    arguments: [("go1.22", 6.0, 136.0, 4.0, 88.0), ("go1.27", 4, 88, 4, 48)])
  func quoted(
    version: String, printObjects: Double, printBytes: Double, jsonObjects: Double,
    jsonBytes: Double
  ) throws {
    let split = try Self.split("\(version)/exact")
    let format = try #require(split.groups.first { $0.function == "BenchmarkOneEntryFmt" })
    #expect(format.printed("allocs/op") == printObjects && format.printed("B/op") == printBytes)
    #expect(format.loop.map(\.kind?.rawValue) == ["map-format"])
    let json = try #require(split.groups.first { $0.function == "BenchmarkOneEntryJSON" })
    #expect(json.printed("allocs/op") == jsonObjects && json.printed("B/op") == jsonBytes)
  }

  @Test(
    "at the default rate, the interval of the lines' sum contains what Go printed",
    arguments: ["go1.22", "go1.27"])
  func sampled(version: String) throws {
    let split = try Self.split("\(version)/sampled")
    #expect(split.period == 524_288)
    var held = 0
    for group in split.groups {
      let interval = try #require(group.objectInterval)
      let printed = try #require(group.printed("allocs/op"))
      if interval.low < printed + 1, interval.high >= printed { held += 1 }
      #expect(group.iterations >= Double(group.runs.map(\.iterations).reduce(0, +)))
    }
    // 95 in 100 of seven.
    #expect(held >= 6, "\(held)")
  }

  @Test("without source, several lines of a benchmark are in a part of their own")
  func noSource() throws {
    let split = try Self.split("go1.27/exact", source: nil)
    #expect(split.groups.allSatisfy { $0.loop.isEmpty && $0.setUp.isEmpty })
    #expect(split.groups.allSatisfy { !$0.untold.isEmpty })
    #expect(split.unreadFiles.count == 1)
  }

  // MARK: Comparison

  @Test(
    "medians, intervals and p-values of bench equal an independent computation",
    arguments: try Repository.text("Fixtures/serializers/expected.tsv").split(separator: "\n")
      .dropFirst().map(String.init))
  func statistics(line: String) throws {
    let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    func values(_ text: String) -> [Double] { text.split(separator: ",").compactMap { Double($0) } }
    let (old, new) = (BenchmarkSample(values(cells[3])), BenchmarkSample(values(cells[4])))
    #expect(old.median == Double(cells[5]) && new.median == Double(cells[8]))
    #expect(old.interval?.low == Double(cells[6]) && old.interval?.high == Double(cells[7]))
    #expect(new.interval?.low == Double(cells[9]) && new.interval?.high == Double(cells[10]))
    let p = old.probability(against: new)
    if let expected = Double(cells[11]) {
      #expect((try #require(p) - expected).magnitude <= 1e-9 + 1e-9 * expected, "\(p as Any)")
    } else {
      #expect(p == nil)
    }
    if cells[0] == "benchstat" {
      let rounded = (try #require(p) * 1000).rounded() / 1000
      #expect(rounded == (cells[1] == "GobEncode" ? 0.016 : 0.286))
    }
  }

  @Test("at most one in twenty comparisons without a difference reports one")
  func falseDiscoveries() {
    var random = SeededGenerator(seed: 23)
    var comparisons = 0
    for _ in 0..<200 {
      let p = (0..<30).map { _ -> Double? in
        func sample() -> BenchmarkSample { BenchmarkSample((0..<8).map { _ in normal(&random) }) }
        return sample().probability(against: sample())
      }
      if falseDiscoveryRates(p).contains(where: { $0 ?? 1 <= 0.05 }) { comparisons += 1 }
    }
    #expect(comparisons <= 10, "\(comparisons)")
    #expect(falseDiscoveryRates([0.01, nil, 0.04, 0.03]) == [0.03, nil, 0.04, 0.04])
  }

  @Test("bench names the line that made the difference", arguments: ["go1.22", "go1.27"])
  func changedLine(version: String) throws {
    let comparison = BenchmarkComparison(
      before: try Self.runs("\(version)/before"), after: try Self.runs("\(version)/after"),
      splits: (
        try Self.split("\(version)/before"), try Self.split("\(version)/after")
      ))
    let line = try #require(comparison.lines.first)
    #expect(line.function == "example.com/serializers.Debug" && line.isSure)
    #expect(line.change == .shrank && line.difference < -10)
    let row = try #require(
      comparison.rows.first { $0.name == "BenchmarkDebug" && $0.unit == "allocs/op" })
    #expect(row.isSure && row.after.median == 2)
    let same = try #require(
      comparison.rows.first { $0.name == "BenchmarkHand" && $0.unit == "allocs/op" })
    #expect(same.probability == nil && !same.isSure)
    // The other benchmark's lines are as they were.
    #expect(
      comparison.lines.filter { $0.benchmark == "BenchmarkHand" }.allSatisfy { $0.change == nil })
  }

  // MARK: Text and source

  @Test("the text of benchmarks is read in all its forms")
  func text() {
    var text = BenchmarkText()
    for line in [
      "goos: linux", "pkg: example.com/a/v2", "BenchmarkA-16 \t 100\t 12.5 ns/op\t 3 B/op\r",
      "BenchmarkB/size=10-x-4 \t 20\t 7 ns/op \t 1.5e3 widgets/op", "BenchmarkC \t 3\t 1 ns/op",
      "BenchmarkD", "BenchmarkE-8 \t--- FAIL: oops", "pkg: example.com/b",
      "BenchmarkA-16  1  2 ns/op", "PASS", "ok  \texample.com/a 1.2s", "BenchmarkF-2 0 1 ns/op",
      "BenchmarkG-2 5 nan ns/op", "BenchmarkH-2 99999999999999999999 1 ns/op",
    ] { text.add(line) }
    #expect(
      text.runs.map(\.name) == ["BenchmarkA", "BenchmarkB/size=10-x", "BenchmarkC", "BenchmarkA"])
    #expect(text.runs.map(\.processors) == [16, 4, 1, 16])
    #expect(text.runs.map(\.package).last == "example.com/b")
    #expect(text.runs[0].values == ["ns/op": 12.5, "B/op": 3])
    #expect(text.runs[1].values["widgets/op"] == 1500 && text.runs[1].function == "BenchmarkB")
    #expect(text.unread == 4)
    #expect(text.facts["goos"] == "linux")
  }

  /// A benchmark whose loop and set-up stand on known lines, told by a made profile.
  @Test(
    "a loop over b.N, b.Loop or pb.Next is found in the source, whatever stands around it",
    arguments: [
      ("for i := 0; i < b.N; i++ {", true), ("for b.Loop() {", true), ("for range t.N {", true),
      ("for n := bench.N; n > 0; n-- {", true), ("for pb.Next() { // }", true),
      ("for i := 0; i < 10; i++ {", false), ("for i := range b.Names {", false),
      ("if b.N > 1 {", false),
    ])
  func loops(head: String, isLoop: Bool) throws {
    let source = """
      package shop

      // BenchmarkX } is "for b.N {" in a comment.
      func BenchmarkX(b *testing.B) {
      \tbrace := "{" + `}
      }` + string('{')
      \tsetUp(brace)
      \t\(head)
      \t\tcall()
      \t}
      \tafter()
      }

      """
    var test = StackProfile(
      types: [
        "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes",
      ])
    test.standardRoot = "/go/src/"
    let root = "testing.(*B).runN < testing.(*B).launch"
    for (line, count) in [(7, 1), (9, 300), (11, 2)] {
      test.add(
        "example.com/shop.BenchmarkX@/src/shop/x_test.go:\(line) < \(root)",
        [Int64(count), Int64(count * 16), 0, 0], numbers: ["bytes": (16, "bytes")])
    }
    let profile = test.sampled(every: 1)
    var text = BenchmarkText()
    text.add("pkg: example.com/shop")
    text.add("BenchmarkX-2 100 48 B/op 3 allocs/op")
    let split = try #require(
      BenchmarkSplit(
        text.runs, profile, Ownership(profile, OwnershipOptions()),
        source: SourceLookup { _, _ in SourceLookup.Found(SourceLines(Array(source.utf8))) },
        rules: HotspotRule.all))
    let group = try #require(split.groups.first)
    #expect(group.loop.map(\.line) == (isLoop ? [9] : []))
    #expect(group.setUp.map(\.line).sorted() == (isLoop ? [7, 11] : []))
    #expect(group.untold.count == (isLoop ? 0 : 3))
    if isLoop { #expect(group.loopObjects == 3 && group.loopBytes == 48) }
  }

  @Test(
    "rounds that Go does not print are inferred from the bytes, and confirmed by whole numbers of objects"
  )
  func rounds() throws {
    var test = StackProfile(
      types: [
        "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes",
      ])
    test.standardRoot = "/go/src/"
    // 1, 100 and 10,000 iterations, of which Go prints the last ones.
    for (line, each) in [(9, Int64(2)), (10, 5)] {
      test.add(
        "example.com/shop.f@/src/shop/f.go:\(line) < example.com/shop.BenchmarkX@/src/shop/x_test.go:8"
          + " < testing.(*B).runN < testing.(*B).launch",
        [each * 10_100, each * 10_100 * 32, 0, 0], numbers: ["bytes": (32, "bytes")])
    }
    let profile = test.sampled(every: 1)
    var text = BenchmarkText()
    text.add("BenchmarkX-2 10000 224 B/op 7 allocs/op")
    let split = try #require(
      BenchmarkSplit(
        text.runs, profile, Ownership(profile, OwnershipOptions()), source: nil,
        rules: HotspotRule.all))
    let group = try #require(split.groups.first)
    #expect(group.iterations == 10_100 && !group.iterationsAreKnown)
    #expect(group.loop.map { group.perOperation($0.objects) } == [5, 2])
  }
}
