import Foundation
import GCTrace
import HeapscopeTestSupport
import Testing

func log(_ text: String) -> GCLog {
  var log = GCLog()
  // By bytes: "\r\n" is one character.
  for line in Array(text.utf8).split(separator: 0x0a, omittingEmptySubsequences: false) {
    log.add(line)
  }
  log.finish()
  return log
}

@Suite("gctrace lines of Go")
struct GoTraceTests {
  private static let rest = "4->5->2 MB, 6 MB goal"

  @Test(
    "gctrace lines of all versions of Go give the same figures",
    arguments: [
      "gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, \(rest), 4 P",
      "gc 7 @0.125s 2%: 0.1+0.5+0+1.0+0.2 ms clock, 0.2+0+0+0.4/0.5/0.6+0.8 ms cpu, \(rest), 4 P",
      "gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, \(rest), "
        + "0 MB stacks, 0 MB globals, 4 P (forced)",
      "gc 7 @0.125s 2% (checking for goroutine leaks): 0.1+1.5+0.2 ms clock, "
        + "0.2+0.4/0.5/0.6+0.8 ms cpu, \(rest), 0 MB stacks, 0 MB globals, 4 P (forced)",
      "2026-11-24T00:00:00.1Z stderr F gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, "
        + "0.2+0.4/0.5/0.6+0.8 ms cpu, \(rest), 4 P",
      "gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, \(rest), 4 P\r",
    ])
  func versions(line: String) throws {
    let log = log(line)
    let event = try #require(log.events.first)
    #expect(event.number == 7)
    #expect(event.startSeconds == 0.125)
    #expect(event.nanoseconds == 1_800_000)
    #expect(event.pauseNanoseconds == 300_000)
    #expect(event.cpu?.busy == 1_900_000)
    #expect(event.cpu?.assist == 400_000)
    #expect(event.cpu?.idle == 600_000)
    #expect(event.heapBefore == 4 << 20)
    #expect(event.heapPeak == 5 << 20)
    #expect(event.heapAfter == 2 << 20)
    #expect(event.heapGoal == 6 << 20)
    #expect(event.processors == 4)
    #expect(event.cause == (line.contains("forced") ? "forced" : nil))
    #expect(event.checksForLeaks == line.contains("checking"))
    #expect(log.lines.read == 1)
  }

