import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Profiles with nothing in them, or nothing to name it by")
struct EmptyProfileTests {
  private static func empty(_ types: [String], period: Int64 = 0) -> [UInt8] {
    var profile = StackProfile(types: types).profile
    profile.periodType = SampleType(
      name: profile.strings.intern("space"), unit: profile.strings.intern("bytes"))
    profile.period = period
    return encodeProfile(profile)
  }

  private static let offText = """
    heap profile: 0: 0 [0: 0] @ heap/0

    # runtime.MemStats
    # Alloc = 73400320
    # HeapAlloc = 73400320
    # HeapSys = 83400320
    """

  @Test("a heap without samples says that the profiler is off if much is live")
  func off() {
    let run = heapscope(["-"], input: Array(Self.offText.utf8))
    #expect(run.text.contains("no samples, though 70MB are live: the memory profiler is off"))
    for word in ["NEXT", "LARGEST", "FINDINGS"] { #expect(!run.text.contains(word)) }
  }

  @Test(
    "an empty profile gets a note that says why it may be empty",
    arguments: [
      (empty(["inuse_space/bytes"]), "the memory profiler is off (rate 0)"),
      (empty(["inuse_space/bytes"], period: 524_288), "one sample about every 512kB"),
      (empty(["samples/count", "cpu/nanoseconds"]), "no time of a processor"),
      (empty(["contentions/count", "delay/nanoseconds"]), "SetBlockProfileRate"),
      (empty(["threadcreate/count"]), "there was nothing to count"),
    ])
  func reasons(bytes: [UInt8], reason: String) {
    let run = heapscope(["-"], input: bytes)
    #expect(run.text.contains("no samples"))
    #expect(run.text.contains(reason), "\(run.text)")
    #expect(!run.text.contains("NEXT"))
    for command in ["flame", "report"] {
      let picture = heapscope([command, "-"], input: bytes)
      #expect(picture.status == 1)
      #expect(picture.messages.count == 1)
      #expect(picture.messages[0].contains("nothing to draw: no samples"), "\(picture.messages)")
    }
    let hotspots = heapscope(["hotspots", "-"], input: bytes)
    #expect(hotspots.text.contains("the profile is empty"))
    #expect(hotspots.messages.contains { $0.contains(reason) })
  }

  @Test("a difference without changes says so")
  func zeros() {
    var builder = StackProfile(types: ["goroutine/count"])
    builder.add("main.a", [0])
    let run = heapscope(["-"], input: encodeProfile(builder.profile))
    #expect(run.text.contains("all values are 0"))
  }

  @Test("bytes of samples without a stack have a row in the summary, and a note in other reports")
  func withoutStack() {
    var builder = StackProfile(types: ["space/bytes"])
    builder.add("", [6144])
    builder.add("main.small < main", [2048])
    let bytes = encodeProfile(builder.profile)
    let summary = heapscope(["-"], input: bytes)
    #expect(summary.text.contains("       6kB  75.0%  <no stack>\n"), "\(summary.text)")
    #expect(summary.text.contains("       2kB  25.0%  main.small\n"))
    let json = heapscope(["--format=json", "-"], input: bytes).text
    #expect(json.contains("\"withoutStack\" : 6144"))
    #expect(json.contains("<no stack>"))
    for arguments in [["hotspots", "-"], ["focus", "small", "-"], ["report", "-"]] {
      let run = heapscope(arguments, input: bytes)
      #expect(run.text.contains("75.0% of the bytes have no stack"), "\(arguments)")
    }
  }

  @Test("heapscope's own reports distinguish functions of one name in several files")
  func names() {
    var builder = StackProfile(types: ["space/bytes"])
    builder.add("<lambda>@/srv/jobs/mail.py:9 < run@/srv/jobs/base.py:1", [3000])
    builder.add("<lambda>@/srv/jobs/sync.py:9 < run@/srv/jobs/base.py:1", [1000])
    let bytes = encodeProfile(builder.profile)
    let summary = heapscope(["-"], input: bytes).text
    #expect(summary.contains("75.0%  <lambda> jobs/mail.py\n"), "\(summary)")
    #expect(summary.contains("25.0%  <lambda> jobs/sync.py\n"))
    #expect(
      heapscope(["folded", "-"], input: bytes).text
        == "run;<lambda> jobs/mail.py 3000\nrun;<lambda> jobs/sync.py 1000\n")
    let flame = heapscope(["flame", "-"], input: bytes).text
    #expect(flame.contains("&lt;lambda&gt; jobs/mail.py (2.93kB, 75.00%)"))
    let focus = heapscope(["focus", "/^<lambda>$/", "-"], input: bytes).text
    #expect(focus.contains("<lambda> jobs/mail.py → run\n"), "\(focus)")
    // pprof's own reports are as they were.
    #expect(heapscope(["top", "-"], input: bytes).text.contains("100%  <lambda>\n"))
  }

  private static let debugText = """
    heap profile: 1: 4096 [2: 8192] @ heap/1048576
    1: 4096 [2: 8192] @ 0x4a1 0x4b2
    #\t0x4a0\tshop.Load+0x20\t/src/shop/load.go:12
    #\t0x4b1\tmain.main+0x11\t/src/shop/main.go:9

    """

  @Test("heapscope's own reports show the names of the text form, and top says how to get them")
  func textForm() {
    let input = Array(Self.debugText.utf8)
    let summary = heapscope(["-"], input: input)
    #expect(
      summary.text.contains("100.0%  514kB  shop/load.go:12  shop.Load  weak"), "\(summary.text)")
    #expect(summary.messages == [])
    let top = heapscope(["top", "-"], input: input)
    #expect(top.messages.count == 1)
    #expect(top.messages[0].contains("--symbolize=text"), "\(top.messages)")
    #expect(!top.text.contains("shop.Load"))
    let symbolized = heapscope(["top", "--symbolize=text", "-"], input: input)
    #expect(symbolized.messages == [])
    #expect(symbolized.text.contains("shop.Load"))
    #expect(heapscope(["top", "--symbolize=none", "-"], input: input).messages == [])
  }

  @Test(
    "reported: records without a stack, a profiler that is off, and one name in two files",
    .enabled(if: Repository.sharedInputs != nil, "no ../shared beside the checkout"))
  func reported() {
    func text(_ path: String) -> String { heapscope([Repository.shared("found/\(path)")]).text }
    #expect(text("heap-without-stacks/nostack.heap").contains("  <no stack>\n"))
    #expect(text("profiling-off/heap.txt").contains("no samples, though 320.58MB are live"))
    #expect(
      text("same-name-in-two-files/anon.pb.gz").contains("57.1%  (anonymous) dist/session.js"))
  }
}
