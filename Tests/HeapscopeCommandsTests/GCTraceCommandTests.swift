import Foundation
import HeapscopeTestSupport
import Testing

@Suite("heapscope gctrace")
struct GCTraceCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func gc(_ number: Int, forced: Bool = false) -> String {
    "gc \(number) @\(number).5s 2%: 0.1+1+0.2 ms clock, 0.2+0.4/0.5/0.6+0.8 ms cpu, "
      + "40->40->40 MB, 80 MB goal, 4 P" + (forced ? " (forced)" : "")
  }

  /// A heap profile in text with the functions of one stack, leaf first.
  private func profile(_ stack: [(name: String, place: String)]) throws -> String {
    let addresses = stack.indices.map { "0x\(401_000 + $0)" }
    let symbols = zip(addresses, stack).map { "#\t\($0)\t\($1.name)+0x1\t\($1.place)\n" }
    return try folder.write(
      "heap.txt",
      "heap profile: 1: 1024 [2: 2048] @ heap/1048576\n1: 1024 [2: 2048] @ "
        + addresses.joined(separator: " ") + "\n" + symbols.joined())
  }

  private func report(_ profile: String, forced: Bool = true) throws -> String {
    let log = try folder.write(
      "gc.log", (1...4).map { gc($0, forced: forced && $0 > 2) + "\n" }.joined())
    let run = heapscope(
      ["gctrace", log, "--profile=\(profile)", "--color=never"], columns: 80)
    #expect(run.status == 0, "\(run.messages)")
    return unbroken(run.text)
  }

  @Test("who forces collections is told where the profile shows it")
  func forcers() throws {
    let shown = try profile([
      ("runtime.GC", "/go/src/runtime/mgc.go:480"),
      ("runtime/debug.FreeOSMemory", "/go/src/runtime/debug/garbage.go:160"),
      ("shop/cache.(*Store).trim", "/srv/shop/cache/store.go:77"),
      ("main.main", "/srv/shop/main.go:9"),
    ])
    let text = try report(shown)
    #expect(
      text.contains(
        "forced by shop/cache.(*Store).trim cache/store.go:77, which calls "
          + "runtime/debug.FreeOSMemory"), "\(text)")
    #expect(!(try report(shown, forced: false)).contains("forced by"))
  }

  @Test("who forces collections is unknown where the profile does not show it")
  func unknownForcers() throws {
    let text = try report(try profile([("main.main", "/srv/shop/main.go:9")]))
    #expect(text.contains("forced by whom is unknown"), "\(text)")
    #expect(text.contains("heapscope peek runtime.GC cpu.pb.gz"))
  }

  @Test("more processes than are told apart are said", arguments: [64, 70])
  func manyProcesses(count: Int) throws {
    let lines = (1...3).flatMap { number in
      (0..<count).map { "[pod/web-\($0)/app] \(gc(number))\n" }
    }
    let log = try folder.write("gc.log", lines.joined())
    let run = heapscope(["gctrace", log])
    #expect(run.status == 0)
    let isSaid = run.text.contains("more than 64 processes")
    #expect(isSaid == (count > 64), "\(run.text.prefix(400))")
    #expect(run.text.contains("of \(min(count, 65)) processes"), "\(run.text.prefix(400))")
  }

  @Test("more processes with dumps than are told apart are said", arguments: [64, 70])
  func manyDumps(count: Int) throws {
    let lines = (0..<count).flatMap { pod in
      ["goroutine 7 [select]:", "main.wait()", "\t/srv/main.go:\(pod) +0x1", ""].map {
        "[pod/web-\(pod)/app] \($0)\n"
      }
    }
    let log = try folder.write("dump.log", lines.joined())
    let run = heapscope(["goroutines", log])
    #expect(run.status == 0)
    #expect(run.text.contains("more than 64 processes") == (count > 64), "\(run.text.prefix(400))")
    #expect(run.text.contains("GOROUTINES  \(count > 64 ? 65 : 64) in"), "\(run.text.prefix(400))")
  }
}
