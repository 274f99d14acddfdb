import Foundation
import HeapscopeTestSupport
import Testing

/// Logs and dumps in the shape of public reports: Fixtures/logs.
@Suite("Logs as people have them")
struct FoundLogTests {
  private func report(_ command: String, _ name: String) -> (text: String, status: Int32) {
    let path = Repository.fixtures.appending(path: "logs/\(name)").path
    let run = heapscope([command, path])
    return (run.text, run.status)
  }

  @Test(
    "each log gives its known figures",
    arguments: [
      (
        "gctrace", "ansi-colours.gc.log",
        ["GC TRACE  5 collections over 4s\n", "read 5 of 5 lines"]
      ),
      (
        "gctrace", "utf16-powershell.gc.log",
        ["GC TRACE  5 collections over 4s\n", "read 5 of 5 lines"]
      ),
      (
        "gctrace", "newest-first.web.rev.log",
        [
          "GC TRACE  20 collections over 19s, read from the end: the log is newest first",
          "one every 950.06ms, GC used <0.1% of CPU", "allocates 21MB/s",
        ]
      ),
      (
        "gctrace", "gctrace-memory-limit.limit.log",
        [
          "memory limit: since gc 603, at 3655.8s, the goal stays at 4.20GB",
          "since gc 636, at 4193.8s, the goal is within 5 % of the live heap",
          "32.9% of CPU at the end", "4.0% overall",
          "fix    raise GOMEMLIMIT well above 4.15GB, or lower the live heap of 4.15GB",
        ]
      ),
      (
        "gctrace", "gctrace-scavenger.gc.log",
        ["taken from the system 253MB, in use 163MB → 113MB (consumed", "given back 90MB → 140MB"]
      ),
      (
        "goroutines", "crash-all-threads.dump.txt",
        [
          "REASON  SIGQUIT: quit\n", "GOROUTINES  4 in 1 group\n",
          "3 stacks of threads (goroutine 0) not counted",
          "4  chan receive, for up to 12 min (goroutine 6)\n"
            + "          queue.drain  stock/queue.go:88\n",
        ]
      ),
      (
        "goroutines", "goleak-output.goleak.txt",
        [
          "GOROUTINES  3 in 2 groups\n",
          "2  chan receive\n          queue.(*Queue).drain  queue/queue.go:88\n"
            + "          created by queue.New  queue/queue.go:31\n",
          "1  IO wait, for up to 1 min (goroutine 25)",
          "created by admin.Serve  admin/serve.go:17",
        ]
      ),
      (
        "goroutines", "goroutine-labels.debug2.txt",
        ["6  chan receive\n          main.work.func1", "tenant: \"a b\" 2, acme 2, globex 2"]
      ),
      (
        "goroutines", "goroutines-two-pods.stern.log",
        [
          "GOROUTINES  8 in 2 groups of 2 processes\n", "4  web-1\n       4  web-2\n",
          "main.alpha  src/alpha.go:88\n          created by main.main  src/main.go:31\n"
            + "          of web-1 4\n",
        ]
      ),
      (
        "goroutines", "goroutines-two-pods.after.log",
        ["GOROUTINES  8 in 2 groups of 2 processes\n", "of web-2 4\n"]
      ),
      (
        "goroutines", "log-with-suffix.suffix.log",
        [
          "1  chan receive, for up to 5 min (goroutine 7)\n          main.wait  pump/main.go:41\n"
            + "          created by main.main  pump/main.go:20\n"
        ]
      ),
      (
        "goroutines", "panic-reason.overflow.txt",
        [
          "DIED OF  fatal error: stack overflow\n", "goroutine 6: main.f  so/main.go:5\n",
          "recursion main.f → main.g, 67,108,643 frames deep",
          "runtime: goroutine stack exceeds 1000000000-byte limit",
        ]
      ),
      (
        "goroutines", "panic-reason.race.txt",
        [
          "DIED OF  fatal error: concurrent map writes\n",
          "goroutine 7: main.main.func4  gd/main.go:83\n",
        ]
      ),
      (
        "goroutines", "recovered-panics-log.httppanic.log",
        [
          "EVENTS  12 panics of one goroutine each in 1 group\n",
          "12  runtime error: index out of range [5] with length 3, 2026-11-01 17:40:16 to "
            + "2026-11-04 17:49:16",
          "api.(*Handler).page  api/page.go:41",
        ]
      ),
      (
        "goroutines", "which-lock.dump.txt",
        [
          "7   87.5%         4 min  mutex\n", "5  wait for one mutex (0xc000123400)\n",
          "also on the stack of goroutine 60: chan receive  "
            + "shelf.(*Shelf).Flush  stock/shelf.go:61\n",
          "2  wait for 2 others (mutex)\n",
        ]
      ),
    ])
  func figures(command: String, name: String, expected: [String]) {
    let (text, status) = report(command, name)
    #expect(status == 0)
    for part in expected {
      #expect(unbroken(text).contains(unbroken(part)), "\(name): \(text)")
    }
  }

  @Test(
    "a recovered panic is no moment of a program, so no group grows", arguments: ["httppanic.log"])
  func noSeries(name: String) {
    let (text, _) = report("goroutines", "recovered-panics-log.\(name)")
    #expect(!text.contains("GOROUTINES"))
    #expect(!text.contains("LEAK SUSPECTS"))
  }

  @Test(
    "a dump that a logger or a log store wrapped is read",
    arguments: ["gotest.json", "literal.log", "pretty.json"])
  func wrapped(name: String) {
    let (text, status) = report("goroutines", "wrapped-dumps.\(name)")
    #expect(status == 0)
    #expect(text.contains("GOROUTINES  1 in 1 group\n"))
    #expect(
      unbroken(text).contains(
        "1 select, for up to 12 min (goroutine 31) feed.loop stock/feed.go:41 "
          + "created by main.main stock/main.go:31"), "\(text)")
  }

  @Test("a text profile whose tabs became blanks has one row per function")
  func blanks() {
    let path = Repository.fixtures.appending(path: "logs/debug1-tabs-as-spaces.heap.txt").path
    #expect(
      heapscope(["folded", path]).text
        == "main.main;main.(*router).match;regexp.(*bitState).reset 98304\n")
    let top = heapscope(["top", "--symbolize=text", path]).text
    #expect(top.contains("96kB   100%   100%       96kB   100%  regexp.(*bitState).reset\n"))
    #expect(top.contains("0     0%   100%       96kB   100%  main.(*router).match\n"))
  }
}