  @Test("before Go 1.5 a whole collection is a pause")
  func legacy() throws {
    let event = try #require(
      log("gc3(4): 10+200+30+4 us, 2 -> 5 MB, 21 (30-9) objects, 4 goroutines").events.first)
    #expect(event.number == 3)
    #expect(event.pauseNanoseconds == 244_000)
    #expect(event.heapBefore == 2 << 20)
    #expect(event.heapAfter == 5 << 20)
    #expect(event.processors == 4)
    #expect(event.startSeconds == nil)
  }

  @Test("a gctrace line counts once, even when it begins like another kind")
  func countedOnce() {
    let line =
      "gc 1 @0.011s 1%: 0.10 cut off[2026-11-24T00:34:33.258+0000][0.005s][info][gc] Using G1"
    let log = log(line + "\nscav 0 KiB now [0.005s][info][gc] Using G1")
    #expect(log.lines.all == 2)
    #expect(log.lines.read == 2)
    #expect(log.lines.damaged == 0)
    #expect(log.lines.scavenger == 0)
    #expect(log.lines.skipped == 0)
  }

  @Test("lines that are not gctrace lines are counted by kind")
  func others() {
    let log = log(
      """
      2026/11/24 listening on :8080
      scvg0: inuse: 1, idle: 2, sys: 3, released: 0, consumed: 3 (MB)
      scvg: 0 MB released
      scav 0 KiB work (bg), 0 KiB work (eager), 3400 KiB now, 50% util
      pacer: assist ratio=+1.2 (scan 0 MB in 2->4 MB) workers=1+0
      gc 8 @0.2s 2%: 0.1+1.5+0.2 ms clo
      gc 9 @0.3s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, 4->5->2 MB, 6 MB goal, 4 P
      the gc 10 is near
      """)
    #expect(log.lines.all == 8)
    #expect(log.lines.read == 1)
    #expect(log.lines.scavenger == 3)
    #expect(log.lines.pacer == 1)
    #expect(log.lines.damaged == 1)
    #expect(log.lines.skipped == 2)
  }

  @Test("a cycle number that falls begins another run with times of its own")
  func runs() throws {
    func line(_ number: Int, _ second: Int) -> String {
      "gc \(number) @\(second).000s 2%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->2 MB, 6 MB goal, 1 P"
    }
    let summary = GCSummary(
      log([line(1, 1), line(2, 3), line(1, 1), line(2, 2)].joined(separator: "\n")))
    #expect(summary.runs == 2)
    #expect(summary.seconds == 3)
    #expect(summary.allocationRate == Double(4 << 20) / 3)
  }

  @Test("a cycle that took ten times as long is reported with the phase that caused it")
  func outliers() throws {
    var lines = (1...20).map {
      "gc \($0) @\($0).0s 2%: 0.0\(10 + $0 % 5)+1.\($0 % 4)+0.010 ms clock, "
        + "0+0/0/0+0 ms cpu, 4->4->2 MB, 6 MB goal, 1 P"
    }
    lines[12] = lines[12].replacing("+0.010 ms clock", with: "+0.510 ms clock")
    lines[15] = lines[15].replacing("+1.0+", with: "+30.0+")
    let outliers = GCSummary(log(lines.joined(separator: "\n"))).outliers
    #expect(outliers.map(\.event.number) == [13, 16])
    #expect(outliers.map(\.phase) == ["mark termination", "concurrent mark"])
    #expect(outliers.map(\.isPause) == [true, false])
    #expect(outliers[0].phaseNanoseconds == 510_000)
  }

  @Test("a line that is cut anywhere is read or called damaged, and never traps")
  func prefixes() {
    let line =
      "gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, "
      + "4->5->2 MB, 6 MB goal, 0 MB stacks, 0 MB globals, 4 P"
    for length in 0..<line.utf8.count {
      // Behind its times a cut line still tells these.
      let log = log(String(line.prefix(length)))
      #expect(log.events.isEmpty || log.events[0].pauseNanoseconds == 300_000)
      #expect(log.events.allSatisfy { $0.processors == nil && $0.number == 7 })
      #expect(log.lines.read == 0)
      #expect(log.events.isEmpty || log.lines.damaged == 1)
    }
    for number in ["99999999999999999999", "18446744073709551615", "1e9", "-1", ""] {
      _ = GCSummary(log(line.replacing("4", with: number)))
    }
  }

  struct Figures: Decodable {
    var cycles: Int
    var seconds: Double
    var pauses: Int
    var p50: Double
    var p99: Double
    var max: Double
    var total: Double
    var processorShare: Double
    var assistShare: Double
    var allocatedPerSecond: Double
    var goal: Int64
    var live: Int64
  }

  @Test(
    "figures of recorded logs equal those of an independent script",
    .enabled(if: Tools.path("python3") != nil), arguments: ["go1.22", "go1.27"])
  func script(version: String) throws {
    let folder = Repository.fixtures.appending(path: "gctrace")
    let file = folder.appending(path: "\(version).log")
    let run = try ProgramRun(
      try #require(Tools.path("python3")), [folder.appending(path: "figures").path, file.path])
    let figures = try JSONDecoder().decode(Figures.self, from: Data(run.output))
    let log = log(try String(contentsOf: file, encoding: .utf8))
    let summary = GCSummary(log)
    func isNear(_ value: Double?, _ expected: Double) -> Bool {
      abs((value ?? .nan) - expected) <= 1e-9 * abs(expected)
    }
    #expect(figures.cycles > 50)
    #expect(summary.collections == figures.cycles)
    #expect(isNear(summary.seconds, figures.seconds))
    let pauses = try #require(summary.pauses.first)
    #expect(pauses.count == figures.pauses)
    #expect(isNear(Double(pauses.median) / 1e6, figures.p50))
    #expect(isNear(Double(pauses.p99) / 1e6, figures.p99))
    #expect(isNear(Double(pauses.longest) / 1e6, figures.max))
    #expect(isNear(Double(pauses.total) / 1e6, figures.total))
    #expect(isNear(summary.processorShare, figures.processorShare))
    #expect(isNear(summary.assistShare, figures.assistShare))
    #expect(isNear(summary.allocationRate, figures.allocatedPerSecond))
    #expect(log.events.last?.heapGoal == figures.goal << 20)
    #expect(log.events.last?.heapAfter == figures.live << 20)
    #expect(log.lines.scavenger > 0)
    #expect(log.events.contains(where: \.checksForLeaks) == (version == "go1.27"))
  }

  @Test(
    "a prefix before a gctrace line is skipped, whatever it is",
    arguments: [
      "2026-11-25T03:46:38.123Z stderr F ", "web-1  | ", "[web] ", "msg=\"", "shop[4711]: ",
      "2026/11/25 03:46:38 ", "\t", "",
    ])
  func prefixes(prefix: String) throws {
    let log = log(
      [
        "gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, \(Self.rest), 4 P\r",
        "scvg0: inuse: 3, idle: 0, sys: 4, released: 0, consumed: 4 (MB)\r",
        "scav 12 KiB work (bg), 0 KiB work (eager), 2744 KiB now, 95% util",
        "scav report at 12", "scvg and others", "agc 7 @0.1s",
      ].map { prefix + $0 }.joined(separator: "\n"))
    #expect(log.events.count == 1)
    #expect(log.events.first?.number == 7)
    #expect(log.lines.read == 1)
    // Before a quote nobody writes the scavenger's.
    #expect(log.lines.scavenger == (prefix.hasSuffix("\"") ? 0 : 2))
    #expect(log.lines.damaged == 0)
  }

  @Test("collections beyond the number that is kept are counted")
  func limit() {
    var log = GCLog()
    let kept = GCLog.eventLimit
    for number in 1...(kept + 5) {
      log.add(
        Array(
          "gc \(number) @\(number).5s 2%: 0.1+1+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, 4->5->2 MB, 6 MB goal, 4 P"
            .utf8)[...])
    }
    log.finish()
    #expect(log.events.count == kept)
    #expect(log.eventsLost == 5)
    #expect(log.lines.read == kept + 5)
  }

  @Test("a line full of beginnings is one damaged line, and the next lines are read")
  func manyBeginnings() {
    let good =
      "gc 7 @0.125s 2%: 0.1+1.5+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, \(Self.rest), 4 P"
    let beginning = [
      "gc 1 @1s 1% ", "gc 1 @1s 1% (gc 1 @1s 1% (x) ", String(good.dropLast(5)) + ", 9 MB, ",
    ]
    for unit in beginning {
      let line = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
      let log = log("\(line)\n\(good)")
      #expect(log.lines.damaged == 1)
      #expect(log.events.map(\.number) == [7])
    }
  }
}
