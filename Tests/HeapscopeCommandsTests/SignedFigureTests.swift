import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Values below 0 on the command line")
struct SignedFigureTests {
  private static let heapTypes = [
    "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes",
  ]

  /// A base that was subtracted elsewhere: the queue grew, the index shrank by more.
  private static let mixed: [UInt8] = {
    var builder = StackProfile(types: ["objects/count", "space/bytes"])
    builder.add("queue.push < job.run < main", [30, 3000])
    builder.add("index.add < job.run < main", [-50, -5000])
    return encodeProfile(builder.profile)
  }()

  /// A difference across a restart: everything is less.
  private static let restart: [UInt8] = {
    var builder = StackProfile(types: heapTypes)
    builder.add("main.load < main.main", [-4, -3000, -2, -1000])
    builder.add("main.cache < main.main", [-6, -1000, -6, -1000])
    return encodeProfile(builder.profile)
  }()

  private let note = "the profile is a difference (taken with seconds=, or a base was subtracted)"

  @Test("summary shows gains and losses separately, with shares of their sum")
  func summary() {
    let run = heapscope(["-"], input: Self.mixed)
    #expect(run.text.contains("  objects                    -20* (+30, -50)\n"), "\(run.text)")
    #expect(run.text.contains("  space                  -1.95kB* (+2.93kB, -4.88kB)\n"))
    #expect(
      run.text.contains("LARGEST CHANGES  by space, flat; shares of 7.81kB, gains and losses"))
    #expect(run.text.contains("   -4.88kB  62.5%  index.add\n"))
    #expect(run.text.contains("    2.93kB  37.5%  queue.push\n"))
    #expect(unbroken(run.text).contains(note))
  }

  @Test("a difference across a restart has no churn, and says what it is")
  func churn() {
    let run = heapscope(["-"], input: Self.restart)
    #expect(run.text.contains("  alloc_space            -3.91kB*\n"), "\(run.text)")
    #expect(
      unbroken(run.text)
        .contains("difference over a restart of the program, or a base was subtracted"))
    #expect(!run.text.contains("churn"))
    #expect(!run.text.contains("retention"))
    #expect(!run.text.contains("LARGEST ALLOCATORS"))
    #expect(run.text.contains("   -2.93kB  75.0%  main.load\n"))
  }

  @Test(
    "every command of heapscope's own notes that values are a difference",
    arguments: [
      ["hotspots", "-"], ["focus", "job", "-"], ["folded", "-"], ["flame", "-"], ["report", "-"],
    ])
  func notes(arguments: [String]) {
    let run = heapscope(arguments, input: Self.mixed)
    #expect(run.messages.contains { $0.contains(note) }, "\(run.messages)")
    #expect(run.status == 0)
  }

  @Test("flame draws gains and losses in their widths, in different colours")
  func flame() throws {
    let text = heapscope(["flame", "-"], input: Self.mixed).text
    #expect(text.contains("<title>all (-1.95kB, 100%)</title>"))
    #expect(text.contains("<title>queue.push (+2.93kB, 37.50%)</title>"))
    #expect(text.contains("<title>index.add (-4.88kB, 62.50%)</title>"))
    #expect(text.contains("<title>job.run (-1.95kB, 100%)</title>"))
    #expect(text.contains("-1.95kB (+2.93kB, -4.88kB): widths are gains and losses added up"))
    func fill(_ name: String) throws -> Substring {
      let box = try #require(text.split(separator: "<title>").first { $0.hasPrefix(name) })
      return try #require(box.split(separator: "fill=\"").dropFirst().first).prefix(7)
    }
    #expect(try fill("queue.push") != fill("index.add"))
  }

  @Test("flame also draws gains and losses that cancel out")
  func cancelling() {
    var builder = StackProfile(types: ["space/bytes"])
    builder.add("a < main", [500])
    builder.add("b < main", [-500])
    let run = heapscope(["flame", "-"], input: encodeProfile(builder.profile))
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.contains("<title>a (+500B, 50.00%)</title>"))
    #expect(run.text.contains("<title>b (-500B, 50.00%)</title>"))
  }

  @Test("focus and hotspots show net sums and say what shares refer to")
  func others() {
    let focus = heapscope(["focus", "job.run", "-"], input: Self.mixed)
    #expect(
      focus.text.contains("-1.95kB net, of -1.95kB (+2.93kB, -4.88kB), pass through what matches"))
    #expect(focus.text.contains("   -4.88kB  62.5%    index.add\n"), "\(focus.text)")
    let hotspots = heapscope(["hotspots", "-"], input: Self.mixed)
    #expect(hotspots.text.hasPrefix("HOTSPOTS  by space: -1.95kB* in all (+2.93kB, -4.88kB)"))
    let json = heapscope(["hotspots", "--format=json", "-"], input: Self.mixed)
    let plain = json.text.split(whereSeparator: \.isWhitespace).joined()
    #expect(plain.contains(#""gained":3000"#) && plain.contains(#""lost":-5000"#))
  }

  @Test(
    "reported: a difference of ten seconds",
    .enabled(if: Repository.sharedInputs != nil, "no ../shared beside the checkout"))
  func reported() {
    let path = Repository.shared("found/negative-values/delta.pb.gz")
    #expect(heapscope([path]).text.contains("+1000kB* (+5.86MB, -4.88MB)"))
    let flame = heapscope(["flame", path])
    #expect(flame.text.contains("main.cache (-4.88MB, 45.45%)"))
    #expect(flame.messages.contains { $0.contains("difference over time (seconds=)") })
  }
}
