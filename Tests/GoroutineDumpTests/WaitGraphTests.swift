import GoroutineDump
import Testing

@Suite("Who waits for whom")
struct WaitGraphTests {
  private func graph(_ text: String) -> WaitGraph {
    let series = dump(text)
    return WaitGraph(series, in: series.moments.last ?? [])
  }

  private func waiter(_ id: Int, _ lock: String, _ call: String) -> String {
    """
    goroutine \(id) [sync.Mutex.Lock, 3 minutes]:
    sync.runtime_SemacquireMutex(0x12?, 0x0?, 0x0?)
    \t/go/src/runtime/sema.go:77 +0x25
    sync.(*Mutex).lockSlow(\(lock))
    \t/go/src/sync/mutex.go:171 +0x15d
    \(call)
    \t/src/bank/bank.go:\(id) +0x4e
    created by main.main in goroutine 1
    \t/src/bank/main.go:9 +0x31


    """
  }

  @Test("goroutines that wait for one another are a deadlock")
  func cycle() {
    let graph = graph(
      waiter(7, "0xc000012010", "main.transfer(0xc000012000, 0xc000012010)")
        + waiter(8, "0xc000012000", "main.transfer(0xc000012010, 0xc000012000)")
        + waiter(9, "0xc000099000", "main.other(0xc000099000)"))
    #expect(graph.cycles.count == 1)
    #expect(Set(graph.cycles.first?.map(\.goroutine) ?? []) == [7, 8])
    #expect(graph.targets.map(\.waiters) == [[8], [7], [9]])
  }

  @Test("a goroutine with the object that a lock is a field of may hold the lock")
  func field() throws {
    let graph = graph(
      waiter(7, "0xc000012008", "main.(*Store).Get(0xc000012000)")
        + waiter(8, "0xc000012008", "main.(*Store).Get(0xc000012000)")
          + """
          goroutine 9 [IO wait]:
          main.(*Store).Save(0xc000012000)
          \t/src/bank/store.go:40 +0x1
          created by main.main in goroutine 1
          \t/src/bank/main.go:9 +0x31
          """)
    let target = try #require(graph.targets.first)
    #expect(target.waiters == [7, 8])
    #expect(target.holders.map(\.goroutine) == [9])
    #expect(target.holders.first?.isExact == false)
    #expect(graph.cycles.isEmpty)
  }

  @Test("addresses that may be outdated, and small numbers, are ignored in the wait graph")
  func unsure() {
    let graph = graph(
      waiter(7, "0xc000012000?", "main.f(0x1)") + waiter(8, "0xc000012000", "main.f(0x1)")
        + """
        goroutine 9 [IO wait]:
        main.g(0xc000012000?, 0x1)
        \t/src/bank/store.go:40 +0x1
        created by main.main in goroutine 1
        \t/src/bank/main.go:9 +0x31
        """)
    #expect(graph.targets.map(\.waiters) == [[8]])
    #expect(graph.targets.first?.holders.isEmpty ?? false)
  }
}
