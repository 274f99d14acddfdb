import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// Which source files explain findings, and which are ignored.
@Suite("Sources that findings read")
struct FindingSourceTests {
  private let folder: TestFolder

  private static let code = """
    package main

    func load(n int) []byte {
    \tb := make([]byte, n)
    \treturn b
    }

    func each(yield func(int) bool) {}

    func main() {
    \tfor i := range each {
    \t\t_ = make([]byte, i)
    \t}
    }

    """

  init() throws {
    folder = try TestFolder()
    try folder.write("app/main.go", Self.code)
    // Another version, in which everything is a few lines further down.
    try folder.write("shifted/main.go", "// one\n// two\n// three\n" + Self.code)
  }

  private func profile(_ name: String, file: String, function: String = "main.load", line: Int = 4)
    throws -> String
  {
    var stacks = StackProfile(types: ["alloc_objects/count", "alloc_space/bytes"])
    stacks.add(
      "\(function)@\(file):\(line) < main.main@\(file):11", [20_000, 10_240_000],
      numbers: ["bytes": (512, "bytes")])
    stacks.add("runtime.malg < runtime.main", [10, 4096], numbers: ["bytes": (409, "bytes")])
    return try folder.write(name, try writeProfile(stacks.profile))
  }

  /// The kinds of the findings.
  private func kinds(_ words: [String]) throws -> (kinds: [String], notes: String) {
    struct Answer: Decodable {
      struct Finding: Decodable { var kind: String }
      var findings: [Finding]
    }
    let run = heapscope(["hotspots", "--format=json"] + words)
    let answer = try JSONDecoder().decode(Answer.self, from: Data(run.text.utf8))
    return (answer.findings.map(\.kind), run.messages.joined(separator: "\n"))
  }

  @Test("a source file that is where the profile says explains a line without an option")
  func unasked() throws {
    let heap = try profile("heap.pb.gz", file: folder.path("app/main.go"))
    #expect(try kinds([heap]).kinds == ["buffer-per-call"])
    #expect(try kinds([heap, "--no-source"]).kinds == [])
    let text = heapscope(["hotspots", heap]).text
    #expect(text.contains("b := make([]byte, n)") || text.contains("buffer-per-call"))
    #expect(heapscope(["summary", heap]).text.contains("main.go:4"))
  }

  @Test("paths of a trimmed build are looked up only in --source-path")
  func trimmed() throws {
    let heap = try profile("heap.pb.gz", file: "example.com/app/main.go")
    #expect(try kinds([heap]).kinds == [])
    let run = heapscope(["hotspots", heap])
    #expect(run.text.contains("source is not at hand: --source-path=DIR"))
    #expect(run.text.contains("main.load"))
    #expect(run.text.contains("blocks of 512B"))
    #expect(
      try kinds([heap, "--source-path=\(folder.path(""))"]).kinds == ["buffer-per-call"])
  }

  @Test(
    "a source file of another version is not read, and a note says so", arguments: [true, false])
  func shifted(isAsked: Bool) throws {
    let heap = try profile(
      "heap.pb.gz", file: isAsked ? "/elsewhere/main.go" : folder.path("shifted/main.go"))
    let found = try kinds([heap] + (isAsked ? ["--source-path=\(folder.path("shifted"))"] : []))
    #expect(found.kinds == [])
    #expect(found.notes.contains("so it may be of another version"), "\(found.notes)")
  }

  @Test("the body of a range-over-func loop is in its function")
  func loopBody() throws {
    let file = folder.path("app/main.go")
    var stacks = StackProfile(types: ["alloc_objects/count", "alloc_space/bytes"])
    stacks.add(
      "main.main-range1@\(file):12 < main.each@\(file):8 < main.main@\(file):11",
      [20_000, 10_240_000], numbers: ["bytes": (512, "bytes")])
    var profile = stacks.profile
    for row in 0..<profile.functions.count {
      profile.functions.startLines[row] = [11, 8, 10][row]
    }
    let heap = try folder.write("range.pb.gz", try writeProfile(profile))
    #expect(try kinds([heap]) == (["buffer-per-call"], ""))
  }

  @Test("a budget on a pattern that only source shows fails without the source")
  func budgets() throws {
    let heap = try profile("heap.pb.gz", file: "/elsewhere/main.go")
    let here = try profile("here.pb.gz", file: folder.path("app/main.go"))
    let budget = "--budget=buffer-per-call<50%"
    let refused = heapscope(["check", budget, heap])
    #expect(refused.status == 64)
    #expect(refused.messages.contains { $0.contains("add --source-path") })
    // Of these kinds block sizes may show some, and source all.
    for kind in ["append-growth", "object-per-call", "small-map-per-call", "boxing"] {
      #expect(heapscope(["check", "--budget=\(kind)<50%", heap]).status == 64, "\(kind)")
    }
    // Whatever the source may say, this is kept.
    #expect(heapscope(["check", "--budget=buffer-per-call<=100%", heap]).status == 0)
    #expect(heapscope(["check", budget, here]).status == 1)
    #expect(heapscope(["check", budget, "--no-source", here]).status == 64)
    #expect(
      heapscope(["check", budget, "--source-path=\(folder.path("app"))", heap]).status == 1)
    #expect(
      heapscope(["check", budget, "--source-path=\(folder.path("shifted"))", heap]).status == 64)
  }

  @Test("diff of two builds does not use the source of one")
  func comparison() throws {
    let here = try profile("here.pb.gz", file: folder.path("app/main.go"))
    let there = try profile("there.pb.gz", file: "/elsewhere/main.go", line: 5)
    #expect(!heapscope(["diff", there, here]).text.contains("buffer-per-call"))
    let run = heapscope(["diff", there, here, "--source-path=\(folder.path("shifted"))"])
    #expect(run.messages.contains { $0.contains("findings are compared without the sources") })
    #expect(!run.text.contains("buffer-per-call"))
  }
}
