import Foundations
import Testing

@Suite("Threads and monitors")
struct ThreadTests {
  /// It is sendable because the monitor guards what changes.
  private final class Counter: @unchecked Sendable {
    let monitor = Monitor()
    var count = 0
  }

  @Test("changes by several threads under a monitor add up, and a waiting thread is woken")
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

  @Test("a wait without a signal ends at its time limit")
  func deadline() {
    let monitor = Monitor()
    let deadline = Deadline(milliseconds: 20)
    let hasEnded = monitor.locked {
      while monitor.wait(until: deadline) {}
      return true
    }
    #expect(hasEnded)
  }

  @Test("parts that run concurrently return their results in order")
  func parts() {
    #expect(concurrently(Array(0..<20)) { $0 * $0 } == (0..<20).map { $0 * $0 })
    #expect(alongside({ 1 }, { 2 }) == (1, 2))
  }
}
