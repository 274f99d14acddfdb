import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("heapscope goroutines")
struct GoroutinesCommandTests {
  private let dump = """
    goroutine 7 [chan receive, 12 minutes]:
    main.wait(0x1)
    \t/src/app/main.go:47 +0x18
    created by main.start in goroutine 1
    \t/src/app/main.go:36 +0xf1

    goroutine 8 [IO wait]:
    internal/poll.runtime_pollWait(0x7f, 0x72)
    \t/usr/local/go/src/runtime/netpoll.go:351 +0x85
    net/http.(*persistConn).readLoop(0xc0)
    \t/usr/local/go/src/net/http/transport.go:2205 +0x185
    created by main.fetch in goroutine 1
    \t/src/app/main.go:60 +0x11

    """

  @Test("goroutines names the user's own line that waits, or that started what waits in other code")
  func blame() {
    let run = heapscope(["goroutines", "-"], input: Array(dump.utf8))
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.hasPrefix("GOROUTINES  2 in 2 groups\n"))
    #expect(run.text.contains("1  chan receive, for up to 12 min (goroutine 7)\n"))
    #expect(run.text.contains("          main.wait  app/main.go:47\n"))
    #expect(run.text.contains("          created by main.fetch  app/main.go:60\n"))
    #expect(!run.text.contains("LEAK SUSPECTS"))
    let csv = heapscope(["goroutines", "--format=csv", "-"], input: Array(dump.utf8))
    #expect(csv.text.split(separator: "\n").count == 3)
    #expect(csv.text.contains(",main.fetch,/src/app/main.go,60,true,"))
    let markdown = heapscope(["goroutines", "--format=markdown", "-"], input: Array(dump.utf8))
    #expect(markdown.text.contains("| `main.wait` | `/src/app/main.go` | 47 |"))
  }

  @Test(
    "goroutines caps sums of counts that exceed 64 bits",
    arguments: ["text", "json", "csv", "markdown"])
  func largeCounts(format: String) {
    let most = Int64.max
    let dump = """
      goroutine profile: total 9
      \(most) @ 0x1
      #\t0x1\tmain.a+0x1\t/src/a.go:1

      \(most - 1) @ 0x2
      #\t0x2\tmain.b+0x1\t/src/b.go:2

      """
    let run = heapscope(["goroutines", "--format=\(format)", "-"], input: Array(dump.utf8))
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.replacing(",", with: "").contains("\(most)"))
    if format == "json" {
      // The sum of all, and of the one state that both are in.
      #expect(run.text.contains("\"goroutines\" : \(most),"))
      #expect(run.text.ranges(of: "\"count\" : \(most),").count == 2)
    }
  }

  @Test("goroutines says which group grows over a series, sorted by the profiles' own time")
  func series() {
    let names = [3, 1, 4, 2].map { "goroutines/go1.27.series-\($0).pb.gz" }
    let run = heapscope(["goroutines"] + names)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.contains("LEAK SUSPECTS  groups that grow\n     +90  "), "\(run.text)")
    #expect(run.text.contains("          main.leak  waiters/main.go:"))
    let texts = heapscope(
      ["goroutines"] + (1...4).map { "goroutines/go1.27.series-\($0).txt" })
    #expect(texts.text.contains("     +90  "), "\(texts.text)")
    let same = heapscope(
      ["goroutines", "goroutines/go1.27.debug2.txt", "goroutines/go1.27.debug2.txt"])
    #expect(same.text.contains("LEAK SUSPECTS  none: no group grows"))
  }

  @Test("goroutines lists first what the collector found leaked")
  func leaked() {
    let run = heapscope(["goroutines", "goroutines/go1.27.leak.txt"])
    #expect(run.text.contains("LEAKED  nothing can wake them any more"))
    #expect(run.text.contains("4  chan receive, says the collector\n          main.leak"))
  }

  @Test(
    "the output of goroutines equals its golden files",
    arguments: ["go1.22.debug2.txt", "go1.27.pb.gz", "go1.27.leak.txt"])
  func golden(name: String) throws {
    let run = heapscope(["goroutines", "goroutines/\(name)"])
    try expectGolden(run, "goroutines/\(name).txt")
  }

  @Test("goroutines unwraps lines from JSON")
  func json() {
    let lines = dump.split(separator: "\n", omittingEmptySubsequences: false)
    func quoted(_ text: String) -> String { text.replacing("\t", with: "\\t") }
    let docker = lines.map {
      "{\"log\":\"\(quoted(String($0)))\\n\",\"stream\":\"stderr\",\"time\":\"x\"}"
    }
    let logger =
      "{\"level\":\"error\",\"nested\":{\"msg\":[\"{\"]},\"msg\":\"boom\",\"stacktrace\":\""
      + quoted(lines.joined(separator: "\\n")) + "\"}"
    for text in [docker.joined(separator: "\n"), logger + "\n{\"level\":\"info\"}\n{\"msg\":\"x"] {
      let run = heapscope(["goroutines", "-"], input: Array(text.utf8))
      #expect(run.text.contains("GOROUTINES  2 in 2 groups\n"), "\(run.text) \(run.messages)")
      #expect(run.text.contains("          main.wait  app/main.go:47\n"))
    }
    let trace = heapscope(
      ["gctrace", "-"],
      input: Array(
        """
        {"log":"gc 1 @0.1s 2%: 0.1+0.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.4 ms cpu, 4-\\u003e4-\\u003e0 MB, 4 MB goal, 4 P\\n","stream":"stderr"}
        """.utf8))
    #expect(trace.status == 0, "\(trace.messages)")
    #expect(trace.text.contains("1 collection"))
  }

  @Test("goroutines never prints control characters of a dump")
  func hostileNames() {
    let hostile = dump.replacing("main.wait", with: "main.\u{1b}[31mwait").replacing(
      "chan receive", with: "chan \u{1b}]0;x\u{7}receive")
    for format in ["text", "json", "csv", "markdown"] {
      let run = heapscope(
        ["goroutines", "--format", format, "-"], columns: 80, input: Array(hostile.utf8))
      #expect(run.status == 0)
      #expect(!run.output.contains(0x07), "\(format)")
      #expect(!run.text.contains("\u{1b}[31m"), "\(format)")
    }
  }

  @Test("goroutines reads a long line and many different stacks in order")
  func large() {
    var text = String(repeating: "goroutine 1 [", count: 300_000) + "\n"
    for number in 1...3000 {
      text += "goroutine \(number) [select]:\nmain.f\(number)()\n\t/a.go:\(number) +0x1\n\n"
    }
    let run = heapscope(["goroutines", "--nodecount=2", "-"], input: Array(text.utf8))
    #expect(run.text.contains("GOROUTINES  3,000 in 3000 groups"), "\(run.text)")
    #expect(run.text.contains("and 2998 more"))
  }

  @Test("goroutines shows a difference of profiles with signs, and as no moment of the program")
  func difference() throws {
    func file(_ name: String, _ stacks: KeyValuePairs<String, Int64>) throws -> String {
      var builder = StackProfile(types: ["goroutine/count"])
      for (stack, count) in stacks { builder.add(stack, [count]) }
      return try folder.write(name, try writeProfile(builder.profile))
    }
    let folder = try TestFolder()
    let changed = try file(
      "delta.pb.gz",
      [
        "runtime.gopark < runtime.chanrecv < runtime.chanrecv1 < main.wait@/src/m.go:3": -7,
        "runtime.gopark < runtime.selectgo < main.loop@/src/m.go:9": 2,
      ])
    let run = heapscope(["goroutines", changed])
    #expect(run.text.hasPrefix("GOROUTINES  -5: 2 more and 7 fewer in 2 groups\n"), "\(run.text)")
    #expect(run.text.contains("delta.pb.gz: a difference, as with seconds=N"))
    #expect(run.text.contains("      -7   77.8%"))
    #expect(run.text.contains("      +2   22.2%"))
    #expect(run.text.contains("      -7  chan receive\n"))
    let json = heapscope(["goroutines", "--format=json", changed]).text
    #expect(json.contains("\"isDifference\" : true") && json.contains("\"count\" : -7"))
    // Beside a moment it is no growth.
    let moment = try file(
      "now.pb.gz", ["runtime.gopark < runtime.selectgo < main.loop@/src/m.go:9": 500])
    #expect(heapscope(["goroutines", changed, moment]).text.contains("none: no group grows"))
    #expect(!heapscope(["goroutines", moment]).text.contains("difference"))
    // With nothing below 0, only that it took time tells.
    var grown = try readProfile([UInt8](Data(contentsOf: URL(filePath: moment)))).profile
    grown.durationNanoseconds = 30_000_000_000
    let longer = try folder.write("longer.pb.gz", try writeProfile(grown))
    #expect(heapscope(["goroutines", longer]).text.contains("longer.pb.gz: covers 30s: if it was"))
  }

  @Test("goroutines reads a cut dump and says that it is cut")
  func cut() {
    let run = heapscope(["goroutines", "-"], input: Array(dump.utf8.prefix(200)))
    #expect(run.status == 0)
    #expect(run.text.contains("standard input: ends within a goroutine"), "\(run.text)")
  }

  @Test("goroutines prints one clear line for input that is no dump")
  func refused() {
    for (name, words) in [
      ("go1.27/orderlog.incident.pb.gz", "is a profile of alloc_objects"),
      ("gctrace/go1.22.log", "lines is of a goroutine; give what"),
      ("missing.txt", "no such file"), ("go1.27", "is a directory"),
    ] {
      let run = heapscope(["goroutines", name])
      #expect(run.status != 0)
      #expect(run.output.isEmpty)
      #expect(run.messages.count == 1)
      #expect(run.messages.first?.contains(words) ?? false, "\(run.messages)")
    }
    let empty = heapscope(["goroutines", "-"], input: Array("\n".utf8))
    #expect(empty.status == 65)
    let both = ["missing.txt", "goroutines/go1.27.debug2.txt"]
    #expect(heapscope(["goroutines"] + both).status == 66)
    let several = heapscope(["goroutines", "--allow-missing"] + both)
    #expect(several.status == 0)
    #expect(several.messages.last == "heapscope: read 1 of 2 dumps")
  }
}
