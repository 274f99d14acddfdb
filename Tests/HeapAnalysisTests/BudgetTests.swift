import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Budgets")
struct BudgetTests {
  private static let names = ["map-format", "format"]

  @Test(
    "a budget's text is read, and written again in the same form",
    arguments: [
      ("map-format<5%", Budget(.hotspot("map-format"), .share(0.05), isInclusive: false)),
      (" total <= 1.5 GB ", Budget(.total, .value(1.5, unit: "GB"), isInclusive: true)),
      (
        "main.f<50MiB:alloc_space",
        Budget(
          .functions("main.f"), .value(50, unit: "MB"), isInclusive: false,
          sampleType: "alloc_space")
      ),
      ("total<+10%", Budget(.total, .growth(0.1), isInclusive: false)),
      ("total<=+5kB", Budget(.total, .increase(5, unit: "kB"), isInclusive: true)),
      ("total<0.000001%", Budget(.total, .share(1e-8), isInclusive: false)),
      (
        "total<100000000000000000000",
        Budget(.total, .value(1e20, unit: ""), isInclusive: false)
      ),
      ("total<1000", Budget(.total, .value(1000, unit: ""), isInclusive: false)),
      (
        "total<10ms:delay",
        Budget(.total, .value(10, unit: "ms"), isInclusive: false, sampleType: "delay")
      ),
      ("std::less<int><5%", Budget(.functions("std::less<int>"), .share(0.05), isInclusive: false)),
    ])
  func syntax(text: String, budget: Budget) throws {
    #expect(try Budget(text, hotspots: Self.names) == budget)
    // The written text of a budget reads as the same budget.
    #expect(try Budget(budget.text, hotspots: Self.names) == budget)
  }

  @Test(
    "a budget without meaning is refused",
    arguments: [
      "", "<", "total", "total<", "total<x", "total<5XB", "total<-5", "total<101%", "total<5:",
      "total>5%", "<5%", "total<5..0", "total<.", "total<inf", "total<nan", "total<+", "/(/<5%",
      "total<1%%", "total<<", "total<0x10",
    ])
  func mistakes(text: String) {
    #expect(throws: BudgetError.self) { try Budget(text, hotspots: Self.names) }
  }

  private static let map = "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Sprintf < "

  private func outcome(
    _ text: String, _ profile: Profile, base: Profile? = nil
  ) throws -> BudgetOutcome {
    try CheckRun([profile], base: base.map { [$0] } ?? []).outcomes([text])[0]
  }

  private var profile: Profile {
    var test = StackProfile.goHeap()
    test.add(Self.map + "main.(*cart).print@/src/main.go:7", bytes: 600, objects: 6)
    test.add("strings.Split < main.split@/src/main.go:9", bytes: 300, objects: 3)
    test.add("main.rest@/src/main.go:11", values: [1, 100, 1, 100])
    return test.profile
  }

  @Test(
    "budgets are compared exactly, even at the limit",
    arguments: [
      ("total<1000", true), ("total<=1000", false), ("total<1001", false), ("total<1kB", false),
      ("map-format<60%", true), ("map-format<=60%", false), ("string-split<0.3kB", false),
      ("main.print<=600", false), ("main.print<600", true), ("main.(*cart).print<600", true),
      ("main.<1000", true), ("/^main\\.(split|rest)$/<=400", false), ("/split$/<=30%", false),
      ("total<1:inuse_objects", true), ("total<=1:inuse_objects", false), ("format<=0", false),
      ("total<11:alloc_objects", false), ("total<10:alloc_objects", true),
    ])
  func comparison(text: String, isExceeded: Bool) throws {
    #expect(try outcome(text, profile).isExceeded == isExceeded)
  }

  @Test("a budget for a rule measures it apart from other rules of its kind")
  func rule() throws {
    var test = StackProfile.goHeap()
    test.add("io.ReadAll < main.f", bytes: 30)
    test.add("bytes.(*Buffer).ReadFrom < io.Copy < main.g", bytes: 70)
    #expect(try outcome("read-all<1", test.profile).value == 100)
    #expect(try outcome("copy-all<1", test.profile).value == 70)
  }

  @Test("growth in a budget is relative to the base, and anything above a base of 0 is new")
  func growth() throws {
    var test = StackProfile.goHeap()
    test.add("strings.Split < main.split", bytes: 240)
    let base = test.profile
    #expect(try !outcome("string-split<=+25%", profile, base: base).isExceeded)
    #expect(try outcome("string-split<+25%", profile, base: base).isExceeded)
    #expect(try outcome("string-split<+25%", profile, base: base).growth == 0.25)
    #expect(try !outcome("string-split<=+60", profile, base: base).isExceeded)
    #expect(try outcome("string-split<+60B", profile, base: base).isExceeded)
    #expect(try outcome("map-format<+99999%", profile, base: base).growth == .infinity)
    #expect(try outcome("map-format<+99999%", profile, base: base).isExceeded)
    #expect(try outcome("map-format<+0%", base, base: base).growth == 0)
    #expect(try !outcome("string-split<+0%", base, base: profile).isExceeded)
  }

  @Test("a budget that cannot be compared is refused with the reason")
  func errors() throws {
    #expect(
      throws: BudgetError(
        "alloc_objects is in count, not in MB: give a share, or a number without a unit")
    ) {
      try outcome("total<1MB:alloc_objects", profile)
    }
    let other = StackProfile.goHeap(types: ["cpu"]).profile
    #expect(
      throws: BudgetError(
        "no sample type alloc_space to compare with; it has cpu", isAboutBase: true)
    ) {
      try outcome("total<1", profile, base: other)
    }
    #expect(throws: BudgetError.self) { try outcome("total<+1", profile) }
  }

  @Test("a budget on a sum beyond 64 bits is an error, not kept by accident")
  func overflow() throws {
    var test = StackProfile.goHeap()
    for _ in 0..<3 { test.add("strings.Split < main.f", bytes: .max) }
    for budget in ["main.f<1%", "string-split<1", "total<1"] {
      #expect(throws: BudgetError("the sum of alloc_space does not fit 64 bits")) {
        try outcome(budget, test.profile)
      }
    }
  }
}
