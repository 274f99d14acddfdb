import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Cut stacks on the command line")
struct CutStackCommandTests {
  /// A recursive parser, called by `api.serve` on a system thread. A profiler keeps 64 frames: of
  /// ten stacks of 10 bytes each, six were deeper.
  private static let bytes = encodeProfile(
    profile { $0 <= 4 ? 6 + $0 * 6 : 60 + $0 * 8 })

  private static func profile(depth: (Int) -> Int) -> Profile {
    var builder = StackProfile(types: ["space/bytes"])
    for sample in 1...10 {
      let calls = (0..<depth(sample)).map { $0 % 2 == 0 ? "parse_list" : "parse_item" }
      let stack =
        ["grow"] + calls + ["api.serve@/src/api.c:7", "start_thread"]
      builder.add(stack.prefix(64).joined(separator: " < "), [10])
    }
    return builder.profile
  }

  private let sentence =
    "60.0% of the bytes are on stacks cut at 64 frames: callers' figures are lower bounds (≥)"

  @Test("summary, hotspots and focus say how much is on cut stacks")
  func texts() {
    for arguments in [["-"], ["hotspots", "-"], ["focus", "api.serve", "-"]] {
      let run = heapscope(arguments, input: Self.bytes)
      #expect(run.text.contains(sentence), "\(arguments): \(run.text)")
    }
  }

  @Test("focus marks values of callers as lower bounds, but not flat")
  func focus() {
    let run = heapscope(["focus", "api.serve", "-"], input: Self.bytes)
    #expect(run.text.contains("\n≥40B of 100B (≥40.0%) pass through what matches.\n"))
    #expect(run.text.contains("         0   0.0%       ≥40B ≥40.0%  api.serve\n"))
    let leaf = heapscope(["focus", "grow", "-"], input: Self.bytes)
    #expect(leaf.text.contains("\n100B of 100B (100.0%) pass through what matches.\n"))
    #expect(leaf.text.contains("      100B 100.0%       100B 100.0%  grow\n"))
  }

  @Test("pictures and the page say how much is on cut stacks, and mark callers")
  func pictures() {
    let flame = heapscope(["flame", "-"], input: Self.bytes)
    #expect(flame.text.contains("60.0% of the bytes are on stacks cut at 64 frames"))
    #expect(flame.text.contains("<title>start_thread (≥40B, ≥40.00%)</title>"))
    #expect(flame.text.contains("<title>all (100B, 100%)</title>"))
    let page = heapscope(["report", "-"], input: Self.bytes)
    #expect(page.text.contains("60.0% of the bytes are on stacks cut at 64 frames"))
    #expect(page.text.contains("\"cut\":true"))
  }

  @Test("the documents of summary, focus and hotspots have the share of cut stacks")
  func documents() {
    for arguments in [["summary"], ["focus", "serve"]] {
      let run = heapscope(arguments + ["--format=json", "-"], input: Self.bytes)
      let plain = run.text.split(whereSeparator: \.isWhitespace).joined()
      #expect(plain.contains(#""cutStacks":{"limit":64,"share":0.6,"value":60}"#), "\(run.text)")
    }
    let hotspots = heapscope(["hotspots", "--format=json", "-"], input: Self.bytes)
    let plain = hotspots.text.split(whereSeparator: \.isWhitespace).joined()
    #expect(plain.contains(#""stackLimit":64,"truncatedShare":0.6"#))
  }

  @Test("complete stacks of the same depth get no note about cut stacks")
  func whole() {
    let bytes = encodeProfile(Self.profile { $0 * 6 })
    for arguments in [["-"], ["focus", "api.serve", "-"], ["flame", "-"]] {
      let run = heapscope(arguments, input: bytes)
      #expect(!run.text.contains("cut at"))
      #expect(!run.text.contains("≥"))
    }
  }

  @Test(
    "reported: callers of cut stacks are lower bounds",
    .enabled(if: Repository.sharedInputs != nil, "no ../shared beside the checkout"))
  func reported() {
    let path = Repository.shared("found/truncated-stacks/deep22.pb.gz")
    #expect(heapscope([path]).text.contains("75.4% of the bytes are on stacks cut at 32 frames"))
    #expect(heapscope(["focus", "handlerA", path]).text.contains("(≥24.1%) pass through"))
    let whole = Repository.shared("found/truncated-stacks/deep27.pb.gz")
    #expect(!heapscope([whole]).text.contains("cut at"))
  }
}
