import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Commands that compare profiles")
struct ComparingCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// Writes a profile of some stacks, each with one value per type.
  private func file(
    _ name: String, types: [String] = ["alloc_space/bytes", "inuse_space/bytes"],
    _ stacks: KeyValuePairs<String, [Int64]>, program: String = "shop", buildID: String = "a1",
    seconds: Int64 = 0, duration: Int64 = 0
  ) throws -> String {
    var test = StackProfile(types: types)
    for (stack, values) in stacks { test.add(stack, values) }
    var profile = test.profile
    profile.mappings.append(
      Mapping(
        id: 1, start: 0x1000, limit: 0x2000, file: profile.strings.intern("/srv/\(program)"),
        buildID: profile.strings.intern(buildID)))
    profile.timeNanoseconds = seconds * 1_000_000_000
    profile.durationNanoseconds = duration * 1_000_000_000
    return try folder.write(name, writeProfile(profile))
  }

  /// Go's text form with one line of blocks of 512 bytes, all of them sampled.
  private func goText(_ name: String, live: Int, allocated: Int, collected: String) throws -> String
  {
    try folder.write(
      name,
      """
      heap profile: \(live): \(live * 512) [\(allocated): \(allocated * 512)] @ heap/2
      \(live): \(live * 512) [\(allocated): \(allocated * 512)] @ 0x1011 0x2021
      #\t0x1010\tmain.keep+0x10\t/srv/app/keep.go:12
      #\t0x2020\tmain.main+0x20\t/srv/app/main.go:7

      # runtime.MemStats
      # Alloc = 4392096
      # LastGC = \(collected)
      # PauseNs = [170267 520592]
      # NumGC = 9

      """)
  }

  // MARK: Two builds, two programs

  @Test("a diff and a trend of two builds have no rates, and one row for a line that moved")
  func builds() throws {
    let first = try file(
      "v1",
      ["main.load@/v1/load.go:20 < main.main": [900, 400], "main.main@/v1/load.go:50": [5, 5]],
      buildID: "a1", seconds: 100)
    let second = try file(
      "v2",
      ["main.load@/v2/load.go:27 < main.main": [9000, 4000], "main.main@/v2/load.go:61": [5, 5]],
      buildID: "b2", seconds: 700)
    let diff = heapscope(["diff", "--lines", first, second])
    #expect(diff.status == 0 && diff.messages.isEmpty)
    #expect(
      diff.text.hasPrefix("DIFF  inuse_space, flat    different builds: totals only, no rates\n"))
    #expect(diff.text.contains("main.load  load.go:20 → load.go:27"))
    #expect(!diff.text.contains("/s") && !diff.text.contains("GONE"), "\(diff.text)")
    let trend = heapscope(["trend", second, first])
    #expect(
      trend.text.hasPrefix("TREND  inuse_space in 2 profiles of different builds over 10m00s\n"))
    #expect(trend.text.contains("main.load  load.go:20 → load.go:27"))
    #expect(!trend.text.contains("/s") && !trend.text.contains("SUSPECTS"), "\(trend.text)")
    let json = heapscope(["diff", "--lines", "--format=json", first, second]).text
    #expect(json.contains("\"lineBefore\" : 20") && json.contains("\"oneBuild\" : false"))
    #expect(json.contains("\"perSecond\" : null"))
  }

  @Test("a diff of one process has rates, of a restart none")
  func processes() throws {
    let first = try file("1", ["main.load": [900, 400], "main.f": [50, 50]], seconds: 100)
    let later = try file("2", ["main.load": [9900, 4400], "main.f": [50, 50]], seconds: 110)
    let anew = try file("3", ["main.load": [9900, 4400], "main.f": [49, 49]], seconds: 110)
    #expect(
      heapscope(["diff", first, later]).text.contains("10s apart, from one process: +400B/s\n"))
    let restarted = heapscope(["diff", first, anew]).text
    #expect(
      restarted.hasPrefix("DIFF  inuse_space, flat    different processes: totals only, no rates"))
    #expect(!restarted.contains("B/s"))
  }

  @Test("two programs are compared with a warning", arguments: ["diff", "trend", "check"])
  func programs(command: String) throws {
    func program(_ name: String, _ functions: [String], buildID: String, seconds: Int64) throws
      -> String
    {
      let stacks = functions.map { "main.\($0)@/src/\(name)/main.go:7 < main.main" }
      return try file(
        "\(name)\(seconds)", [stacks[0]: [10 + seconds, 9], stacks[1]: [10 + seconds, 9]],
        program: name, buildID: buildID, seconds: seconds)
    }
    let shop = try program("shop", ["serve", "(*cart).add"], buildID: "a1", seconds: 5)
    let later = try program("shop", ["serve", "(*cart).add"], buildID: "a1", seconds: 7)
    let mail = try program("mailer", ["send", "(*queue).pop"], buildID: "ffff", seconds: 6)
    func messages(_ before: String, _ after: String) -> [String] {
      let line =
        command == "check"
        ? ["check", "--base=\(before)", "--max-growth=500%", after] : [command, before, after]
      let run = heapscope(line)
      #expect(run.status == 0, "\(run.messages)")
      return run.messages
    }
    #expect(messages(shop, mail).filter { $0.contains("different programs") }.count == 1)
    #expect(messages(shop, later).isEmpty)
  }

  // MARK: Types and times

  @Test("a trend of CPU profiles follows CPU time, without growth per second or leaks")
  func processor() throws {
    let files = try (1...5 as ClosedRange<Int64>).map { step in
      try file(
        "\(step)", types: ["samples/count", "cpu/nanoseconds"],
        ["main.work@/src/work.go:4 < main.main": [step * 10, step * 100_000_000]],
        seconds: step * 60,
        duration: 10)
    }
    let run = heapscope(["trend"] + files)
    #expect(run.status == 0 && run.messages.isEmpty)
    #expect(run.text.hasPrefix("TREND  cpu in 5 profiles over 4m00s\n"), "\(run.text)")
    #expect(run.text.contains("+400ms  grows"))
    for word in ["leak  ", "/s", "/h", "holds", "fix ", "cache", "SUSPECTS"] {
      #expect(!run.text.contains(word), "\(word) in \(run.text)")
    }
    let json = heapscope(["trend", "--format=json"] + files).text
    #expect(json.contains("\"findings\" : [\n\n  ]") || json.contains("\"findings\" : []"))
    // Memory that only such counters show is no leak either.
    let counted = heapscope(
      ["trend", "--sample-index=alloc_space", "trend/go1.27/phases"])
    #expect(counted.text.contains("never falls") && !counted.text.contains("SUSPECTS"))
  }

  @Test("trend names a profile that lacks the sample type, and the types that it has")
  func otherTypes() throws {
    let heap = try file("heap", ["main.f": [1, 1]], seconds: 1)
    let cpu = try file("cpu", types: ["cpu/nanoseconds"], ["main.f": [1]], seconds: 2)
    let run = heapscope(["trend", heap, cpu])
    #expect(run.status == 65)
    #expect(
      run.messages.count == 1 && run.messages[0].hasSuffix("/cpu has no inuse_space, but cpu"))
    #expect(heapscope(["trend", "--sample-index=cpu", heap, cpu]).status == 64)
  }

  @Test("Go's text form is ordered by its LastGC, which pprof's reports do not show")
  func lastCollection() throws {
    let start: Int64 = 1_700_000_000_000_000_000
    let files = try (0..<4).map { step in
      try goText(
        "\(step).txt", live: 1000 + 100 * step, allocated: 2000 + 300 * step,
        collected: "\(start + Int64(step) * 30_000_000_000)")
    }
    let run = heapscope(["trend", files[2], files[0], files[3], files[1]])
    #expect(run.messages.isEmpty)
    #expect(
      run.text.hasPrefix(
        "TREND  inuse_space in 4 profiles of one process over 1m30s, in the order of LastGC\n"),
      "\(run.text)")
    #expect(run.text.contains("total 500kB → 650kB"))
    #expect(run.text.contains("+1.67kB/s"))
    #expect(
      heapscope(["diff", files[0], files[1]]).text.contains("taken 30s apart, from one process"))
    #expect(!heapscope(["top", files[0]]).text.contains("Time:"))
    #expect(!heapscope(["raw", files[0]]).text.contains("Time:"))
    // One that no collection preceded has no time.
    let never = try goText("never.txt", live: 5, allocated: 5, collected: "0")
    #expect(heapscope(["trend", files[0], never]).messages.joined().contains("in the order given"))
  }

  @Test("with a base, the profiles of a trend have their own times and signed totals")
  func base() throws {
    let base = try file("base", ["main.f": [100, 100]], seconds: 10)
    let files = try [(30, 40), (20, 70), (40, 10)].map { seconds, live in
      try file(
        "\(seconds)", ["main.f": [100 + Int64(seconds), Int64(live)]], seconds: Int64(seconds))
    }
    let run = heapscope(["trend", "--base=\(base)", "--format=json"] + files)
    #expect(run.messages.isEmpty, "\(run.messages)")
    let text = run.text.filter { !$0.isWhitespace }
    #expect(text.contains("\"totals\":[-30,-60,-90]"), "\(run.text)")
    #expect(text.contains("\"hasTimes\":true"))
    #expect(text.contains("20000000000,30000000000,40000000000"))
    let chart = heapscope(["trend", "--base=\(base)", "--format=svg"] + files)
    #expect(chart.status == 0 && chart.text.contains(">-100B<"), "\(chart.text.prefix(3000))")
  }

  // MARK: Noise

  @Test("diff counts changes within noise, --all shows them, and JSON always has them")
  func noise() throws {
    let names = ["unchanged/03.pb.gz", "unchanged/04.pb.gz"].map { "trend/go1.27/\($0)" }
    let short = heapscope(["diff", "--nodecount=0"] + names).text
    let hidden = try #require(short.firstMatch(of: /\n(\d+) rows within noise hidden \(--all\)\n/))
    let count = try #require(Int(hidden.1))
    let long = heapscope(["diff", "--nodecount=0", "--all"] + names).text
    #expect(!long.contains("hidden"))
    #expect(long.split(separator: "\n").filter { $0.contains("  noise  ") }.count <= count)
    let json = heapscope(["diff", "--format=json"] + names).text
    #expect(json.matches(of: /"noise" : true/).count >= count)
  }
}

