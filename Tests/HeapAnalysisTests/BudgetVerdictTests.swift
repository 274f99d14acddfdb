import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

/// Verdicts on budgets when the samples, the stacks or the names do not decide.
@Suite("Verdicts on budgets")
struct BudgetVerdictTests {
  private static let period: Int64 = 512 * 1024

  /// Sampled objects of 1 KiB each: every one represents 513 of them.
  private func sampled(_ counts: KeyValuePairs<String, Int>) -> Profile {
    var test = StackProfile.goHeap()
    let probability = 1024.0 / 524_800.0
    for (stack, count) in counts {
      let objects = Int64(Double(count) / probability)
      test.add(stack, values: [objects, objects * 1024, objects, objects * 1024], size: 1024)
    }
    return test.sampled(every: Self.period)
  }

  private static let leaf = "main.f@/src/app/f.go:1 < main.main@/src/app/main.go:1"
  private static let other = "main.g@/src/app/g.go:1 < main.main@/src/app/main.go:1"

  @Test(
    "the position of a value's interval relative to the limit decides whether it is kept, unsure or exceeded",
    arguments: [
      (9, "main.f<20MB", BudgetOutcome.Verdict.kept), (9, "main.f<6MB", .unsure),
      (9, "main.f<4MB", .unsure), (9, "main.f<1MB", .exceeded), (400, "main.f<190MB", .unsure),
      (400, "main.f<170MB", .exceeded), (400, "main.f<230MB", .kept), (0, "main.f<1MB", .unsure),
      (0, "main.f<2MB", .kept), (0, "main.f<0", .exceeded),
    ])
  func values(count: Int, text: String, verdict: BudgetOutcome.Verdict) throws {
    let profile = sampled([Self.leaf: count, Self.other: 5])
    let outcome = try CheckRun([profile]).outcomes([text])[0]
    #expect(outcome.verdict == verdict, "\(outcome.range as Any)")
    #expect((outcome.doubt == nil) == (verdict != .unsure))
  }

  @Test("a share is judged against the rest of the total, not against a total without error")
  func shares() throws {
    // Half of 1000 samples, and half of 10.
    let sure = sampled([Self.leaf: 500, Self.other: 500])
    let unsure = sampled([Self.leaf: 5, Self.other: 5])
    #expect(try CheckRun([sure]).outcomes(["main.f<40%"])[0].verdict == .exceeded)
    #expect(try CheckRun([sure]).outcomes(["main.f<60%"])[0].verdict == .kept)
    #expect(try CheckRun([sure]).outcomes(["main.f<51%"])[0].verdict == .unsure)
    #expect(try CheckRun([unsure]).outcomes(["main.f<40%"])[0].verdict == .unsure)
    let range = try #require(try CheckRun([sure]).outcomes(["main.f<40%"])[0].range)
    // Binomial: 0.5 ± 1.96 · √(0.25 / 1000).
    #expect((0.465...0.475).contains(range.low) && (0.525...0.535).contains(range.high))
  }

