import ProfileCodec
import ProfileModel
import Testing

private let goHeap = """
  heap profile: 2: 4096 [3: 6144] @ heap/2
  2: 4096 [3: 6144] @ 0x1011 0x1101 0x2021 0x2011 0x3001 0x466921
  #\t0x2020\tmain.(*cache).put+0x20\t\t/srv/app/cache.go:12
  #\t0x2010\tmain.(*cache).fill+0x10\t\t/srv/app/cache.go:30
  #\t0x3000\tmain.main+0x50\t\t\t/srv/app/my dir/main.go:7

  0: 0 [1: 64] @ 0x1011 0x1101

  # runtime.MemStats
  # Alloc = 4392096
  # HeapSys = 8069120
  # Stack = 294912 / 327680
  # MSpan = 42560 / 114240
  # PauseNs = [170267 520592]
  # NumGC = 132
  # GCCPUFraction = 0.0212
  # DebugGC = false
  # MaxRSS = 11288576
  """

@Suite("Go's text profiles")
struct LegacyGoTextTests {
  @Test("without --symbolize=text, symbols in Go's text form are comments, as in pprof")
  func addressesOnly() throws {
    let profile = try requireReading(goHeap).profile
    #expect(profile.functions.count == 0)
    #expect(profile.samples.frames.count == 8)
    #expect(profile.locations.count == 6)
    #expect(profile.strings[profile.dropFrames].contains(#"runtime\..*"#))
  }

  @Test("with symbols, a stack of Go's text form equals that of the protobuf form")
  func symbols() throws {
    let profile = try requireReading(goHeap, useGoSymbols: true).profile
    let stack = profile.samples.frames[profile.samples.frameRange(of: 0)]
    // 0x2020 − 0x20 is 0x2010 − 0x10: put is inlined into fill. 0x3000 − 0x50 is another.
    #expect(stack.map { profile.locations.addresses[$0.index] } == [0x2020, 0x3000])
    let lines = stack.flatMap { profile.locations.lines[profile.locations.lineRange(of: $0.index)] }
    let names = lines.map { profile.strings[profile.functions.names[$0.function.index]] }
    #expect(names == ["main.(*cache).put", "main.(*cache).fill", "main.main"])
    #expect(lines.map(\.line) == [12, 30, 7])
    let files = lines.map { profile.strings[profile.functions.files[$0.function.index]] }
    #expect(files == ["/srv/app/cache.go", "/srv/app/cache.go", "/srv/app/my dir/main.go"])
    #expect(profile.samples.frameRange(of: 1).count == 2)
    #expect(profile.dropFrames == .empty)
  }

  @Test("in Go's text form, recursion is not inlining, and calls of a function stay apart")
  func recursion() throws {
    let profile = try requireReading(
      """
      heap profile: 1: 16 [2: 32] @ heap/2
      1: 16 [2: 32] @ 0x2011 0x2031 0x2021 0x2011 0x1
      #\t0x2010\tmain.walk+0x10\t/a.go:1
      #\t0x2030\tmain.helper+0x30\t/a.go:2
      #\t0x2020\tmain.walk+0x20\t/a.go:3
      #\t0x2010\tmain.walk+0x10\t/a.go:1
      """, useGoSymbols: true
    ).profile
    let lineCounts = profile.samples.frames.map { profile.locations.lineRange(of: $0.index).count }
    #expect(lineCounts == [1, 2, 1])
    #expect(profile.samples.frames[0] == profile.samples.frames[2])
  }

