import Foundation
import GCTrace
import GoroutineDump
import HeapscopeTestSupport
import LogText
import ProfileModel
import Testing

/// Real logs and dumps, wrapped in all ways, give the figures of the bare form.
@Suite("Wrapped logs")
struct WrappedLogTests {
  func fixture(_ name: String) throws -> [String] {
    let bytes = try Repository.bytes(Repository.fixtures.appending(path: name))
    var lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  func log(_ bytes: [UInt8]) -> GCLog {
    var log = GCLog()
    for (_, line) in lines(bytes) { log.add(line) }
    log.finish()
    return log
  }

  func dump(_ bytes: [UInt8]) -> GoroutineSeries {
    var reader = GoroutineReader(GoroutineSeries(), name: "log")
    for (_, line) in lines(bytes) { reader.add(line) }
    return reader.finish().settled
  }

  /// What is said of each group, in any order.
  func groups(_ series: GoroutineSeries) -> [String] {
    func places(_ locations: some Sequence<LocationID>) -> String {
      locations.map { location in
        String(decoding: series.name(of: location), as: UTF8.self) + " "
          + String(decoding: series.file(of: location), as: UTF8.self)
          + ":\(series.line(of: location).line)"
      }.joined(separator: "; ")
    }
    return series.groups.map { group in
      let details = group.details(of: [])
      return "\(group.counts.map(\.count)) \(group.state.kind) \(group.state.text): "
        + places(group.stack) + " by "
        + places(details.creators.keys.sorted { $0.index < $1.index })
        + " for \(details.waits)"
    }.sorted()
  }

  @Test("gctrace reads wrapped logs as bare ones", arguments: wrappers, ["go1.22", "go1.27"])
  func collections(wrapper: Wrapper, version: String) throws {
    let lines = try fixture("gctrace/\(version).log").filter { $0.hasPrefix("gc ") }
    let bare = log(Array(lines.joined(separator: "\n").utf8))
    let wrapped = log(wrapper.wrap(lines))
    #expect(bare.events.count == lines.count)
    #expect(wrapped.events.map(\.number) == bare.events.map(\.number))
    #expect(wrapped.events == bare.events)
    #expect(wrapped.processes.count == 1)
    #expect(wrapped.isNewestFirst == wrapper.name.hasPrefix("newest first"))
  }

  @Test(
    "goroutines reads wrapped dumps as bare ones", arguments: wrappers,
    ["go1.22.debug2.txt", "go1.27.debug2.txt", "go1.27.crash-all.log"])
  func goroutines(wrapper: Wrapper, name: String) throws {
    let lines = try fixture("goroutines/\(name)")
    let bare = dump(Array(lines.joined(separator: "\n").utf8))
    let wrapped = dump(wrapper.wrap(lines))
    #expect(bare.snapshots.map(\.total) == wrapped.snapshots.map(\.total))
    #expect(groups(wrapped) == groups(bare))
    #expect(wrapped.processes.count == 1)
    #expect(wrapped.isNewestFirst == wrapper.name.hasPrefix("newest first"))
    if name.contains("crash"), !wrapper.name.hasPrefix("newest") {
      #expect(
        wrapped.snapshots[0].death?.reason.text.hasPrefix("panic: no orders left") ?? false)
    }
  }

  @Test("log lines are the same however the file is cut into pieces", arguments: wrappers)
  func pieces(wrapper: Wrapper) throws {
    let bytes = wrapper.wrap(Array(try fixture("goroutines/go1.27.debug2.txt").prefix(40)))
    let whole = lines(bytes)
    for size in [1, 7, 64] {
      let small = lines(bytes, pieces: size)
      #expect(small.map(\.text) == whole.map(\.text))
      #expect(small.map(\.line.number) == whole.map(\.line.number))
    }
  }

