import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

/// Runs of Fixtures/statistics/sources/coverage, whose allocations are known.
@Suite("Intervals of simulated programs")
struct CoverageTests {
  /// What each function allocates, in bytes; `live` keeps every second block.
  private static let truth: [String: Int64] = [
    "one": 10923 * 48, "four": 8192 * 256, "twenty": 10240 * 1024, "hundred": 102_400 * 512,
    "half": 10 * 262_144, "block": 30 * 524_288, "large": 24 * 1_048_576,
    "pair": 8 * 524_288 + 6 * 786_432,
    "mixed": 16384 * 64 + 512 * 4096 + 12 * 131_072 + 2_097_152, "live": 20480 * 512,
  ]
  private static let kept: Int64 = 10240 * 512

  /// The results of some runs of one function.
  private struct Outcome {
    /// The function, or `kept`.
    var figure: String
    var truth: Double
    var runs: Double
    var sum: SampledSum
  }

  private func outcomes() throws -> [Outcome] {
    let table = try String(
      contentsOf: Repository.fixtures.appending(path: "statistics/coverage.tsv"), encoding: .utf8)
    var outcomes: [Outcome] = []
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 4)
      let function = fields[1]
      let truth = try #require(Self.truth[function])
      let runs = try #require(Double(fields[2]))
      var builder = StackProfile.goHeap()
      // In some runs, nothing of a function was sampled.
      let sizes =
        fields[3].isEmpty ? ["64:0:0:0:0"] : fields[3].split(separator: " ").map(String.init)
      for size in sizes {
        let values = size.split(separator: ":").compactMap { Int64($0) }
        try #require(values.count == 5)
        builder.add("main.f", values: Array(values[1...]), size: values[0])
      }
      let profile = builder.sampled(every: 524_288)
      let sampling = try #require(HeapSampling(profile), "\(line)")
      func sum(_ column: Int) throws -> SampledSum {
        try #require(
          sampling.sum(of: 0..<profile.samples.count, column: column, in: profile), "\(line)")
      }
      outcomes.append(
        Outcome(figure: function, truth: Double(truth), runs: runs, sum: try sum(1)))
      if function == "live" {
        outcomes.append(
          Outcome(figure: "kept", truth: Double(Self.kept), runs: runs, sum: try sum(3)))
      }
    }
    return outcomes
  }

  @Test("intervals contain the true figure in 93 to 98 of 100 cases, overall and for each")
  func coverage() throws {
    var held: [String: Double] = [:]
    var runs: [String: Double] = [:]
    for outcome in try outcomes() {
      runs[outcome.figure, default: 0] += outcome.runs
      if outcome.sum.interval.contains(outcome.truth) {
        held[outcome.figure, default: 0] += outcome.runs
      }
    }
    #expect(runs.count == 11)
    #expect(runs.values.allSatisfy { $0 >= 2000 })
    let all = held.values.reduce(0, +) / runs.values.reduce(0, +)
    #expect((0.93...0.98).contains(all), "\(all)")
    for (figure, runs) in runs {
      let coverage = (held[figure] ?? 0) / runs
      // Plus three standard errors, since these are only some runs. `ExactCoverageTests` has the
      // exact figure.
      let chance = 3 * (0.95 * 0.05 / runs).squareRoot()
      #expect(((0.93 - chance)...(0.98 + chance)).contains(coverage), "\(figure): \(coverage)")
    }
  }

  @Test("estimates are right on average")
  func bias() throws {
    var totals: [String: (sum: Double, count: Double, truth: Double)] = [:]
    for outcome in try outcomes() {
      totals[outcome.figure, default: (0, 0, outcome.truth)].sum +=
        outcome.sum.estimate * outcome.runs
      totals[outcome.figure]?.count += outcome.runs
    }
    for (figure, total) in totals {
      let mean = total.sum / total.count
      // Four standard errors of a mean whose variance is at most R · truth.
      let slack = 4 * (524_288 * total.truth / total.count).squareRoot()
      #expect((mean - total.truth).magnitude < slack, "\(figure): \(mean), truth \(total.truth)")
    }
  }
}

/// Fixtures/statistics/sources/truth prints, calls and grows a known number of times.
@Suite("Figures derived from a profile's arithmetic")
struct ArithmeticTruthTests {
  static let versions = ["go1.22", "go1.27"]

