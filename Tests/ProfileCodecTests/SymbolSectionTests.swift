import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Profiles after a table of names")
struct SymbolSectionTests {
  /// Each sample as `values: functions`, leaf first.
  private func samples(_ reading: LegacyReading) -> [String] {
    let profile = reading.profile
    return (0..<profile.samples.count).map { sample in
      let values = profile.samples.values(of: sample).map(String.init).joined(separator: " ")
      let names = profile.samples.frames[profile.samples.frameRange(of: sample)].flatMap {
        let lines = profile.locations.lines[profile.locations.lineRange(of: $0.index)]
        return lines.isEmpty
          ? ["?"] : lines.map { profile.strings[profile.functions.names[$0.function.index]] }
      }
      return values + ": " + names.joined(separator: " < ")
    }
  }

  private let table = """
    --- symbol
    binary=/srv/bin/broker
    0x0000000000401000 broker::send(Message const&)
    0x0000000000402000 broker::loop()--broker::poll<int>(int)
    0x0000000000403000 main
    0x0000000000404000 0x404000
    0x0000000000405000 broker::Count::operator--(int)
    ---

    """

  @Test("a heap of gperftools after a table of names has those names")
  func heap() throws {
    let reading = try requireReading(
      table + """
        --- heap
        heap profile: 3: 96 [3: 96] @ heapprofile
        2: 64 [2: 64] @ 0x401000 0x402000 0x403000
        1: 32 [1: 32] @ 0x405000 0x404000
        """)
    #expect(reading.format == .heapText)
    #expect(
      samples(reading) == [
        "2 64: broker::send(Message const&) < broker::poll<int>(int) < broker::loop() < main",
        "1 32: broker::Count::operator--(int) < ?",
      ])
    #expect(reading.profile.strings[reading.profile.mappings[0].file] == "/srv/bin/broker")
    #expect(!reading.profile.mappings[0].hasFunctions)
  }

  @Test("names of calls, 1 below the return addresses of the text, are found too")
  func lowered() throws {
    let reading = try requireReading(
      """
      --- symbol
      binary=/srv/bin/broker
      0x401000 leaf
      0x402000 caller
      0x403000 main
      ---
      --- growth
      heap profile: 1: 4096 [1: 4096] @ growth
      1: 4096 [1: 4096] @ 0x401001 0x402001 0x403001
      """)
    #expect(samples(reading) == ["1 4096: leaf < caller < main"])
    #expect(reading.profile.mappings[0].hasFunctions)
  }

  @Test("a jemalloc heap and a contention profile after a table of names have those names")
  func others() throws {
    let jemalloc = try requireReading(
      table + "--- heap\nheap_v2/1\n t*: 1: 8 [0: 0]\n@ 0x401000 0x403000\n t*: 1: 8 [0: 0]\n")
    #expect(jemalloc.format == .jemallocHeap)
    #expect(samples(jemalloc) == ["1 8: broker::send(Message const&) < main"])
    let contention = try requireReading(
      table + "--- contention\ncycles/second = 1000000000\n 17 2 @ 0x401000 0x403000\n")
    #expect(contention.format == .contention)
    #expect(samples(contention) == ["2 17: broker::send(Message const&) < main"])
    // Without the line that says what follows.
    let bare = try requireReading(
      table + "heap profile: 1: 8 [1: 8] @ heap\n1: 8 [1: 8] @ 0x403000\n")
    #expect(samples(bare) == ["1 8: main"])
  }

  @Test("a binary CPU profile after a table of names has those names", arguments: [4, 8])
  func cpu(bytesPerWord: Int) throws {
    let profile = words(
      [0, 3, 0, 10, 0, 5, 2, 0x401000, 0x403001, 1, 2, 0x401000, 0x402001, 0, 1, 0],
      bytesPerWord: bytesPerWord)
    let reading = try #require(
      try readLegacyProfile(
        Array((table + "--- profile\n").utf8) + profile, options: LegacyOptions()))
    #expect(reading.format == .binaryCPU)
    #expect(
      samples(reading) == [
        "5 50000: broker::send(Message const&) < main",
        "1 10000: broker::send(Message const&) < broker::poll<int>(int) < broker::loop()",
      ])
  }

  @Test("an error after a table of names is reported with its line")
  func lines() throws {
    #expect(throws: LegacyProfileError.self) { try legacyReading(table + "--- heap\nhello\n") }
    do {
      _ = try legacyReading(
        table + "--- heap\nheap profile: 1: 8 [1: 8] @ heap\n1: 8 [1: 8] @ 0x1\nx\n")
      Issue.record("it was read")
    } catch let error as LegacyProfileError {
      #expect(error.position == .line(12))
    }
  }

  @Test("jemalloc's own frames are not shown")
  func jemallocFrames() {
    let text = """
      --- symbol
      0x1000 je_prof_backtrace
      0x2000 _rjem_je_malloc
      0x3000 broker::send()
      ---
      --- heap
      heap_v2/1
        t*: 1: 8 [0: 0]
      @ 0x1000 0x2000 0x3000
        t*: 1: 8 [0: 0]
      """
    let run = heapscope(["folded", "-"], input: Array(text.utf8))
    #expect(run.text == "broker::send() 8\n")
  }

  @Test("top shows the names of a file that jeprof --raw wrote")
  func top() throws {
    let text =
      table + "--- heap\nheap_v2/1\n t*: 1: 8 [0: 0]\n@ 0x401000 0x403000\n t*: 1: 8 [0: 0]\n"
    let run = heapscope(["top", "-"], input: Array(text.utf8))
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.contains("100%  broker::send(Message const&)\n"), "\(run.text)")
  }
}