@Suite(
  "Comparing what others reported",
  .enabled(if: reported != nil, "no ../shared/found beside the checkout"))
struct ReportedComparisonTests {
  private func run(_ words: [String], in path: String) throws -> CommandRun {
    let folder = try #require(reported).appending(path: path)
    return heapscope(
      words.map { word in
        let file = folder.appending(path: word).path
        return FileManager.default.fileExists(atPath: file) ? file : word
      })
  }

  @Test("reported: two versions of a line are one row, without rates")
  func twoVersions() throws {
    let diff = try run(["diff", "v1.pb.gz", "v2.pb.gz"], in: "found/two-versions").text
    #expect(diff.contains("different builds") && !diff.contains("B/s"))
    #expect(diff.contains("+13.43MB") && diff.contains("main.build"))
    let trend = try run(["trend", "v1.pb.gz", "v2.pb.gz"], in: "found/two-versions").text
    #expect(trend.contains("main.build  main.go:16 → main.go:19"))
    #expect(!trend.contains("B/s") && !trend.contains("leak  "))
  }

  @Test("reported: text profiles are in the order of LastGC")
  func texts() throws {
    let run = try run(["trend", "h2.txt", "h1.txt", "h3.txt"], in: "found/debug1-has-a-time")
    #expect(run.messages.isEmpty)
    #expect(
      run.text.contains("3 profiles of different processes over 0.8s, in the order of LastGC"))
    #expect(run.text.contains("total 15.27MB → 15.35MB"))
  }

  @Test("reported: CPU time is no leak", arguments: ["trend-cpu-leak", "trend-cpu-default"])
  func processorTime(name: String) throws {
    let files = name == "trend-cpu-leak" ? ["000", "001", "002"] : ["000", "001"]
    let run = try run(["trend"] + files.map { "\($0)-default.pgo" }, in: "parity/cases/\(name)")
    #expect(run.status == 0 && run.messages.isEmpty)
    for word in ["leak  ", "SUSPECTS", "holds", "cache", "us/s"] {
      #expect(!run.text.contains(word), "\(word)")
    }
  }
}

private let reported: URL? = {
  let folder = Repository.root.appending(path: "../shared").standardized
  return FileManager.default.fileExists(atPath: folder.appending(path: "found").path) ? folder : nil
}()
