import HeapscopeTestSupport
import Testing

/// What a program wrote when it died, in forms of several versions and tools.
@Suite("Texts of crashes")
struct CrashTextTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func report(_ text: String) throws -> String {
    let run = heapscope(["goroutines", try folder.write("dump.txt", text)])
    #expect(run.status == 0, "\(run.messages)")
    return run.text
  }

  private let trace = "\ngoroutine 1 [running]:\nmain.main()\n\t/src/app/main.go:9 +0x11\n"

  @Test("the lines of a panic's text, and the tests that ran, are told")
  func lines() throws {
    let query = try report("panic: query failed:\n\tSELECT *\n\tFROM orders\n" + trace)
    #expect(query.contains("DIED OF  panic: query failed:\n"), "\(query)")
    #expect(query.contains("SELECT *") && query.contains("FROM orders"), "\(query)")
    #expect(!query.contains("not understood"), "\(query)")
    let slow = try report(
      "panic: test timed out after 10m0s\n\trunning tests:\n\t\tTestDrain (9m58s)\n" + trace)
    #expect(slow.contains("TestDrain (9m58s)"), "\(slow)")
    // What is not indented is of others.
    let other = try report("panic: boom\nGET /ok 200\n" + trace)
    #expect(other.contains("as line 2: GET /ok 200"), "\(other)")
  }

  @Test("a panic that went on after it was recovered is what the program died of")
  func repanicked() throws {
    let text = try report("panic: boom [recovered, repanicked]\n" + trace)
    #expect(text.contains("DIED OF  panic: boom [recovered, repanicked]\n"), "\(text)")
  }

  @Test("a signal is told without the bracket behind it")
  func signal() throws {
    let text = try report(
      "fatal error: fault\n[signal SIGBUS: bus error code=0x2 addr=0x7f pc=0x4f2a11]\n" + trace)
    #expect(text.contains("SIGBUS: bus error code=0x2 addr=0x7f pc=0x4f2a11\n"), "\(text)")
  }

  @Test(
    "a line that is cut behind the number is where it says, and the dump is said to end early",
    arguments: ["/src/app/main.go:44 +0x3f fp=", "/src/app/main.go:44 +0x"])
  func cut(position: String) throws {
    let text = try report("goroutine 1 [select, 2 minutes]:\nmain.main()\n\t\(position)")
    #expect(text.contains("main.main  app/main.go:44\n"), "\(text)")
    #expect(text.contains("ends within a goroutine"), "\(text)")
  }

  @Test("delve's list without stacks says where each goroutine is")
  func delve() throws {
    let text = try report(
      """
      * Goroutine 1 - User: ./main.go:31 main.main (0x4a1b15) (thread 8121)
        Goroutine 18 - User: ./queue/queue.go:88 example.com/pump/queue.(*Queue).drain (0x4a0f2e) \
      [select 1207431]
        Goroutine 19 - User: ./queue/queue.go:88 example.com/pump/queue.(*Queue).drain (0x4a0f2e) \
      [select 1207431]
      [3 goroutines]

      """)
    #expect(text.contains("GOROUTINES  3 in 2 groups"), "\(text)")
    #expect(
      text.contains("2  select\n          queue.(*Queue).drain  queue/queue.go:88"), "\(text)")
    #expect(!text.contains("ends within a goroutine"), "\(text)")
  }
}