  @Test("in Go's text form, addresses without a line stay, except the runtime's at both ends")
  func gaps() throws {
    let text = """
      1 @ 0x11 0x21 0x31 0x41 0x51
      #\t0x20\tmain.a+0x1\t/a.go:1
      #\t0x40\tmain.b+0x1\t/a.go:2
      """
    let heap = try requireReading(
      "heap profile: 1: 1 [2: 2] @ heap/2\n1: 1 [2: 2] " + text.dropFirst(2),
      useGoSymbols: true
    ).profile
    #expect(heap.samples.frames.map { heap.locations.addresses[$0.index] } == [0x20, 0x30, 0x40])
    let counts = try requireReading("goroutine profile: total 1\n" + text, useGoSymbols: true)
      .profile
    #expect(
      counts.samples.frames.map { counts.locations.addresses[$0.index] }
        == [0x20, 0x30, 0x40])
    #expect(counts.sampleTypes.map { counts.strings[$0.name] } == ["goroutine"])
  }

  @Test(
    "in every text form of Go, frames that the runtime hides do not become unnamed leaves",
    arguments: [
      "goroutine profile: total 3\n3 @ 0x11 0x21 0x31 0x41",
      "threadcreate profile: total 3\n3 @ 0x11 0x21 0x31 0x41",
      "heap profile: 3: 3 [3: 3] @ heap/2\n3: 3 [3: 3] @ 0x11 0x21 0x31 0x41",
      "--- contention:\ncycles/second=1000\n5 3 @ 0x11 0x21 0x31 0x41",
      "--- mutex:\ncycles/second=1000\nsampling period=1\n5 3 @ 0x11 0x21 0x31 0x41",
    ])
  func hiddenLeaves(head: String) throws {
    let lines = "\n#\t0x30\tmain.wait+0x1\t/a.go:1\n#\t0x40\tmain.run+0x1\t/a.go:2\n"
    let profile = try requireReading(head + lines, useGoSymbols: true).profile
    #expect(profile.samples.frames.map { profile.locations.addresses[$0.index] } == [0x30, 0x40])
    // Where nothing has a name, addresses are all there is.
    let bare = try requireReading(head + "\n", useGoSymbols: true).profile
    #expect(bare.samples.frames.count == 4)
  }

  @Test("in Go's text form, a # line about another address is refused at its sample's line")
  func mismatch() throws {
    let text =
      "heap profile: 1: 1 [2: 2] @ heap/2\n1: 1 [2: 2] @ 0x11\n#\t0x77\tmain.a+0x1\t/a.go:1\n"
    #expect(try legacyReading(text) != nil)
    let error = try #require(throws: LegacyProfileError.self) {
      try legacyReading(text, useGoSymbols: true)
    }
    #expect(error.position == .line(2))
  }

  @Test("in Go's text form, allocations are read even if they equal those in use")
  func fourTypes() throws {
    let text = goHeap.replacing("[3: 6144] @ heap", with: "[2: 4096] @ heap")
    #expect(try requireReading(text).profile.sampleTypes.count == 2)
    let profile = try requireReading(text, useGoSymbols: true).profile
    #expect(profile.sampleTypes.count == 4)
    #expect(profile.samples.values.map { $0[0] } == [3, 6144, 2, 4096])
    // The same header without a trace of Go.
    let plain = "heap profile: 2: 4096 [2: 4096] @ heap/2\n2: 4096 [2: 4096] @ 0x1\n"
    #expect(
      try requireReading(plain, useGoSymbols: true).profile.samples.values.count == 2)
  }

  @Test("in Go's text form, each MemStats counter is read under its name")
  func memStats() throws {
    let stats = try #require(try requireReading(goHeap).goMemStats)
    #expect(
      stats.fields.map(\.name) == [
        "Alloc", "HeapSys", "StackInuse", "StackSys", "MSpanInuse", "MSpanSys", "NumGC", "MaxRSS",
      ])
    #expect(stats["Alloc"] == 4_392_096)
    #expect(stats["HeapSys"] == 8_069_120)
    #expect(stats["StackInuse"] == 294_912)
    #expect(stats["StackSys"] == 327_680)
    #expect(stats["MSpanSys"] == 114_240)
    #expect(stats["NumGC"] == 132)
    #expect(stats.gcCPUFraction == 0.0212)
    #expect(stats.maxRSSBytes == 11_288_576)
    #expect(stats["NextGC"] == nil)
    let without = String(goHeap.prefix { $0 != "R" && $0 != "M" })
    #expect(try requireReading(without).goMemStats == nil)
  }

  @Test("counts of Go are read, with number bases as in Go's source code")
  func counts() throws {
    let profile = try #require(
      try legacyProfile(
        "# c\n\nthreadcreate profile: total 11\n010 @ 0x11 0x21\n3 @ 0x21\n---\n1 @\n"))
    #expect(profile.samples.values == [[8, 3]])
    #expect(profile.locations.addresses == [0x10, 0x20])
    #expect(profile.period == 1)
    #expect(profile.mappings.map(\.limit) == [.max])
    #expect(profile.locations.mappings == [MappingID(0), MappingID(0)])
  }

  @Test(
    "damaged counts of Go are refused with their line",
    arguments: [
      "1 @", "x", "1 @ 0x1 ", "1 @ 0x", "1 @ 0X1F", "99999999999999999999 @ 0x1", "09 @ 0x1",
      "1 @ 0x11112222333344445",
    ])
  func damagedCounts(line: String) throws {
    let error = try #require(throws: LegacyProfileError.self) {
      try legacyProfile("goroutine profile: total 1\n\(line)\n")
    }
    #expect(error.position == .line(2))
    #expect(error.format == .goCounts)
  }
}
