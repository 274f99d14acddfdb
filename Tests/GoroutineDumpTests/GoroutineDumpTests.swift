import Foundations
import GoroutineDump
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Goroutine dumps")
struct GoroutineDumpTests {
  private static let one = """
    goroutine 7 [chan receive, 12 minutes, locked to thread]:
    main.(*pool).worker(0xc000010000, {0x1, 0x2})
    \t/src/app/main.go:47 +0x18
    created by main.start in goroutine 1
    \t/src/app/main.go:36 +0xf1

    goroutine 8 [chan receive, 3 minutes]:
    main.(*pool).worker(0xc000020000, {0x3, 0x4})
    \t/src/app/main.go:47 +0x18
    created by main.start in goroutine 1
    \t/src/app/main.go:36 +0xf1

    """

  private func expectOne(_ series: GoroutineSeries, skipped: Int = 0) throws {
    #expect(series.groups.count == 1)
    let group = try #require(series.groups.first)
    #expect(group.count(in: 0) == 2)
    #expect(group.stack.count == 1)
    #expect(series.name(group, 0) == "main.(*pool).worker")
    #expect(series.line(of: group.stack[0]).line == 47)
    #expect(group.state.kind == .chanReceive)
    #expect(group.details.longestMinutes == 12)
    #expect(group.details.longestID == 7)
    #expect(group.details.lockedCount == 1)
    #expect(group.details.waits == [0, 1, 1, 0, 0])
    #expect(group.details.creators.map(\.value) == [2])
    #expect(series.lines.skipped == skipped)
    #expect(series.snapshots.map(\.isCut) == [false])
  }

  @Test("goroutines that differ in arguments, numbers and waiting times are one group")
  func grouping() throws { try expectOne(dump(Self.one)) }

  @Test(
    "prefixes that containers and loggers write before each line are skipped",
    arguments: [
      "2026-11-25T03:46:38.123Z stderr F ", "web-1  | ", "[pod/web-1/web] ",
      "Nov 25 03:46:38 host shop[4711]: ", "2026/11/25 03:46:38 ",
    ])
  func prefixes(prefix: String) throws {
    let text = Self.one.split(separator: "\n", omittingEmptySubsequences: false)
      .map { prefix + $0 + "\r" }.joined(separator: "\n")
    try expectOne(dump(text))
  }

  @Test("a prefix on the first line alone, and foreign lines in between, are skipped")
  func mixed() throws {
    try expectOne(dump("2026/11/25 03:46:38 " + Self.one))
    let between = Self.one.replacing(
      "created by", with: "GET /index.html 200 (3 ms)\ncreated by")
    try expectOne(dump("starting up\n" + between + "exit status 2\n"), skipped: 3)
  }

  @Test("a goroutine number that occurs again begins another dump")
  func several() {
    let series = dump(Self.one + Self.one + Self.one)
    #expect(series.snapshots.map(\.total) == [2, 2, 2])
    #expect(series.groups.map { $0.series(3) } == [[2, 2, 2]])
  }

  @Test(
    "headers of goroutines are read in all versions of Go",
    arguments: [
      ("goroutine 1 [running]:", "running", 0),
      ("goroutine 1 [running, locked to thread]:", "running", 0),
      ("goroutine 34 gp=0xc000102380 m=nil [select (no cases), 5 minutes]:", "blocked forever", 5),
      ("goroutine 5 [semacquire, 100000 minutes]:", "semaphore", 100_000),
      ("goroutine 5 [GC worker (idle), 2 minutes]:", "gc", 2),
      ("goroutine 5 [chan send (nil chan) (leaked)]:", "blocked forever", 0),
      ("goroutine 5 [select (durable), synctest bubble 3]:", "select", 0),
      (
        "goroutine 5 [sync.WaitGroup.Wait (durable), 1 minutes, synctest bubble 3]:", "waitgroup", 1
      ),
      ("goroutine 5 [IO wait] {tenant: a, \"k\": \"v]\"}:", "IO wait", 0),
      ("goroutine 5 [syscall, 3 minutes, locked to thread] {a: b}:", "syscall", 3),
      ("goroutine 5 [something new, 4 minutes]:", "other", 4),
      ("goroutine 5 [sleep (scan)]:", "sleep", 0),
      ("goroutine 5 [sleep, 99999999999999999999 minutes]:", "sleep", 0),
    ])
  func headers(line: String, kind: String, minutes: Int) throws {
    let series = dump(line + "\nmain.f()\n\t/a.go:1 +0x1\n")
    let group = try #require(series.groups.first)
    #expect(group.state.kind.rawValue == kind)
    #expect(group.details.longestMinutes == UInt64(minutes))
  }

  @Test(
    "lines that only resemble a header of a goroutine are no headers",
    arguments: [
      "goroutine 1", "goroutine [running]:", "goroutine x [running]:", "goroutine 1 [running]",
      "subgoroutine 1 [running]:", "goroutine 99999999999999999999 [running]:",
      "goroutine 1 [running", "goroutine 1 gp=0x1[running]:", "created by main.main",
    ])
  func noHeader(line: String) {
    #expect(dump(line + "\nmain.f()\n\t/a.go:1 +0x1\n").snapshots.isEmpty)
  }

