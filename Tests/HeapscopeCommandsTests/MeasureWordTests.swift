import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Words for what is no memory")
struct MeasureWordTests {
  /// The profile for every kind: text that grows in a loop, which is a finding in bytes of a heap.
  private static func bytes(
    _ types: [String], period: (String, String, Int64)? = nil, values: [Int64] = [400, 70_000_000]
  ) -> [UInt8] {
    var builder = StackProfile(types: types)
    let values = Array(values.suffix(types.count))
    builder.add("runtime.concatstrings < runtime.concatstring2 < shop.Join < main.main", values)
    builder.add("io.ReadAll < shop.Fetch < main.main", values)
    var profile = builder.profile
    if let (name, unit, period) = period {
      profile.periodType = SampleType(
        name: profile.strings.intern(name), unit: profile.strings.intern(unit))
      profile.period = period
    }
    return encodeProfile(profile)
  }

  private static let cpuBytes: [UInt8] = bytes(
    ["samples/count", "cpu/nanoseconds"], period: ("cpu", "nanoseconds", 10_000_000))
  private static let blockBytes: [UInt8] = bytes(
    ["contentions/count", "delay/nanoseconds"], period: ("contentions", "count", 1))
  private static let goroutineBytes: [UInt8] = bytes(
    ["goroutine/count"], period: ("goroutine", "count", 1))

  @Test("the summary of a CPU profile is worded for time")
  func cpu() {
    let text = heapscope(["-"], input: Self.cpuBytes).text
    #expect(text.contains("CPU profile"))
    #expect(text.contains("one sample about every 10ms"))
    #expect(text.contains("MOST TIME  by cpu, flat\n"))
    #expect(text.contains("NEXT  heapscope top --cum   (with all that"), "\(text)")
    for word in ["ALLOCATORS", "FINDINGS", "hotspots", "heap.svg", "=mem", "bytes"] {
      #expect(!text.contains(word), "\(word) in \(text)")
    }
  }

  @Test("the summary of contention has no sampling rate when every event is counted")
  func block() {
    let text = heapscope(["-"], input: Self.blockBytes).text
    #expect(text.contains("contention profile"))
    #expect(text.contains("2 samples, 6 functions\n"), "\(text)")
    #expect(text.contains("MOST TIME  by delay, flat\n"))
  }

  @Test("the summary of goroutines points to the command that reads them")
  func goroutines() {
    let text = heapscope(["-"], input: Self.goroutineBytes).text
    #expect(text.contains("goroutine profile"))
    #expect(text.contains("MOST GOROUTINES  by goroutine, flat\n"))
    #expect(text.contains("NEXT  heapscope goroutines   ("))
    #expect(!text.contains("every 1"))
  }

  @Test("a sample type without a name is called unnamed, and has no findings about memory")
  func unnamed() {
    var builder = StackProfile(types: ["x/count"])
    builder.add("runtime.concatstrings < shop.Join < main.main", [40])
    var profile = builder.profile
    profile.sampleTypes[0].name = .empty
    let bytes = encodeProfile(profile)
    let text = heapscope(["-"], input: bytes).text
    #expect(text.contains("LARGEST  by (unnamed), flat\n"), "\(text)")
    #expect(!text.contains(":0"))
    #expect(
      heapscope(["hotspots", "-"], input: bytes).text.hasPrefix("HOTSPOTS  by (unnamed): 40 in"))
  }

  @Test("hotspots judges only memory", arguments: [cpuBytes, blockBytes, goroutineBytes])
  func hotspots(bytes: [UInt8]) {
    let text = heapscope(["hotspots", "-"], input: bytes).text
    #expect(text.contains("The rules are about memory, which "), "\(text)")
    #expect(!text.contains("[string-concat]") && !text.contains("[read-all]"))
    #expect(!text.contains("of the bytes"))
    let json = heapscope(["hotspots", "--format=json", "-"], input: bytes).text
    #expect(json.contains("\"findings\" : ["))
    #expect(!json.contains("\"kind\""))
    #expect(heapscope(["report", "-"], input: bytes).text.contains("The rules are about memory"))
    let check = heapscope(["check", "--budget=string-concat<1%", "-"], input: bytes)
    #expect(check.status != 0)
    #expect(check.messages.contains { $0.contains("string-concat is about memory") })
  }

  @Test(
    "a heap profile of any producer is called one, and is judged",
    arguments: ["space", "inuse_space"])
  func heap(name: String) {
    let bytes = Self.bytes(["objects/count", "\(name)/bytes"])
    let text = heapscope(["-"], input: bytes).text
    #expect(text.contains("heap profile"))
    #expect(text.contains("LARGEST ALLOCATORS  by \(name), flat\n"))
    #expect(heapscope(["hotspots", "-"], input: bytes).text.contains("[string-concat]"))
  }

  @Test("focus does not suggest hotspots when the profile is not of memory")
  func focus() {
    let cpu = heapscope(["focus", "Join", "-"], input: Self.cpuBytes).text
    #expect(cpu.contains("NEXT  heapscope "))
    #expect(!cpu.contains("heapscope hotspots"))
  }

  @Test(
    "reported: words on profiles that are no heap profiles",
    .enabled(if: Repository.sharedInputs != nil, "no ../shared beside the checkout"),
    arguments: [
      ("words-summary-cpu/000-default.pgo", "MOST TIME  by cpu, flat"),
      ("words-summary-block/025-block.pb.gz", "MOST TIME  by delay, flat"),
      (
        "words-summary-goroutine/021-2.net.http.pprof.goroutine.debug0.pb.gz",
        "NEXT  heapscope goroutines"
      ),
      ("words-empty-type/261-cpu-big.pprof", "LARGEST  by (unnamed), flat"),
      ("words-empty-profile/152-threadcreate.pprof", "no samples"),
      ("words-legacy-heap/503-profile.heap", "heap profile of main"),
    ])
  func reported(file: String, text: String) {
    let run = heapscope([Repository.shared("parity/cases/\(file)")])
    #expect(run.text.contains(text), "\(run.text)")
    #expect(!run.text.contains("every 1\n"))
  }
}
