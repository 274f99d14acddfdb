import Foundation
import GoroutineDump
import HeapscopeTestSupport
import Testing

@Suite("Recorded goroutine dumps")
struct RecordedDumpTests {
  /// What was started, by function, in the words of `GoroutineState.Kind`.
  private func truth(_ version: String) throws -> [String: [String: Int]] {
    let started = try JSONDecoder().decode(
      [String: [String: Int]].self, from: Data(fixture("\(version).truth.json")))
    return started.mapValues { states in
      states.reduce(into: [:]) { result, entry in
        let isForever = ["chan receive (nil chan)", "select (no cases)"].contains(entry.key)
        result[isForever ? "blocked forever" : entry.key, default: 0] += entry.value
      }
    }
  }

  @Test(
    "debug=2 dumps have every goroutine that the program started, in its state",
    arguments: ["go1.22", "go1.27"])
  func states(version: String) throws {
    let series = dump(try fixture("\(version).debug2.txt"))
    #expect(series.snapshots.count == 1)
    #expect(series.snapshots[0].hasStates)
    #expect(!series.snapshots[0].isCut)
    #expect(series.lines.skipped == 0)
    for (function, states) in try truth(version) {
      var found = series.counts(with: function)
      // Whether a spinning goroutine has a processor is the moment's.
      if let waiting = found.removeValue(forKey: "runnable") {
        found["running", default: 0] += waiting
      }
      #expect(found == states, "\(function)")
    }
  }

  @Test("debug=1 and protobuf dumps derive states from stacks", arguments: ["go1.22", "go1.27"])
  func derived(version: String) throws {
    for name in ["debug1.txt", "pb.gz"] {
      let series =
        name == "pb.gz"
        ? try profileSeries("\(version).\(name)") : dump(try fixture("\(version).\(name)"))
      #expect(!series.snapshots[0].hasStates)
      #expect(
        series.snapshots[0].total == dump(try fixture("\(version).debug2.txt")).snapshots[0].total)
      for (function, states) in try truth(version) {
        let found = series.counts(with: function)
        #expect(found.values.reduce(0, +) == states.values.reduce(0, +), "\(function)")
        for (state, count) in states {
          // The text form hides the runtime's functions: it says neither which way a
          // channel goes nor that it is nil.
          let words: [String: [String]] = [
            "chan receive": ["chan receive", "channel"], "chan send": ["chan send", "channel"],
            "blocked forever": ["blocked forever", "chan receive", "channel", "select"],
            "running": ["running", "runnable"],
          ]
          let sum = (words[state] ?? [state]).reduce(0) { $0 + (found[$1] ?? 0) }
          #expect(sum == count, "\(name) \(function) \(state): \(found)")
        }
      }
      if name == "pb.gz" {
        #expect(series.counts(with: "main.(*pool).deliver") == ["chan send": 7])
      }
      #expect(series.groups.allSatisfy { $0.state.isDerived && $0.state.text == "" })
    }
  }

  @Test(
    "waiting times distinguish older goroutines from younger ones", arguments: ["go1.22", "go1.27"])
  func waiting(version: String) throws {
    let series = dump(try fixture("\(version).debug2.txt"))
    let workers = try #require(series.groups(with: "main.(*pool).worker").first)
    #expect(workers.count(in: 0) == 13)
    #expect(workers.details.waits == [2, 11, 0, 0, 0])
    #expect(workers.details.longestMinutes == 2)
    let pinned = try #require(series.groups(with: "main.(*pool).pinned").first)
    #expect(pinned.details.lockedCount == 2)
    let text = String(decoding: try fixture("\(version).debug2.txt"), as: UTF8.self)
    let minutes = text.matches(of: /^goroutine \d+ \[.*?(\d+) minutes/.anchorsMatchLineEndings())
      .compactMap { UInt64($0.1) }
    #expect(series.groups.map(\.details.longestMinutes).max() == minutes.max() ?? 0)
    let waited = series.groups.map { $0.details.waits.dropFirst().reduce(0, +) }.reduce(0, +)
    #expect(waited == minutes.count)
  }

  @Test("deep stacks of one place are one group, with generics too")
  func elided() throws {
    for version in ["go1.22", "go1.27"] {
      let series = dump(try fixture("\(version).debug2.txt"))
      #expect(series.groups(with: "main.(*pool).descend").map { $0.count(in: 0) } == [3])
      #expect(series.groups(with: "main.receive").map { $0.count(in: 0) }.reduce(0, +) == 2)
      let leak = try #require(series.groups(with: "main.leak").first)
      let creators = leak.details.creators.map { series.name(of: $0.key) }
      #expect(creators.map { String(decoding: $0, as: UTF8.self) } == ["main.start"])
      #expect(Array(leak.details.creators.values) == [4])
    }
  }

  @Test("goroutines that the collector found leaked, and synctest bubbles, are marked")
  func leaked() throws {
    let series = dump(try fixture("go1.27.leak.txt"))
    let leak = try #require(series.groups(with: "main.leak").first)
    #expect(leak.state.text == "chan receive")
    #expect(leak.details.leakedCount == 4)
    #expect(series.groups.reduce(0) { $0 + $1.details.leakedCount } == 8)
    let bubbled = try #require(series.groups(with: "main.bubbled").first)
    #expect(bubbled.details.bubbledCount == 4)
    #expect(bubbled.state.kind == .chanReceive)
  }

  @Test(
    "a panic in a log is read, and the lines around it are skipped",
    arguments: ["go1.22", "go1.27"], ["all", "system"])
  func panic(version: String, level: String) throws {
    let series = dump(try fixture("\(version).crash-\(level).log"))
    #expect(series.counts(with: "main.(*pool).worker") == ["chan receive": 13])
    #expect(series.counts(with: "main.(*cache).replace") == ["rwmutex": 2])
    #expect(series.counts(with: "main.(*cache).awaitAll") == ["waitgroup": 6])
    let main = try #require(series.groups(with: "main.main").first)
    #expect(main.state.text == "running")
    #expect(series.lines.skipped == 2)
    #expect(series.snapshots[0].death?.reason.text.hasPrefix("panic: ") ?? false)
    #expect(series.groups.contains { $0.state.kind == .gc } == (level == "system"))
    // The runtime's functions do not make other groups of the same goroutines.
    #expect(series.groups(with: "main.tick").map { $0.count(in: 0) } == [8])
  }

  @Test(
    "over a series of dumps, the leaking group grows and no other",
    arguments: ["go1.22", "go1.27"], ["txt", "pb.gz"])
  func series(version: String, kind: String) throws {
    var series = GoroutineSeries()
    for number in 1...4 {
      let bytes = try fixture("\(version).series-\(number).\(kind)")
      if kind == "txt" {
        series = dump(bytes, into: series)
      } else {
        let profile = try readProfileOf(bytes)
        let isAdded = series.add(profile, name: "\(number)")
        #expect(isAdded)
      }
    }
    #expect(series.snapshots.count == 4)
    let growing = series.groups.filter {
      GoroutineGrowth($0.series(4), seconds: nil, canLeak: $0.state.kind.canLeak).isSuspect
    }
    #expect(growing.count == 1)
    let leak = try #require(growing.first)
    #expect(series.name(leak, 0) == "main.leak")
    // Four were there before. One that was just started may not wait yet.
    let all = series.groups(with: "main.leak", everSeen: true).map { $0.series(4) }
    #expect((0..<4).map { moment in all.map { $0[moment] }.reduce(0, +) } == [14, 34, 64, 104])
  }
}