  private struct Part {
    var calls = 0.0
    var bytes = 0.0
    var objects = 0.0
    var wasted = 0.0
  }

  private func read(_ version: String) throws -> (HotspotReport, [String: Part]) {
    let folder = Repository.fixtures.appending(path: "statistics/\(version)")
    let text = try String(contentsOf: folder.appending(path: "truth.txt"), encoding: .utf8)
    var parts: [String: Part] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      for word in words.dropFirst() {
        let pair = word.split(separator: "=")
        let value = Double(pair[1]) ?? 0
        switch pair[0] {
        case "calls": parts[String(words[0]), default: Part()].calls = value
        case "bytes": parts[String(words[0]), default: Part()].bytes = value
        case "objects": parts[String(words[0]), default: Part()].objects = value
        case "wasted": parts[String(words[0]), default: Part()].wasted = value
        default: break
        }
      }
    }
    let profile = try Repository.fixture("statistics/\(version)/truth.pb.gz")
    let column = try #require(profile.column(named: "alloc_space"))
    return (findHotspots(in: profile, column: column), parts)
  }

  private func line(_ function: String, in report: HotspotReport) throws -> LineArithmetic {
    let lines = report.findings.flatMap(\.blame).filter { $0.function == "main.\(function)" }
    return try #require(lines.first?.arithmetic, "\(function)")
  }

  @Test("the derived number of entries of printed maps is right", arguments: versions)
  func maps(version: String) throws {
    let (report, parts) = try read(version)
    for (function, entries, inner) in [
      ("printSame", 300, nil), ("printSmall", 5, nil), ("printNested", 20, 3),
    ] as [(String, Int64, Int64?)] {
      let maps = try #require(try line(function, in: report).printedMaps)
      #expect(maps.entries.contains(entries), "\(function) \(maps.entries)")
      #expect(maps.isOneSize)
      #expect(Double(maps.entries.count) < 0.2 * Double(entries) + 2)
      #expect(maps.innerEntries.map { $0.contains(inner ?? 0) } == inner.map { _ in true })
      let calls = try #require(parts[function]?.calls)
      // A wider interval than 95 %, as the profile is one and the figures are many.
      let slack = 1.7 * (maps.count.interval.high - maps.count.interval.low) / 2
      #expect((maps.count.estimate - calls).magnitude < slack, "\(function)")
    }
  }

  @Test("the derived cost of a call is right", arguments: versions)
  func price(version: String) throws {
    let (report, parts) = try read(version)
    for function in ["printSame", "printSmall", "printNested", "format"] {
      let price = try #require(try line(function, in: report).price, "\(function)")
      let part = try #require(parts[function])
      let width = (price.bytesInterval.high - price.bytesInterval.low) / 2
      #expect(
        (price.bytesEach - part.bytes / part.calls).magnitude < 1.7 * width,
        "\(function): \(price.bytesEach), truth \(part.bytes / part.calls)")
      let calls = price.count.interval
      #expect(
        (price.count.estimate - part.calls).magnitude < 1.7 * (calls.high - calls.low) / 2,
        "\(function): \(price.count.estimate), truth \(part.calls)")
    }
  }

  @Test("the derived cost of growing in steps is right", arguments: versions)
  func ladders(version: String) throws {
    let (report, parts) = try read(version)
    let grown = try #require(report.findings.first { $0.kind == .appendGrowth })
    #expect(Set(grown.blame.map(\.function)) == ["main.growNumbers", "main.growRecords"])
    for function in ["growNumbers", "growRecords"] {
      let ladder = try #require(
        grown.blame.first { $0.function == "main.\(function)" }?.arithmetic?.ladder)
      #expect(ladder.isAppend)
      #expect((ladder.count - 300).magnitude < 15, "\(ladder)")
      if let wasted = parts[function]?.wasted, wasted > 0 {
        let saved = ladder.savedBytes
        #expect((saved.estimate - wasted).magnitude < 0.05 * wasted, "\(saved.estimate) \(wasted)")
      }
    }
    // One slice, one size: nothing grows.
    #expect(report.hints.allSatisfy { $0.ladder == nil })
  }
}