@Suite("Impossible counts")
struct ImpossibleCountTests {
  /// A text with a good record and some that cannot be, and in which line the first of them is.
  struct Input: CustomStringConvertible, Sendable {
    var description: String
    var text: String
    var values: [Int64]
    var count: Int
    var line: Int
  }

  static let inputs = [
    Input(
      description: "gperftools",
      text: """
        heap profile: 2: 64 [2: 64] @ heapprofile
        99999999999999999999: 64 [2: 64] @ 0x10 0x20
        2: 64 [2: 64] @ 0x10 0x20
        0: 64 [2: 64] @ 0x10 0x20
        """, values: [2, 64], count: 2, line: 2),
    Input(
      description: "Go",
      text: """
        heap profile: 1: 32 [9: 288] @ heap/2
        1: 32 [9: 288] @ 0x11 0x21
        #\t0x10\tmain.put+0x1\t/a.go:12
        1: 32 [0: 288] @ 0x11 0x21
        #\t0x10\tmain.put+0x1\t/a.go:12
        """, values: [9, 288, 1, 32], count: 1, line: 4),
    Input(
      description: "jemalloc, where more was freed than allocated",
      text: """
        heap_v2/1
          t*: 3: 96 [0: 0]
        @ 0x10 0x20
          t*: 3: 96 [0: 0]
        @ 0x10 0x30
          t*: 18446744073709551615: 18446744073709551584 [0: 0]
        @ 0x10 0x40
          t*: -1: -32 [0: 0]
        """, values: [3, 96], count: 2, line: 6),
    Input(
      description: "goroutines",
      text: "goroutine profile: total 3\n3 @ 0x11\n36893488147419103232 @ 0x21\n", values: [3],
      count: 1, line: 3),
    Input(
      description: "contention",
      text: """
        --- contentionz 1 ---
        cycles/second = 1
        sampling period = 4
         9223372036854775807 2 @ 0x1 0x2
         3 2 @ 0x1 0x2
        """, values: [8, 12_000_000_000], count: 1, line: 4),
    Input(
      description: "Java",
      text: """
        --- heapz 1 ---
        format = java
        resolution = bytes
         48 0 @ 0x3
         1048576 1 @ 0x3

         0x3 a (A.java:1)

        """, values: [1, 1_212_678], count: 1, line: 4),
  ]

  @Test("a record with an impossible count is left out and reported", arguments: inputs)
  func leftOut(input: Input) throws {
    let reading = try requireReading(input.text, useGoSymbols: input.description == "Go")
    #expect(reading.profile.samples.count == 1)
    if input.description != "Java" {
      #expect(reading.profile.samples.values(of: 0) == input.values)
    }
    #expect(reading.leftOut?.count == input.count)
    #expect(reading.leftOut?.first.position == .line(input.line))
  }

  @Test("a profile with only impossible counts is refused")
  func nothingLeft() throws {
    #expect(throws: LegacyProfileError.self) {
      try legacyReading("heap profile: 1: 8 [1: 8] @ heap\n0: 8 [1: 8] @ 0x10\n")
    }
  }

  @Test("top says on standard error what it left out")
  func message() {
    let text = "goroutine profile: total 3\n3 @ 0x11\n36893488147419103232 @ 0x21\n"
    let run = heapscope(["top", "-"], input: Array(text.utf8))
    #expect(run.status == 0)
    #expect(
      run.messages.contains(
        "heapscope: standard input: left out 1 record with impossible counts, the first at line 3: "
          + "count does not fit 64 bits"), "\(run.messages)")
  }

  @Test("a CPU profile leaves out a stack whose time does not fit")
  func cpu() throws {
    let bytes = words([0, 3, 0, 10, 0, 5, 1, 16, .max, 1, 32, 0, 1, 0], bytesPerWord: 8)
    let reading = try #require(try readLegacyProfile(bytes, options: LegacyOptions()))
    #expect(reading.profile.samples.values == [[5], [50_000]])
    #expect(reading.leftOut?.first.position == .byte(64))
  }
}