  @Test("two programs in one log are separated, whatever distinguishes them")
  func processes() {
    func gc(_ number: Int, _ live: Int) -> String {
      "gc \(number) @\(number).5s 2%: 0.1+1+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, "
        + "\(live)->\(live)->\(live) MB, \(2 * live) MB goal, 4 P"
    }
    let forms: [(String, String) -> String] = [
      { "\($0)  | \($1)" }, { "[pod/\($0)/app] \($1)" },
      { "Nov  3 10:00:00 host \($0)[77]: \($1)" },
      { "{\"pod\":\"\($0)\",\"msg\":\(quoted($1))}" },
      { "{\"kubernetes\":{\"pod\":{\"name\":\"\($0)\"}},\"message\":\(quoted($1))}" },
      { "time=2026-11-03T10:00:00Z level=INFO pod=\($0) msg=\(quoted($1))" },
      { "{\"labels\":{\"container_name\":\"\($0)\"},\"line\":\(quoted($1))}" },
    ]
    for (index, form) in forms.enumerated() {
      let lines = (1...6).flatMap { [form("web-1", gc($0, 10)), form("web-2", gc($0, 90))] }
      let log = log(Array(lines.joined(separator: "\n").utf8))
      #expect(log.processes.count == 2, "\(index): \(log.processes)")
      #expect(log.processes.allSatisfy { $0.contains("web-") }, "\(log.processes)")
      let live = Dictionary(grouping: log.events, by: \.process).mapValues {
        Set($0.compactMap(\.heapAfter))
      }
      #expect(live.values.allSatisfy { $0.count == 1 }, "\(index)")
      #expect(GCSummary(log).runs == 2)
    }
  }

  @Test("pieces of a stream are joined where it ends its lines itself, and only there")
  func streams() {
    func texts(_ logs: [String]) -> [String] {
      lines(Array(logs.map { "{\"log\":\(quoted($0))}\n" }.joined().utf8)).map(\.text)
    }
    #expect(texts(["a", "b\n", "c\n"]) == ["ab", "c"])
    #expect(texts(["a", "b", "c", "d", "e"]) == ["a", "b", "c", "d", "e"])
    // A file that ends early, and a line of Docker's longest pieces.
    #expect(texts(["a", "b"]) == ["a", "b"])
    let long = String(repeating: "x", count: 16_384)
    #expect(
      texts(Array(repeating: long, count: 6) + ["y\n", "z"]) == [
        String(repeating: long, count: 6) + "y", "z",
      ])
    // Some hand out lines with their ends after all.
    #expect(texts(["a", "b", "c", "d", "e\n", "f", "g\n"]) == ["a", "b", "c", "d", "e", "fg"])
  }

  @Test("a table is one by its first line alone")
  func tables() {
    func texts(_ text: String) -> [String] { lines(Array(text.utf8)).map(\.text) }
    #expect(texts("date,message\n1,\"a \"\"b\"\", c\"\n2,d\n") == ["a \"b\", c", "d"])
    #expect(texts("date,message\n1,\"a\n\nb\"\n2,c\n") == ["a", "", "b", "c"])
    // A value that does not end, and a line that is none of the table.
    #expect(texts("date,message\n1,\"a\nb").contains("b"))
    #expect(texts("date,message\nrest\n1,a\n") == ["rest", "a"])
    for text in ["line, message\na,b\n", "10:00,message\na,b\n", "date,host\na,b\n"] {
      #expect(texts(text).count == 2, "\(text)")
    }
  }

  @Test("reordered and duplicated lines belong to one run")
  func disorder() {
    func gc(_ number: Int) -> String {
      "gc \(number) @\(number).5s 2%: 0.1+1+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, "
        + "4->4->4 MB, 8 MB goal, 4 P\n"
    }
    for numbers in [[1, 3, 2, 4, 5], [2, 1, 3, 4], [1, 2, 2, 3], [1, 2, 3, 1, 2, 3]] {
      let log = log(Array(numbers.map(gc).joined().utf8))
      #expect(log.events.map(\.number) == Set(numbers).sorted().map(UInt64.init), "\(numbers)")
      #expect(log.repeated == numbers.count - Set(numbers).count)
      #expect(!log.isNewestFirst)
    }
    // A run that ends before the next begins.
    let log = log(
      Array((1...9).map(gc).joined().utf8)
        + Array((1...3).map { gc($0).replacing("0.1+", with: "0.3+") }.joined().utf8))
    #expect(log.events.map(\.run) == [Int](repeating: 0, count: 9) + [1, 1, 1])
  }
}
