import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("Helpers by their name, and the largest lines")
struct LargestLineTests {
  private func report(_ stacks: KeyValuePairs<String, (live: Int64, allocated: Int64)>)
    -> HotspotReport
  {
    var builder = StackProfile(types: [
      "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes",
    ])
    builder.standardRoot = "/usr/local/go/src/"
    for (stack, bytes) in stacks {
      builder.add(stack, [1, bytes.allocated, bytes.live > 0 ? 1 : 0, bytes.live])
    }
    var options = HotspotOptions()
    options.largestLineCount = 3
    return findHotspots(in: builder.profile, column: 1, options: options)
  }

  private static let checkout = "example.com/shop/api.Checkout@/src/shop/api/api.go:37 < main.main"

  private func helper(_ name: String) -> String {
    "fmt.Sprintf < log.(*Logger).Printf < example.com/shop/api.\(name)@/src/shop/api/log.go:23 < "
      + Self.checkout
  }

  @Test(
    "a helper whose name says that it prints leads to its callers without any source",
    arguments: ["(*A).debugf", "Infof", "(*A).WarnContext", "logErrorf", "Println", "errorw"])
  func helpers(name: String) throws {
    let line = try #require(report([helper(name): (0, 100)]).findings.first?.blame.first)
    #expect(line.isPrintHelper)
    #expect(line.nearest.line == 37)
    #expect(line.line == 23)
  }

  @Test(
    "a line that chooses what is printed stays the line to look at",
    arguments: ["logOrder", "(*A).Checkout", "debugf.func1", "off", "shelf"])
  func others(name: String) throws {
    let line = try #require(report([helper(name): (0, 100)]).findings.first?.blame.first)
    #expect(!line.isPrintHelper)
    #expect(line.nearest.line == 23)
  }

  @Test("source, if available, decides whether a helper passes its arguments on")
  func source() throws {
    let text = """
      package api

      func (a *A) debugf(id string) {
      \ta.log.Printf("%v %s", a.flags, id)
      }
      """
    var test = StackProfile.goHeap()
    test.add(
      "fmt.Sprintf < log.(*Logger).Printf < example.com/shop/api.(*A).debugf@/src/shop/api/log.go:4"
        + " < " + Self.checkout, bytes: 100)
    var options = HotspotOptions()
    options.source = SourceLookup { file, _ in
      .init(file.hasSuffix("log.go") ? SourceLines(Array(text.utf8)) : nil)
    }
    let line = try #require(
      findHotspots(in: test.profile, column: 1, options: options).findings.first?.blame.first)
    #expect(line.nearest.line == 4)
    #expect(line.sourceText == #"a.log.Printf("%v %s", a.flags, id)"#)
  }

  @Test(
    "the largest lines separate live from allocated memory, and both from the profiler's own work")
  func largest() throws {
    let report = report([
      "main.remember@/src/shop/main.go:34 < main.main": (700, 800),
      "main.churn@/src/shop/main.go:40 < main.main": (0, 5_000),
      helper("debugf"): (0, 1_000),
      "bufio.NewReaderSize < net/http.(*conn).serve": (200, 200),
      "compress/flate.NewWriter < runtime/pprof.newProfileBuilder < net/http/pprof.Index"
        + " < main.handler@/src/shop/main.go:9": (90, 3_000),
      "": (10, 10),
    ])
    let live = try #require(report.live)
    #expect(live.rows.map(\.function) == ["main.remember", "bufio.NewReaderSize", ""])
    #expect(live.rows.map(\.line) == [34, 0, 0])
    #expect(live.rows.map(\.value) == [700, 200, 10])
    #expect(live.rows.map(\.share) == [0.7, 0.2, 0.01])
    #expect(live.rows.map(\.isOwn) == [true, false, false])
    #expect(live.profilersValue == 90)
    let allocated = try #require(report.allocated)
    #expect(allocated.rows.map(\.line) == [40, 37, 34])
    #expect(allocated.rows[1].helper?.line == 23)
    #expect(allocated.profilersValue == 3_000)
  }

  @Test("work that runs with the profiler's labels is the user's, not the profiler's")
  func labelled() throws {
    let stack =
      "fmt.Sprintf < main.work@/src/shop/main.go:12 < main.main.func1@/src/shop/main.go:8"
      + " < runtime/pprof.Do < main.main@/src/shop/main.go:7"
    let report = report([stack: (50, 100)])
    #expect(report.findings.map(\.blame.first?.line) == [12])
    #expect(report.live?.rows.map(\.line) == [12])
    #expect(report.live?.profilersValue == 0)
  }
}
