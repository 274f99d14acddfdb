import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// A report with random options, and its profiles.
struct RandomReport: CustomStringConvertible {
  var report: String

  /// pprof's own spelling, without the dash.
  var options: [String]
  var profiles: [String]

  var description: String { "\(report) \(options) \(profiles)" }

  var ours: [String] { [report] + options.map { "-\($0)" } + profiles }

  func pprofs() -> [String] {
    // peek's pattern belongs to the report's name there.
    let match = options.first { $0.hasPrefix("match=") }
    let rest = options.filter { $0 != match }
    let pattern = match.map { "=" + $0.dropFirst("match=".count) } ?? ""
    return ["-symbolize=none", "-\(report)\(pattern)"] + rest.map { "-\($0)" } + profiles
  }

  init(using random: inout SeededGenerator) throws {
    let names = Repository.fixtureNames
    profiles = [random.pick(names)]
    let profile = try Repository.fixture(profiles[0])
    report = random.pick([
      "top", "top", "tree", "peek", "traces", "tags", "raw", "dot", "callgrind", "comments",
    ])
    options = []
    let functions = profile.functions.names.map { profile.strings[$0] }
    let files = profile.functions.files.map { profile.strings[$0] }
    func expression() -> String {
      let name = random.pick(random.oneIn(5) ? files : functions)
      let words = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
      let word = words.isEmpty ? "main" : random.pick(words)
      return random.pick([
        word, "^" + word, word + "$", "(?i)" + word.uppercased(), "\\b\(word)\\b",
        word + "|" + random.pick(words.isEmpty ? ["x"] : words), "nothing_like_it", "[A-Z]\\w+",
      ])
    }
    func tagFilter() -> String {
      random.pick([
        "bytes=1kb:", "16b", "bytes=:64b", "bytes=1kb:64kb", "bytes=48", "bytes=x", "1024", ":1mb",
      ])
    }
    func maybe(_ chance: Int, _ option: @autoclosure () -> String) {
      if random.oneIn(chance) { options.append(option()) }
    }
    if report == "peek" { options.append("match=" + expression()) }
    maybe(
      2,
      "sample_index="
        + random.pick(["alloc_space", "alloc_objects", "inuse_space", "inuse_objects", "0"]))
    maybe(6, "focus=" + expression())
    maybe(10, "ignore=" + expression())
    maybe(8, "hide=" + expression())
    maybe(10, "show=" + expression())
    maybe(10, "show_from=" + expression())
    maybe(10, "prune_from=" + expression())
    maybe(8, "tagfocus=" + tagFilter())
    maybe(10, "tagignore=" + tagFilter())
    maybe(12, "tagshow=" + random.pick(["bytes", "x"]))
    maybe(12, "taghide=" + random.pick(["bytes", "x"]))
    maybe(8, "tagroot=" + random.pick(["bytes", "x,bytes"]))
    maybe(8, "tagleaf=" + random.pick(["bytes", "bytes,x"]))
    // Not files: rows of one name are in no order there.
    maybe(2, random.pick(["functions", "filefunctions", "lines", "addresses"]))
    maybe(6, "noinlines")
    maybe(8, "showcolumns")
    maybe(3, "cum")
    maybe(3, "nodecount=" + random.pick(["1", "3", "10", "0"]))
    maybe(3, "nodefraction=" + random.pick(["0", "0.01", "0.1", "0.5"]))
    maybe(4, "edgefraction=" + random.pick(["0", "0.01", "0.2"]))
    maybe(8, "trim=false")
    maybe(5, "unit=" + random.pick(["B", "kB", "MB", "auto", "count", "ms", "foo"]))
    maybe(8, "divide_by=" + random.pick(["2", "7.5", "0.5", "1000"]))
    maybe(8, "relative_percentages")
    maybe(8, "drop_negative")
    maybe(8, "mean")
    maybe(10, "compact_labels")
    maybe(15, "add_comment=seen")
    while random.oneIn(6) { profiles.append(random.pick(names)) }
    if random.oneIn(4) {
      options.append(random.pick(["base=", "diff_base="]) + random.pick(names))
      maybe(4, "normalize")
    }
  }
}

/// Call trees of few functions in many places: their nodes tie in everything that pprof compares.
private func treeOfTies(using random: inout SeededGenerator) -> Profile {
  var builder = StackProfile(types: ["cpu/nanoseconds"])
  for _ in 0..<60 {
    let depth = Int.random(in: 4...14, using: &random)
    let frames = (0..<depth).map { _ in "main.f\(Int.random(in: 0..<4, using: &random))" }
    builder.add(
      (frames + ["main.main"]).joined(separator: " < "), [Int64.random(in: 1...6, using: &random)])
  }
  return builder.profile
}

@Suite(
  "Random reports against the installed pprof",
  .enabled(if: Tools.pprof != nil, "pprof is not installed"))
struct PprofDifferentialTests {
  @Test(
    "tied nodes of a call tree are in pprof's order, if pprof's is reproducible",
    arguments: 0..<8 as Range<UInt64>)
  func ties(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let folder = try TestFolder()
    let file = try folder.write("tree.pb.gz", try writeProfile(treeOfTies(using: &random)))
    let pprof = try #require(Tools.pprof)
    let arguments = ["-dot", "-call_tree", "-nodecount=\(random.pick([14, 20, 40, 60]))", file]
    func expected() throws -> [UInt8] {
      try ProgramRun(pprof, ["-symbolize=none"] + arguments).output
    }
    let first = try expected()
    guard let difference = firstVisibleDifference(heapscope(arguments).output, first) else {
      return
    }
    // If two orders are equally likely, one of them occurs twenty times in a row in one run in a
    // million.
    for _ in 0..<20 where try expected() != first { return }
    Issue.record("\(arguments): \(difference)")
  }

  @Test(
    "a report with random options equals that of the installed pprof",
    arguments: 0..<40 as Range<UInt64>)
  func equal(seed: UInt64) throws {
    let pprof = try #require(Tools.pprof)
    var random = SeededGenerator(seed: seed)
    let report = try RandomReport(using: &random)
    func expected() throws -> ProgramRun {
      try ProgramRun(pprof, report.pprofs(), folder: Repository.fixtures)
    }
    let theirs = try expected()
    let ours = heapscope(report.ours)
    #expect((ours.status == 0) == (theirs.status == 0), "\(report): \(ours.messages)")
    guard ours.status == 0, theirs.status == 0 else { return }
    guard let difference = firstVisibleDifference(ours.output, theirs.output) else { return }
    // pprof sorts equal weights in the order of its hash maps, so its other outputs count too.
    for _ in 0..<12 {
      let again = try expected()
      if firstVisibleDifference(again.output, theirs.output) != nil { return }
    }
    Issue.record("\(report): \(difference)")
  }
}
