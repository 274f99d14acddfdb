import Foundations
import Testing

@Suite("Threads and monitors")
struct ThreadTests {
  /// It is sendable because the monitor guards what changes.
  private final class Counter: @unchecked Sendable {
    let monitor = Monitor()
    var count = 0
  }

  @Test("what threads change under a monitor adds up, and a waiting thread is told of it")
  func monitor() throws {
    let counter = Counter()
    let threads = try (0..<4).map { _ in
      try #require(
        SystemThread {
          for _ in 0..<1000 {
            counter.monitor.locked {
              counter.count += 1
              counter.monitor.broadcast()
            }
          }
        })
    }
    counter.monitor.locked { while counter.count < 4000 { counter.monitor.wait() } }
    for thread in threads { thread.join() }
    #expect(counter.count == 4000)
  }

  @Test("a wait ends with its time when nobody tells of a change")
  func deadline() {
    let monitor = Monitor()
    let deadline = Deadline(milliseconds: 20)
    let hasEnded = monitor.locked {
      while monitor.wait(until: deadline) {}
      return true
    }
    #expect(hasEnded)
  }

  @Test("parts run side by side give their results in order")
  func parts() {
    #expect(concurrently(Array(0..<20)) { $0 * $0 } == (0..<20).map { $0 * $0 })
    #expect(alongside({ 1 }, { 2 }) == (1, 2))
  }
}
