import HeapDump
import HeapscopeTestSupport
import Ownership
import Testing

@Suite("Heap dumps: who holds what")
struct RetentionTests {
  /// Objects of 64 bytes, one per row of words.
  private func objects(_ writer: inout DumpWriter, _ edges: [[Int]]) {
    for (object, targets) in edges.enumerated() {
      var words: [UInt64: UInt64] = [:]
      for (index, target) in targets.enumerated() { words[UInt64(index) * 8] = address(target) }
      writer.object(address(object), 64, words)
    }
  }

  private func address(_ object: Int) -> UInt64 { heapStart + UInt64(object) * 64 }

  private func finished(_ writer: DumpWriter) -> DumpWriter {
    var writer = writer
    writer.statistics()
    writer.end()
    return writer
  }

  @Test("what two variables share belongs to neither, and is named with both")
  func shared() throws {
    var writer = DumpWriter()
    // 0 and 1 are the variables' own, 2 -> 3 is shared, 4 is garbage.
    objects(&writer, [[2], [2], [3], [], []])
    writer.data([0: address(0), 8: address(1)])
    let retention = try retention(finished(writer))
    #expect(retention.summary == ["data+0x0+data+0x8 128/2", "data+0x0 64/1", "data+0x8 64/1"])
    #expect(retention.totals.garbageObjects == 1)
    #expect(retention.totals.garbageBytes == 64)
    #expect(retention.hasSizes)
  }

