import Foundation
import GCTrace
import HeapscopeTestSupport
import Testing

@Suite("The JVM's unified log")
struct UnifiedLogTests {
  private static let wild = """
    GC(123) Root Region Scan: 17.85 ms
    GC(123) SATB Buffer Processing: 312 buffers, 42.11 ms
    GC(123) Mark Termination (ms): 89.23
    """

  @Test(
    "processing of SATB buffers is named as a part of its pause",
    arguments: ["", "[3.669s][info ][gc,marking] ", "[2026-11-24T00:24:45.917+0000] "])
  func satb(decorations: String) throws {
    let lines = Self.wild.split(separator: "\n").map { decorations + $0 } + ["GET /index.html 200"]
    let log = log(lines.joined(separator: "\n"))
    #expect(log.lines.read == 3)
    #expect(log.lines.skipped == 1)
    let event = try #require(log.events.first)
    #expect(log.events.count == 1)
    #expect(event.kind == "Pause Remark")
    #expect(event.pauseNanoseconds == 89_230_000)
    #expect(
      event.phases.map(\.name) == [
        "Mark Termination", "SATB Buffer Processing", "Root Region Scan",
      ])
    #expect(event.phases[1].note == "312 buffers")
    #expect(event.phases[1].nanoseconds == 42_110_000)
    #expect(event.phases.map(\.isPause) == [true, true, false])
    let marking = try #require(GCSummary(log).markingPauses)
    #expect(abs(marking.share - 42.11 / 89.23) < 1e-9)
  }

  @Test("processing of SATB buffers beside a Pause Remark belongs to that pause")
  func remark() throws {
    let log = log(
      Self.wild
        + """

        GC(123) Finalize Marking 60.5ms
        GC(123) Pause Remark 400M->390M(512M) 95.000ms
        GC(123) User=0.10s Sys=0.02s Real=0.10s
        """)
    let event = try #require(log.events.first { $0.kind == "Pause Remark" })
    #expect(event.pauseNanoseconds == 95_000_000)
    #expect(event.heapBefore == 400 << 20)
    #expect(event.heapAfter == 390 << 20)
    #expect(event.heapGoal == 512 << 20)
    #expect(event.cpu?.busy == 120_000_000)
    #expect(event.phases.map(\.name).contains("Finalize Marking"))
    let marking = try #require(GCSummary(log).markingPauses)
    #expect(abs(marking.share - 42.11 / 95) < 1e-9)
  }

  @Test("kinds, causes and times of JVM pauses are read in every decoration")
  func pauses() throws {
    let log = log(
      """
      [0.010s][info][gc] Using G1
      [0.010s][info][gc,init] CPUs: 8 total, 4 available
      [1.986s][info][gc,start    ] GC(1) Pause Young (Normal) (G1 Evacuation Pause)
      [2.058s][debug][gc,phases   ] GC(1)     Object Copy (ms):              Min:  2.5, Avg:  4.5, Max:  6.6, Diff:  4.1, Sum:  9.1, Workers: 2
      [2.058s][info][gc,phases   ] GC(1)   Evacuate Collection Set: 64.0ms
      [2.058s][info][gc          ] GC(1) Pause Young (Normal) (G1 Evacuation Pause) 20M->16M(380M) 71.890ms
      [3000ms] GC(2) Pause Full (Allocation Failure) 2G->1024K(4G) 1,500ms
      [4.0s] GC(3) Concurrent Mark From Roots 10.5ms
      [4.1s] GC(3) Concurrent Mark Cycle 12.5ms
      """)
    #expect(log.processors == 4)
    #expect(
      log.events.map(\.kind) == [
        "Pause Young (Normal)", "Pause Full", "Concurrent Mark Cycle",
      ])
    #expect(log.events.map(\.cause) == ["G1 Evacuation Pause", "Allocation Failure", nil])
    #expect(log.events.map(\.pauseNanoseconds) == [71_890_000, 1_500_000, 0])
    #expect(log.events[0].phases.map(\.depth) == [0, 2, 1])
    #expect(log.events[0].phases[1].nanoseconds == 6_600_000)
    #expect(abs((log.events[0].startSeconds ?? 0) - (2.058 - 0.07189)) < 1e-9)
    #expect(log.events[1].heapBefore == 2 << 30)
    #expect(log.events[1].heapAfter == 1 << 20)
    #expect(log.events[2].phases.map(\.nanoseconds) == [12_500_000, 10_500_000])
  }

  @Test("a recorded log of G1 is read completely")
  func real() throws {
    let text = try String(
      contentsOf: Repository.fixtures.appending(path: "gctrace/g1.log"), encoding: .utf8)
    let log = log(text)
    let ends = text.matches(of: /GC\(\d+\) Pause .* ([0-9.]+)ms/).map { Double($0.1) ?? 0 }
    let pauses = try #require(GCSummary(log).pauses.first)
    #expect(ends.count > 20)
    #expect(pauses.count == ends.count)
    #expect(abs(Double(pauses.total) / 1e6 - ends.reduce(0, +)) < 1e-6)
    #expect(Double(pauses.longest) / 1e6 == ends.max())
    let remark = try #require(log.events.first { $0.kind == "Pause Remark" })
    #expect(remark.phases.contains { $0.name == "Finalize Marking" && $0.depth == 1 })
    #expect(log.processors == 2)
  }

  @Test("hostile lines of a JVM log do not trap", arguments: 0..<200 as Range<UInt64>)
  func hostile(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "GC(", "1", ") ", "Pause ", "Remark ", "ms", "99999999999999999999", "->", "(", ")", ":", ",",
      "M", "18446744073709551615", " ", "Concurrent ", "Cycle ", "[", "]", "s", "2026-11-24T00:",
      "User=", "s Sys=", "gc ", " @", "(ms): ", "Max:", "\u{0}", "é", "9223372036854",
    ]
    var text = ""
    for _ in 0..<400 { text += random.oneIn(12) ? "\n" : random.pick(pieces) }
    _ = GCSummary(log(text))
  }

  @Test(
    "JVM logs are read with every decoration, unit, decimal comma and line end",
    arguments: [
      "", "[0.123s][info][gc,phases] ", "[2026-11-25T03:46:38.123+0000][gc] ", "[info][gc] ",
      "[123ms] ", "[123456789ns][4711] ", "[host][0,123s] ",
    ])
  func decorations(decoration: String) throws {
    let log = log(
      [
        "GC(123) Finalize Marking 3,492 ms", "GC(123) SATB Filtering (us): 500.5",
        "GC(123) Root Region Scan: 17.85 ms", "GC(123) System Dictionary Unloading: 0.002 s",
        "GC(123) Weak Processing: 70us", "GC(123) Pause Remark 20M->20M(380M) 0,089s",
        "GC(123) Using 2 workers of 2 for evacuation", "GC(123) Heap before GC invocations=1s",
      ].map { decoration + $0 + "\r" }.joined(separator: "\n"))
    let remark = try #require(log.events.first)
    #expect(log.events.count == 1)
    #expect(remark.kind == "Pause Remark")
    #expect(remark.pauseNanoseconds == 89_000_000)
    var parts: [String: Int64] = [:]
    for phase in remark.phases where phase.depth > 0 { parts[phase.name] = phase.nanoseconds }
    #expect(
      parts == [
        "Finalize Marking": 3_492_000, "SATB Filtering": 500_500, "Root Region Scan": 17_850_000,
        "System Dictionary Unloading": 2_000_000, "Weak Processing": 70_000,
      ])
    #expect(log.lines.skipped == 2)
    let marking = try #require(GCSummary(log).markingPauses)
    #expect(abs(marking.share - 0.5005 / 89) < 1e-9)
  }

  @Test("in a log without times, numbering that starts again means another JVM")
  func restart() throws {
    func run(_ milliseconds: Int) -> String {
      """
      GC(0) SATB Filtering: \(milliseconds)ms
      GC(0) Pause Young (Normal) (G1 Evacuation Pause) 20M->16M(380M) \(milliseconds)ms
      GC(1) Pause Remark 20M->16M(380M) 5ms
      GC(1) Pause Cleanup 20M->16M(380M) 1ms
      GC(2) Pause Young (Concurrent Start) (G1 Evacuation Pause) 20M->16M(380M) 7ms

      """
    }
    let log = log(run(3) + run(4) + run(9))
    #expect(GCSummary(log).runs == 3)
    #expect(log.events.map(\.run) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    // What was said of a collection before its pause is that collection's.
    #expect(
      log.events.filter { $0.number == 0 }.map { $0.phases.last?.nanoseconds } == [
        3_000_000, 4_000_000, 9_000_000,
      ])
  }

  @Test("parts of a pause go to the pause, and concurrent parts to the cycle")
  func openParts() {
    let pauses = 100_000
    var lines = (0..<4000).map { _ in "[1.0s] GC(3) Concurrent Scan 2.0ms" }
    for _ in 0..<pauses {
      lines += ["[1.0s] GC(3) Finalize Marking 1.0ms", "[1.0s] GC(3) Pause Remark 1.0ms"]
    }
    lines.append("[1.0s] GC(3) Concurrent Mark Cycle 9.0ms")
    let log = log(lines.joined(separator: "\n"))
    #expect(log.events.count == pauses + 1)
    #expect(log.events[pauses - 1].phases.map(\.name) == ["pause", "Finalize Marking"])
    #expect(log.events[pauses].phases.count == 4001)
  }

  @Test("a collection that is slow in two kinds is reported once, as its pause")
  func outliersOfOneCollection() {
    var lines: [String] = []
    for number in 0..<20 {
      let time = number == 19 ? 500 : 1
      lines += [
        "[\(number).1s] GC(\(number)) Pause Remark 4M->4M(9M) \(time).0ms",
        "[\(number).2s] GC(\(number)) Concurrent Mark Cycle \(time).0ms",
        "[\(number).3s] GC(\(number)) Concurrent Undo Cycle \(time).0ms",
      ]
    }
    let outliers = GCSummary(log(lines.joined(separator: "\n"))).outliers
    #expect(outliers.map(\.event.kind) == ["Pause Remark"])
  }
}
