import Foundation
import HeapscopeTestSupport
import Testing

/// A recorded report of pprof on a profile of another project.
struct ForeignCase: Sendable, CustomTestStringConvertible {
  var name: String
  var arguments: [String]
  var status: Int32 = 0

  var testDescription: String { name }

  static let all: [ForeignCase] = [
    .init(
      name: "calltree-tie", arguments: ["-dot", "-nodecount=20", "-call_tree", "046-default.pgo"]),
    .init(
      name: "calltree-tie-2",
      arguments: [
        "-dot", "-divide_by=0.25", "-sample_index=samples", "-call_tree",
        "270-ingester-2c005d2be335ee09ca72b4726d9215b1fd1f01ea.pb.gz",
      ]),
    .init(
      name: "default-type-base",
      arguments: ["-top", "-base=059-block.prof", "339-1633009260599189533"]),
    .init(name: "default-type-merge", arguments: ["-top", "059-block.prof", "104-profile.pb.gz"]),
    .init(
      name: "default-type-raw-mark",
      arguments: ["-raw", "383-cpu.pb.gz", "031-cpu-max-stack-depth.pprof"]),
    .init(name: "legacy-cpu-first-of-two", arguments: ["-top", "410-prof.out", "409-pprof.out"]),
    .init(
      name: "list-drop-negative",
      arguments: [
        #"-list=main\.main"#, "-base=318-profile.pb.gz", "-drop_negative", "320-profile.pb.gz",
      ]),
    .init(
      name: "list-drop-negative-nomatch",
      arguments: [
        "-list=SqliteColumnDataSource::fetch_real", "-base=357-1.out.prof.pb.gz",
        "-drop_negative", "358-1.out.prof.pb.gz",
      ], status: 1),
    .init(name: "list-line-zero", arguments: [#"-list=^runtime\.memmove$"#, "240-default.pgo"]),
    .init(
      name: "list-no-source-rows",
      arguments: ["-list=jl_toplevel_eval_flex|top", "054-alloc-profile.pb.gz"]),
    .init(
      name: "list-start-behind",
      arguments: [#"-list=crypto/internal/edwards25519\.init"#, "296-heap.prof"]),
    .init(
      name: "list-start-behind-source",
      arguments: [
        #"-list=crypto/internal/edwards25519\.init"#, "-source_path=./src",
        "-trim_path=/usr/local/go/src", "296-heap.prof",
      ]),
    .init(
      name: "list-wrong-go-version",
      arguments: [#"-list=^runtime\.scanobject$"#, "064-cpu.pprof"]),
    .init(name: "program-argument", arguments: ["-top", "leaky", "104-profile.pb.gz"]),
    .init(
      name: "regex-fold-unicode-class",
      arguments: ["-top", #"-focus=(?i)\p{Lu}ain"#, "031-cpu-max-stack-depth.pprof"]),
  ]
}

@Suite(
  "pprof's reports over foreign profiles",
  .enabled(if: Repository.parityCases != nil, "no ../shared/parity beside the checkout"))
struct ForeignProfileTests {
  @Test(
    "a report over a foreign profile equals the one that pprof recorded", arguments: ForeignCase.all
  )
  func equal(testCase: ForeignCase) throws {
    let folder = try #require(Repository.parityCases).appending(path: testCase.name)
    let made = try TestFolder()
    try made.write(
      "src/crypto/internal/edwards25519/edwards25519.go",
      (1...200).map { "line \($0)\n" }.joined())
    try made.write("leaky", "\u{7f}ELF")
    let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    let arguments = testCase.arguments.map { argument in
      if argument == "leaky" { return made.path(argument) }
      if argument == "-source_path=./src" { return "-source_path=" + made.path("src") }
      let name = argument.replacing("-base=", with: "")
      return files.contains(name)
        ? argument.replacing(name, with: folder.appending(path: name).path) : argument
    }
    let go = Tools.path("go").map { String($0.prefix(upTo: $0.lastIndex(of: "/")!)) } ?? "/usr/bin"
    let run = heapscope(arguments, environment: ["PATH": go])
    #expect(run.status == testCase.status, "\(run.messages)")
    let expected = try Repository.bytes(folder.appending(path: "expected.txt"))
    if let difference = firstVisibleDifference(run.output, expected) {
      Issue.record("\(difference)")
    }
  }

  @Test(
    "a total that exceeds 64 bits after --divide-by is capped, not wrapped as in pprof")
  func dividedOverflow() throws {
    let profile = try #require(Repository.parityCases)
      .appending(path: "divide-by-overflow/351-collector_cpu_1.prof").path
    let run = heapscope(["-top", "-divide_by=1e-9", "-nodecount=3", profile])
    #expect(run.text.contains("Total samples = 2562047.79hrs"), "\(run.text)")
  }

  @Test(
    "merge describes a period type without a name in words",
    arguments: [
      ["398-profile.pb.gz", "395-profile.pb.gz"], ["395-profile.pb.gz", "398-profile.pb.gz"],
    ])
  func emptyType(names: [String]) throws {
    let folder = try #require(Repository.parityCases).appending(path: "merge-message-empty-type")
    let run = heapscope(["merge"] + names.map { folder.appending(path: $0).path })
    #expect(run.status == 65)
    #expect(run.messages.first?.contains("something without a name") ?? false, "\(run.messages)")
  }

  @Test(
    "goroutines says that a profile taken with seconds= is a difference, with its signs",
    arguments: [
      ("goroutines-delta/151-goroutine.pprof", "-1: 7 more and 8 fewer"),
      ("goroutines-delta-real/533-goroutine-delta", "more and"),
    ])
  func goroutineDifference(file: String, words: String) throws {
    let folder = try #require(Repository.parityCases)
    let run = heapscope(["goroutines", folder.appending(path: file).path])
    #expect(run.text.hasPrefix("GOROUTINES  "))
    #expect(run.text.contains(words), "\(run.text)")
    // The path before it decides where its line is broken.
    let words = run.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(": a difference, as with seconds=N: what came (+) and what went (-)"))
    #expect(run.text.contains("      -"))
  }

  @Test(
    "the summary of goroutines in Go's text form names the functions that wait",
    arguments: [
      "text-goroutine-unknown/019-1.net.http.pprof.goroutine.debug1.txt",
      "text-goroutine-unknown-all/512-goroutines.log",
    ])
  func namedLeaves(file: String) throws {
    let folder = try #require(Repository.parityCases)
    let run = heapscope([folder.appending(path: file).path])
    #expect(run.status == 0, "\(run.messages)")
    #expect(!run.text.contains("<unknown>"), "\(run.text)")
  }
}