  @Test("a cycle that two roots reach at different places is shared as a whole")
  func cycle() throws {
    var writer = DumpWriter()
    objects(&writer, [[1], [2], [0], [0]])
    writer.data([0: address(0), 16: address(2)])
    #expect(
      try retention(finished(writer)).summary == ["data+0x0+data+0x10 192/3"])
  }

  @Test("goroutines with the same functions are one holder, named by their own function")
  func frames() throws {
    var writer = DumpWriter()
    objects(&writer, [[1], [], [], [3], [], []])
    for id in 0..<3 as Range<UInt64> {
      let stack = 0xa000 + id * 0x1000
      writer.goroutine(id: id, waitsSince: 5_000_000_000 * (id + 1))
      writer.frame("runtime.gopark", at: stack, depth: 0, size: 16)
      writer.frame(
        "runtime.chanrecv", at: stack + 16, depth: 1, size: 16, [8: address(Int(id) * 2)])
      writer.frame("main.wait", at: stack + 32, depth: 2, size: 32)
      writer.frame("main.start.gowrap1", at: stack + 64, depth: 3, size: 32)
      writer.frame("runtime.goexit", at: stack + 96, depth: 4, size: 8)
    }
    writer.data([:])
    let retention = try retention(finished(writer))
    #expect(retention.summary == ["main.wait 256/4"])
    #expect(retention.dump.stacks[0].count == 3)
    #expect(retention.leastWait(ofStack: 0) == 10_000_000_000)
  }

  @Test("the caller holds what a frame and its caller both point to")
  func callers() throws {
    var writer = DumpWriter()
    objects(&writer, [[], []])
    writer.goroutine(id: 1)
    writer.frame("main.inner", at: 0xa000, depth: 0, size: 32, [0: address(0), 8: address(1)])
    writer.frame("main.outer", at: 0xa020, depth: 1, size: 32, [0: address(0)])
    writer.data([:])
    #expect(try retention(finished(writer)).summary == ["main.inner 64/1", "main.outer 64/1"])
  }

  @Test(
    "a variable in a frame that no map lists is found by a pointer to it, and is marked uncertain")
  func stackObjects() throws {
    var writer = DumpWriter()
    objects(&writer, [[1], [], [], []])
    writer.goroutine(id: 1)
    writer.frame("main.wait", at: 0xa000, depth: 0, size: 32, [8: 0xa048])
    // Before the target is a stale word; the target leads to another frame.
    writer.frame(
      "main.serve", at: 0xa020, depth: 1, size: 64,
      [8: address(3), 40: address(0), 48: 0xa068], unlisted: [8, 40, 48])
    writer.frame("main.main", at: 0xa060, depth: 2, size: 32, [8: address(2)], unlisted: [8])
    writer.data([:])
    let retention = try retention(finished(writer))
    #expect(retention.summary == ["main.serve 128/2", "main.main 64/1"])
    #expect(retention.holders.map(\.conservativeBytes) == [128, 64])
    #expect(retention.totals.garbageObjects == 1)
  }

  @Test("the runtime's lists of goroutines hold only what nothing else holds")
  func tiers() throws {
    var writer = DumpWriter()
    // 0 is the list, 1 and 2 goroutines; 3 is what 1 and its frame have, 4 what only 2 has.
    objects(&writer, [[1, 2], [3], [4], [], []])
    writer.goroutine(id: 1, address: address(1))
    writer.frame("main.run", at: 0xa000, depth: 0, size: 32, [0: address(3)])
    writer.goroutine(id: 2, address: address(2), isSystem: true)
    writer.frame("runtime.bgsweep", at: 0xb000, depth: 0, size: 32)
    writer.bss([0: address(0)])
    #expect(try retention(finished(writer)).summary == ["runtime 256/4", "main.run 64/1"])
  }

  @Test("a goroutine that waits for a channel does not hold what others that wait there have")
  func waiters() throws {
    var writer = DumpWriter()
    // 0 and 1 are goroutines, 2 and 3 what the runtime knows of their waiting, 4 the channel, 5
    // what the second waits with.
    objects(&writer, [[], [], [0, 3, 3, 4, 4], [1, 2, 2, 4, 5], [2], []])
    writer.goroutine(id: 1, address: address(0))
    writer.frame("main.first", at: 0xa000, depth: 0, size: 32, [0: address(2)])
    writer.goroutine(id: 2, address: address(1))
    writer.frame("main.second", at: 0xb000, depth: 0, size: 32, [0: address(3)])
    writer.data([:])
    #expect(
      try retention(finished(writer)).summary
        == ["main.second 128/2", "main.first 64/1", "main.first+main.second 64/1"])
  }

  @Test(
    "a finalizer holds its closure and what its object points to, and a queued one also the object")
  func finalizers() throws {
    var writer = DumpWriter()
    objects(&writer, [[1], [], [], [4], []])
    writer.data([:])
    writer.finalizer(address(0), closure: address(2), code: 0x1234)
    writer.finalizer(address(3) + 8, closure: 0, code: 0x5678, isQueued: true)
    let retention = try retention(finished(writer))
    #expect(retention.summary == ["func 0x1234 128/2", "func 0x5678 128/2"])
    #expect(retention.roots.map(\.kind) == [.finalizer, .queuedFinalizer])
    #expect(retention.totals.garbageObjects == 1)
  }

  @Test(
    "a goroutine that has not started is held by its function, and a deferred call by its frame")
  func closures() throws {
    var writer = DumpWriter()
    objects(&writer, [[], [], [], []])
    writer.goroutine(id: 1, reason: "", closure: address(0))
    writer.frame("main.spawn.func1", at: 0xa000, depth: 0, size: 8)
    writer.goroutine(id: 2)
    writer.frame("main.inner", at: 0xb000, depth: 0, size: 16)
    writer.frame("main.batch", at: 0xb010, depth: 1, size: 16)
    // A deferred call, its record on the heap, and a panic with its value.
    writer.numbers(14, address(1), 0, 0xb010, 0, address(2), 0, 0)
    writer.numbers(15, 0, 0, 0, address(3), 0, 0)
    writer.data([:])
    #expect(
      try retention(finished(writer)).summary
        == ["main.batch 128/2", "main.spawn.func1 64/1", "main.inner 64/1"])
  }

  @Test("sums that disagree with the runtime, or a missing end, remove the sizes")
  func doubt() throws {
    var writer = DumpWriter()
    objects(&writer, [[]])
    writer.data([0: address(0)])
    var other = writer
    other.statistics(objects: 2)
    other.end()
    #expect(try retention(other).agreesWithRuntime == false)
    #expect(try !retention(other).hasSizes)
    let cut = try retention(writer)
    #expect(cut.dump.truncation == writer.bytes.count)
    #expect(cut.agreesWithRuntime == nil)
    #expect(!cut.hasSizes)
    #expect(cut.holders.count == 1)
  }

  @Test(
    "dominators, sets of roots and sums are those of a slow search",
    arguments: 0..<150 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...40, using: &random)
    let edges = (0..<count).map { _ in
      (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Int.random(in: 0..<count, using: &random)
      }
    }
    let roots = (0..<Int.random(in: 1...5, using: &random)).map { _ in
      Int.random(in: 0..<count, using: &random)
    }
    var writer = DumpWriter()
    objects(&writer, edges)
    var words: [UInt64: UInt64] = [:]
    for (index, root) in roots.enumerated() { words[UInt64(index) * 8] = address(root) }
    writer.data(words)
    let retention = try retention(finished(writer))
    // By object: the roots that lead to it.
    var reached = [Set<String>](repeating: [], count: count)
    for (index, root) in roots.enumerated() {
      var waiting = [root]
      while let object = waiting.popLast() {
        if reached[object].insert("data+0x" + String(index * 8, radix: 16)).inserted {
          waiting += edges[object]
        }
      }
    }
    var sums: [String: Int] = [:]
    for names in reached where !names.isEmpty {
      sums[names.sorted().joined(separator: "+"), default: 0] += 1
    }
    #expect(
      retention.summary.sorted() == sums.map { "\($0.key) \($0.value * 64)/\($0.value)" }.sorted())
    // What an object holds is what is lost without it.
    for object in 0..<count where !reached[object].isEmpty {
      let explanation = try #require(retention.explanation(of: object))
      var seen: Set<Int> = []
      var waiting = roots
      while let other = waiting.popLast() {
        if other != object, seen.insert(other).inserted { waiting += edges[other] }
      }
      let lost = reached.indices.filter { !reached[$0].isEmpty && !seen.contains($0) }.count
      #expect(explanation.way.steps.last?.retainedBytes == UInt64(lost * 64))
      // Each step is a pointer.
      let steps = explanation.way.steps.map(\.object)
      #expect(zip(steps, steps.dropFirst()).allSatisfy { edges[$0].contains($1) })
      #expect((explanation.otherRoot != nil) == (reached[object].count > 1))
    }
  }

  @Test(
    "of a hundred variables that share something the first are named, with a note that there are more"
  )
  func manyRoots() throws {
    var writer = DumpWriter()
    objects(&writer, (0..<100).map { [min($0 + 1, 99)] })
    var words: [UInt64: UInt64] = [:]
    for index in 0..<100 as Range<UInt64> { words[index * 8] = address(Int(index)) }
    writer.data(words, size: 1024)
    let retention = try retention(finished(writer))
    #expect(retention.holders.reduce(0) { $0 + $1.bytes } == 6400)
    let last = try #require(retention.holder(of: 99))
    #expect(retention.holders[last].hasMore)
    #expect(retention.holders[last].roots.count == 64)
    #expect(retention.holders.count { !$0.hasMore } == 64)
  }

  @Test("a list of a hundred thousand objects needs no deep stack")
  func longList() throws {
    var writer = DumpWriter()
    // So many of a page are objects.
    func place(_ index: UInt64) -> UInt64 { heapStart + index / 124 * 8192 + index % 124 * 64 }
    for index in 0..<100_000 as Range<UInt64> {
      var words: [UInt64: UInt64] = [8: place(max(index, 1) - 1)]
      if index < 99_999 { words[16] = place(index + 1) }
      writer.object(place(index), 64, words)
    }
    writer.data([0: heapStart])
    let retention = try retention(finished(writer))
    #expect(retention.summary == ["data+0x0 6400000/100000"])
    let way = try #require(retention.explanation(of: 99_999)).way
    #expect(way.steps.count == 100_000)
  }
}
