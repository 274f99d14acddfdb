import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import StackGraph
import Testing

@testable import HeapscopeCommands

/// Patterns, folders and lists of profiles, as every command takes them.
@Suite("Inputs that stand for several profiles")
struct NamedInputTests {
  private let folder: TestFolder

  /// Three pods with values of their own, so that a sum tells which were added.
  init() throws {
    folder = try TestFolder()
    for name in ["pods/a", "pods/b/inner"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: name), withIntermediateDirectories: true)
    }
    for (index, name) in ["pods/a/1.pb.gz", "pods/a/2.pb.gz", "pods/b/inner/3.pb.gz"].enumerated() {
      var stacks = StackProfile(types: ["alloc_space/bytes", "inuse_space/bytes"])
      stacks.add("main.f\(index) < main.main", [100 << (index * 4), 1])
      try folder.write(name, try writeProfile(stacks.profile))
    }
  }

  private func path(_ name: String) -> String { folder.path(name) }

  private var all: [String] {
    ["pods/a/1.pb.gz", "pods/a/2.pb.gz", "pods/b/inner/3.pb.gz"].map(path)
  }

  private func names(_ arguments: [String], input: [UInt8]? = nil) throws -> [String] {
    var invocation = Invocation(arguments: [])
    if let input { invocation.standardInput = .bytes(ArraySource(input)) }
    return try Session(invocation).namedInputs(arguments, FetchingRequest()).map(\.name)
  }

  @Test("a folder, a pattern and a list stand for the same files, in the order of the arguments")
  func forms() throws {
    try folder.write("list", all.joined(separator: "\n") + "\n\n# a comment\n")
    try folder.write("windows", all.joined(separator: "\r\n"))
    try folder.write("zeros", all.joined(separator: "\0") + "\0")
    #expect(try names([path("pods")]) == all)
    #expect(try names([path("pods/")]) == all)
    #expect(try names([path("pods/*/*.gz"), path("pods/b/*/?.pb.gz")]) == all)
    for list in ["list", "windows", "zeros"] { #expect(try names(["@" + path(list)]) == all) }
    let text = Array((all.joined(separator: "\n") + "\n").utf8)
    #expect(try names(["@-"], input: text) == all)
    #expect(try names(["-"], input: text) == all)
    #expect(
      try names([path("pods/b"), path("pods/a")]) == [all[2], all[0], all[1]])
    try folder.write("folders", "\(path("pods/a"))\n\(path("pods/b/inner/*"))\n")
    #expect(try names(["@" + path("folders")]) == all)
  }

  @Test("what exists under a name, and what means a URL, is meant by it")
  func literalNames() throws {
    for name in ["x[1].pb.gz", "what?", "@list"] {
      try folder.write(name, "")
      #expect(try names([path(name)]) == [path(name)])
    }
    for name in ["http://localhost:1/debug/pprof/heap?gc=1", "[::1]:6060", "no*.gz", "@", "-"] {
      #expect(try names([name]) == [name])
    }
    try folder.write("odd", "-\n@x\n")
    #expect(try names(["@" + path("odd")]) == ["./-", "./@x"])
  }

  @Test("links that lead back, hidden files and pipes of a folder are left alone")
  func folders() throws {
    let url = folder.url
    try FileManager.default.createSymbolicLink(
      at: url.appending(path: "pods/b/loop"), withDestinationURL: url.appending(path: "pods"))
    try folder.write("pods/.hidden", "")
    mkfifo(path("pods/pipe"), 0o600)
    #expect(try names([path("pods")]) == all)
  }

  @Test("a profile on standard input is no list, whatever form it has")
  func profileOnInput() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: all[0])))
    for input in [bytes, Array("heap profile: 1: 2 [3: 4] @ heap/8\n".utf8), []] {
      #expect(try names(["-"], input: input) == ["-"])
    }
    let piped = heapscope(["merge", "-"], input: bytes)
    #expect(piped.status == 0)
    #expect(try readProfile(piped.output).profile.samples.values[0] == [100])
  }

  @Test(
    "every command that takes profiles takes a folder of them",
    arguments: [
      "top", "hotspots", "merge", "folded", "tree", "raw", "report", "check --budget=total<1GB",
      "trend", "report --snapshots", "summary",
    ])
  func everywhere(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let one = heapscope(words + [path("pods")])
    let named = heapscope(words + all)
    #expect(one.status == 0, "\(one.messages)")
    #expect(one.output == named.output && one.messages == named.messages)
  }

  @Test("a base may be a folder too")
  func base() {
    for option in ["--base", "--diff-base"] {
      let one = heapscope(["top", "\(option)=" + path("pods/a"), path("pods")])
      let named = heapscope(
        ["top"] + all[..<2].map { "\(option)=" + $0 } + all)
      #expect(one.status == 0 && one.output == named.output)
    }
    let diff = heapscope(["diff", "--all", path("pods/a"), path("pods/b")])
    #expect(diff.status == 0, "\(diff.messages)")
    #expect(diff.text.contains("main.f2"))
  }

  @Test("what is no profile in a folder is left out with a word, what is damaged is refused")
  func damage() throws {
    let whole = heapscope(["merge", path("pods")])
    try folder.write("pods/notes.txt", "not a profile\n")
    let noted = heapscope(["merge", path("pods")])
    #expect(noted.status == 0 && noted.output == whole.output)
    #expect(noted.messages.count == 1)
    #expect(noted.messages[0].contains("notes.txt: not a pprof profile"))
    #expect(noted.messages[0].hasSuffix("; left out"))

    let bytes = Array(try Data(contentsOf: URL(filePath: all[0])))
    try folder.write("pods/a/0.pb.gz", Array(bytes.dropLast(20)))
    let refused = heapscope(["merge", path("pods")])
    #expect(refused.status == 65 && refused.output.isEmpty)
    #expect(refused.messages.contains { $0.contains("0.pb.gz: truncated") })
    #expect(refused.messages.last?.contains("1 of 5 profiles cannot be read") == true)

    let skipped = heapscope(["merge", "--skip-damaged", path("pods")])
    #expect(skipped.status == 65 && skipped.output == whole.output)
    #expect(skipped.messages.contains { $0.contains("0.pb.gz: truncated") })
    #expect(skipped.messages.last?.contains("read 3 of 5 profiles") == true)
    // What is missing is not damaged.
    let missing = heapscope(["merge", "--skip-damaged", path("pods"), path("gone.pb.gz")])
    #expect(missing.status == 66 && missing.output.isEmpty)
    #expect(missing.messages.contains { $0.contains("gone.pb.gz: no such file") })
  }

  @Test("of damaged files alone there is no answer")
  func nothingLeft() throws {
    try folder.write("bad/1.pb.gz", [0x1f, 0x8b])
    try folder.write("bad/2.pb.gz", [0x1f, 0x8b])
    let run = heapscope(["merge", "--skip-damaged", path("bad")])
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.messages.last?.contains("none of the 2 profiles can be read") == true)
  }

  @Test(
    "a list that is empty, missing or no text is refused",
    arguments: [("", 66), ("# nothing\n", 66), ("a\u{1}b\n", 65)] as [(String, Int32)])
  func badLists(text: String, status: Int32) throws {
    try folder.write("list", text)
    let run = heapscope(["merge", "@" + path("list")])
    #expect(run.status == status && run.messages.count == 1, "\(run.messages)")
    #expect(heapscope(["merge", "@" + path("none")]).status == 66)
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "empty"), withIntermediateDirectories: true)
    let empty = heapscope(["merge", path("empty")])
    #expect(empty.status == 66 && empty.messages[0].hasSuffix("empty: there is no file in it"))
  }

  @Test("profiles that count different things are merged as if all were in memory")
  func differentTypes() throws {
    var others = StackProfile(types: ["inuse_space/kilobytes", "other/count"])
    others.add("main.f1 < main.main", [2, 7])
    others.add("main.new < main.main", [0, 7])
    let other = try folder.write("other.pb.gz", try writeProfile(others.profile))
    let files = [all[0], all[1], other, all[2]]
    let profiles = try files.map {
      try readProfile(Array(Data(contentsOf: URL(filePath: $0)))).profile
    }
    let expected = try writeProfile(
      try merged(
        profiles.map { profile in
          var profile = profile
          if profile.mappings.isEmpty { profile.mappings = [Mapping(id: 1)] }
          profile.locations.mappings = profile.locations.mappings.map { _ in MappingID(0) }
          return profile
        }))
    let run = heapscope(["merge"] + files)
    #expect(run.status == 0 && run.messages.isEmpty, "\(run.messages)")
    #expect(run.output == expected)
    // What comes through a pipe cannot be read a second time.
    let first = Array(try Data(contentsOf: URL(filePath: all[0])))
    #expect(heapscope(["merge", "-"] + files[1...], input: first).output == expected)
    let unlike = StackProfile(types: ["goroutine/count"]).profile
    let dump = try folder.write("unlike.pb.gz", try writeProfile(unlike))
    let refused = heapscope(["merge"] + files + [dump])
    #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.messages)")
    #expect(refused.messages.last?.contains("no sample type in common") == true)
  }
}