  @Test("the more budgets a check has, the surer it must be to report one as exceeded")
  func rows() throws {
    let before = sampled([Self.leaf: 400, Self.other: 400])
    // A falling count shows that this is another process.
    let after = sampled([Self.leaf: 470, Self.other: 399])
    let alone = try CheckRun([after], base: [before]).outcomes(["main.f<=+0%"])
    #expect(alone[0].verdict == .exceeded)
    let among = try CheckRun([after], base: [before]).outcomes(
      ["main.f<=+0%"] + (0..<9).map { "main.g<=+\(5 * $0 + 5)%" })
    #expect(among[0].verdict == .unsure)
    // Certain budgets stay certain, and do not make the others less certain.
    let large = sampled([Self.leaf: 800, Self.other: 399])
    #expect(
      try CheckRun([large], base: [before]).outcomes(
        ["main.f<=+0%"] + (0..<99).map { "main.g<=+\(5 * $0 + 5)%" })[0].verdict == .exceeded)
  }

  @Test("a budget with two limits warns from the first and fails from the second")
  func levels() throws {
    let profile = sampled([Self.leaf: 1000, Self.other: 1000])
    func verdict(_ text: String) throws -> BudgetOutcome.Verdict {
      try CheckRun([profile]).outcomes([text])[0].verdict
    }
    #expect(try verdict("main.f<20%..70%") == .warned)
    #expect(try verdict("main.f<20%..30%") == .exceeded)
    #expect(try verdict("main.f<60%..70%") == .kept)
    #expect(try verdict("main.f<20%..50%") == .unsure)
    #expect(try verdict("total<100MB..2GB") == .warned)
    #expect(try verdict("total<100..2000MB") == .warned)
  }

  @Test("without known sampling, figures are compared as they are, and several as their means")
  func unknownSampling() throws {
    func profile(_ value: Int64) -> Profile {
      StackProfile.inBytes([Self.leaf: value, Self.other: 10])
    }
    func outcome(_ after: [Int64], _ before: [Int64], _ text: String) throws -> BudgetOutcome {
      try CheckRun(after.map(profile), base: before.map(profile), sampleType: "inuse_space")
        .outcomes([text])[0]
    }
    #expect(try outcome([101], [100], "main.f<=+0%").verdict == .exceeded)
    #expect(try outcome([100], [100], "main.f<=+0%").verdict == .kept)
    // t = 10 / √(2 · 1 / 3) with 4 degrees of freedom; ± 2.776 of 0.816 are 7.7 to 12.3.
    let grown = try outcome([109, 110, 111], [99, 100, 101], "main.f<=+0")
    #expect(grown.verdict == .exceeded)
    let range = try #require(grown.range)
    #expect((7.72...7.75).contains(range.low) && (12.25...12.28).contains(range.high))
    #expect(try outcome([90, 130], [99, 101], "main.f<=+0%").verdict == .unsure)
    #expect(try outcome([109, 110, 111], [], "main.f<112").verdict == .unsure)
    #expect(try outcome([109, 110, 111], [], "main.f<113").verdict == .kept)
  }

  @Test("several profiles are compared by their means, whatever their number on each side")
  func means() throws {
    let profiles = [380, 400, 420, 410].map { sampled([Self.leaf: $0]) }
    let outcome = try CheckRun(Array(profiles.prefix(3)), base: [profiles[3]])
      .outcomes(["main.f<=+50%"])[0]
    #expect(outcome.verdict == .kept)
    #expect(outcome.value == 400 * 524_800 && outcome.baseValue == 410 * 524_800)
  }

  @Test(
    "a budget for a function that no profile has is missing, and one for any of no functions is kept"
  )
  func missing() throws {
    let profile = sampled([Self.leaf: 10])
    let outcomes = try CheckRun([profile]).outcomes(
      ["main.nosuch<1%", "/^nosuch/<1%", "any /^nosuch/<1%"])
    #expect(outcomes.map(\.verdict) == [.missing, .missing, .kept])
    #expect(outcomes.map(\.isUnmatched) == [true, true, true])
    // What the base has is gone, not missing.
    let base = sampled([Self.leaf: 10, "main.nosuch@/src/app/n.go:3": 10])
    #expect(
      try CheckRun([profile], base: [base]).outcomes(["main.nosuch<1%"])[0].verdict != .missing)
  }

  @Test("a budget on any function finds the one that takes most, including its callees")
  func anyFunction() throws {
    let profile = sampled([
      "fmt.a@/go/src/fmt/a.go:1 < fmt.Sprint@/go/src/fmt/a.go:9 < main.f@/src/app/f.go:1": 600,
      "fmt.b@/go/src/fmt/a.go:3 < main.f@/src/app/f.go:2": 300, Self.other: 100,
    ])
    let outcome = try CheckRun([profile]).outcomes(["any /^fmt\\./<50%"])[0]
    #expect(outcome.verdict == .exceeded)
    #expect(outcome.function == "fmt.Sprint" || outcome.function == "fmt.a")
    #expect(outcome.functionCount == 3)
    // All of fmt is 90 %; none of it alone is 70 %.
    #expect(try CheckRun([profile]).outcomes(["/^fmt\\./<70%"])[0].verdict == .exceeded)
    #expect(try CheckRun([profile]).outcomes(["any /^fmt\\./<70%"])[0].verdict == .kept)
    let before = sampled([
      "fmt.a@/go/src/fmt/a.go:1 < main.f@/src/app/f.go:1": 600,
      "fmt.b@/go/src/fmt/a.go:3 < main.f@/src/app/f.go:2": 100,
    ])
    let grown = try CheckRun([profile], base: [before]).outcomes(["any /^fmt\\.[ab]$/<=+10%"])[0]
    #expect(grown.verdict == .exceeded && grown.function == "fmt.b")
  }

  @Test("bytes on cut stacks keep a function's budget from counting as kept")
  func cutStacks() throws {
    let deep = (0..<40).map { "main.walk@/src/app/w.go:\($0 % 3 + 1)" }.joined(separator: " < ")
    var test = StackProfile(types: ["alloc_space/bytes"])
    test.add("main.f@/src/app/f.go:1 < main.handle@/src/app/h.go:1 < main.main", [600])
    test.add("main.f@/src/app/f.go:1 < main.walk@/src/app/w.go:1 < main.main", [50])
    for _ in 0..<4 {
      test.add("main.f@/src/app/f.go:1 < \(deep)", [100])
    }
    var profile = test.profile
    profile.markCutStacks()
    #expect(profile.samples.isCut.count { $0 } == 4)
    func outcome(_ text: String, base: Profile? = nil) throws -> BudgetOutcome {
      try CheckRun([profile], base: base.map { [$0] } ?? []).outcomes([text])[0]
    }
    #expect(try outcome("main.handle<700").verdict == .unsure)
    #expect(try outcome("main.handle<700").doubt == .cutStacks)
    #expect(try outcome("main.handle<700").hidden == 400)
    #expect(try outcome("main.handle<2000").verdict == .kept)
    #expect(try outcome("main.handle<600").verdict == .exceeded)
    // The leaf is on all stacks, so none of its bytes are hidden.
    #expect(try outcome("main.f<1100").verdict == .kept)
    #expect(try outcome("main.f<1100").hidden == 0)
    // Growth may be due to the base's loss.
    var small = StackProfile(types: ["alloc_space/bytes"])
    small.add("main.f@/src/app/f.go:1 < main.handle@/src/app/h.go:1 < main.main", [500])
    #expect(try outcome("main.handle<=+10%", base: small.profile).verdict == .exceeded)
    let swapped = try CheckRun([small.profile], base: [profile]).outcomes(["main.handle<=+10%"])
    #expect(swapped[0].verdict == .kept)
  }

  @Test("the total of a difference is its net sum, with gains and losses apart")
  func differences() throws {
    let profile = StackProfile.inBytes([Self.leaf: 900, Self.other: -700])
    let outcome = try CheckRun([profile], sampleType: "inuse_space").outcomes(["total<300"])[0]
    #expect(outcome.value == 200 && outcome.verdict == .kept)
    #expect(outcome.signed?.gained == 900 && outcome.signed?.lost == -700)
    #expect(
      try CheckRun([profile], sampleType: "inuse_space").outcomes(["total<100"])[0].isExceeded)
    let shrinking = StackProfile.inBytes([Self.leaf: 100, Self.other: -700])
    #expect(
      try CheckRun([shrinking], sampleType: "inuse_space").outcomes(["total<0"])[0].verdict == .kept
    )
  }

  // MARK: Accepted findings

  @Test("an accepted finding passes until it takes more, and a new one fails")
  func accepted() throws {
    let old = sampled([Self.leaf: 400, Self.other: 600])
    let budgets = ["/^main\\.[fh]$/<5%"]
    let failing = try CheckRun([old]).outcomes(budgets)
    #expect(failing[0].verdict == .exceeded)
    let accepted = AcceptedFindings(AcceptedFindings.entries(of: failing))
    func verdict(_ profile: Profile) throws -> BudgetOutcome.Verdict {
      try CheckRun([profile], accepted: accepted).outcomes(budgets)[0].verdict
    }
    #expect(try verdict(old) == .kept)
    // The same amount in a longer run, a little more by chance, and on another line.
    #expect(try verdict(sampled([Self.leaf: 800, Self.other: 1200])) == .kept)
    #expect(try verdict(sampled([Self.leaf: 420, Self.other: 580])) == .kept)
    let moved = "main.f@/elsewhere/app/f.go:77 < main.main@/src/app/main.go:1"
    #expect(try verdict(sampled([moved: 400, Self.other: 600])) == .kept)
    // Twice as much of it, and another function.
    #expect(try verdict(sampled([Self.leaf: 800, Self.other: 200])) == .exceeded)
    let new = "main.h@/src/app/h.go:1 < main.main@/src/app/main.go:1"
    #expect(try verdict(sampled([Self.leaf: 400, new: 200, Self.other: 400])) == .exceeded)
  }

  @Test("a finding accepted for one budget or sample type is not accepted for another")
  func acceptedFor() throws {
    let profile = sampled([Self.leaf: 400, Self.other: 600])
    let accepted = AcceptedFindings(
      AcceptedFindings.entries(of: try CheckRun([profile]).outcomes(["main.f<5%"])))
    let outcomes = try CheckRun([profile], accepted: accepted).outcomes(
      ["main.f<5%", "main.f<5%:inuse_space", "/main.f/<5%", "total<1MB"])
    #expect(outcomes.map(\.verdict) == [.kept, .exceeded, .exceeded, .exceeded])
    let total = AcceptedFindings(
      AcceptedFindings.entries(of: try CheckRun([profile]).outcomes(["total<1MB", "main.f<9MB"])))
    #expect(
      try CheckRun([profile], accepted: total).outcomes(["total<1MB", "main.f<9MB"])
        .map(\.verdict) == [.kept, .kept])
  }
}