  @Test("the stack determines the state of a goroutine at a semaphore, as in older versions")
  func semaphores() {
    for (function, kind) in [
      ("sync.(*Mutex).Lock", "mutex"), ("sync.(*RWMutex).RLock", "rwmutex"),
      ("sync.(*WaitGroup).Wait", "waitgroup"), ("sync.(*Pool).Get", "semaphore"),
    ] {
      let series = dump(
        "goroutine 1 [semacquire]:\nsync.runtime_Semacquire(0x1)\n\t/r/sema.go:1 +0x1\n"
          + "\(function)(0x1)\n\t/s/sync.go:2\nmain.f()\n\t/a.go:1 +0x1\n")
      #expect(series.groups.map(\.state.kind.rawValue) == [kind])
    }
  }

  @Test("ancestors, C frames, unavailable stacks and short creators are read")
  func rareLines() throws {
    let series = dump(
      """
      goroutine 9 [syscall]:
      non-Go function at pc=7f0000000000
      my_read
      \t/src/c/read.c:12 pc=0x55
      runtime.cgocall(0x1, 0x2)
      \t/r/cgocall.go:157 +0x5c fp=0xc000046760 sp=0xc000046740 pc=0x45d0a5
      main._Cfunc_my_read()
      \t_cgo_gotypes.go:40 +0x4
      created by main.main
      \t/a.go:5 +0x1
      [originating from goroutine 1]:
      main.main(...)
      \t/a.go:5 +0x1

      goroutine 10 [running]:
      \tgoroutine running on other thread; stack unavailable
      created by main.main in goroutine 1
      \t/a.go:6 +0x1

      """)
    #expect(series.groups.map { $0.state.kind.rawValue } == ["syscall", "running"])
    #expect(series.groups[0].stack.count == 3)
    #expect(series.name(series.groups[0], 0) == "my_read")
    #expect(series.groups[1].stack.isEmpty)
    #expect(series.snapshots.map(\.isCut) == [false])
  }

  @Test("a dump that is cut anywhere is read, and its last goroutine is marked as cut")
  func cuts() throws {
    let bytes = Array(Self.one.utf8)
    for count in 0...bytes.count {
      let series = dump(bytes.prefix(count))
      #expect(series.snapshots.count <= 1)
      #expect(series.snapshots.first?.total ?? 0 <= 2)
    }
    #expect(dump(bytes.prefix(120)).snapshots.map(\.isCut) == [true])
    let real = try fixture("go1.27.debug1.txt")
    for count in stride(from: 0, through: real.count, by: 97) { _ = dump(real.prefix(count)) }
    let crash = try fixture("go1.22.crash-system.log")
    for count in stride(from: 0, through: 9000, by: 61) { _ = dump(crash.prefix(count)) }
  }

  @Test("hostile lines of a goroutine dump do not trap", arguments: 0..<200 as Range<UInt64>)
  func hostile(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "goroutine ", "1", " [", "]:", "chan receive", ", ", "9999999999999999999 minutes",
      "created by ",
      "main.f", "(", ")", "...", "\t", "/a.go", ":", "18446744073709551615", " +0x1", "gp=", "m=",
      " in goroutine ", "goroutine profile: total ", " @ 0x", "ffffffffffffffffff", "#", "labels:",
      "[originating from goroutine ", "...5 frames elided...", "\u{0}", "é", "\r", "panic", " {",
      "}",
    ]
    var text = ""
    for _ in 0..<500 { text += random.oneIn(6) ? "\n" : random.pick(pieces) }
    let series = dump(text)
    for group in series.groups {
      _ = GoroutineGrowth(
        group.series(series.snapshots.count), seconds: nil, canLeak: group.state.kind.canLeak)
    }
  }

  @Test("counts of goroutines beyond 64 bits stop at the maximum")
  func overflow() {
    let series = dump(
      """
      goroutine profile: total 2
      9223372036854775807 @ 0x1 0x2
      #\t0x1\tmain.f+0x1\t/a.go:1

      9223372036854775807 @ 0x1 0x2
      #\t0x1\tmain.f+0x1\t/a.go:1
      """)
    #expect(series.snapshots.map(\.total) == [.max])
  }

  @Test(
    "growth of a group of goroutines is distinguished from fluctuation",
    arguments: [
      ([10, 20, 30, 40], true), ([0, 10], true), ([10, 12], false), ([40, 10, 45, 12, 60], false),
      ([100, 100, 100], false), ([50, 40, 30], false), ([5], false), ([1000, 1050], false),
      ([1000, 1200, 1150, 1400, 1600], true),
    ])
  func growth(counts: [Int], isSuspect: Bool) {
    #expect(GoroutineGrowth(counts, seconds: nil, canLeak: true).isSuspect == isSuspect)
    #expect(!GoroutineGrowth(counts, seconds: nil, canLeak: false).isSuspect)
  }

  @Test("the growth of a group of goroutines is computed per second")
  func rate() {
    let growth = GoroutineGrowth([10, 20, 70], seconds: [100, 110, 130], canLeak: true)
    #expect(growth.perSecond == 2)
    #expect(GoroutineGrowth([1, 2], seconds: [5, 5], canLeak: true).perSecond == nil)
  }
}
