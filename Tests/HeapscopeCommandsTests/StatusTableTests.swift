import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@testable import HeapscopeCommands

/// The message and status of each command when it cannot answer: commands × kinds of trouble. A
/// command that is not in the table fails ``everyCommand()``.
@Suite("Exit statuses: a table of commands and troubles")
struct StatusTableTests {
  /// `P` stands for a profile, `Q` for another one; other files replace them for each trouble.
  private static let rows: KeyValuePairs<String, String> = [
    "summary": "summary P Q", "hotspots": "hotspots P Q", "focus": "focus main P Q",
    "diff": "diff P Q", "trend": "trend P Q", "check": "check --budget=total<=100% P Q",
    "top": "top P Q", "tree": "tree P Q", "peek": "peek main P Q", "traces": "traces P Q",
    "tags": "tags P Q", "raw": "raw P Q", "comments": "comments P Q", "proto": "proto P Q",
    "topproto": "topproto P Q", "list": "list main P Q", "dot": "dot P Q",
    "callgrind": "callgrind P Q", "svg": "svg P Q", "png": "png P Q", "pdf": "pdf P Q",
    "gif": "gif P Q", "ps": "ps P Q",
    "report": "report P Q", "flame": "flame P Q", "folded": "folded P Q", "merge": "merge P Q",
    "goroutines": "goroutines P Q", "gctrace": "gctrace Q", "held": "held Q",
    "metrics": "metrics Q",
    "bench": "bench T Q", "export": "export P Q", "fleet": "fleet P Q",
  ]

  /// These read no file: one follows a URL, the other prints pages.
  private static let withoutFiles: Set = ["watch", "explain"]

  /// These continue with the remaining inputs, as pprof does.
  private static let pprofReports: Set = [
    "top", "tree", "traces", "tags", "raw", "comments", "proto", "topproto", "dot", "callgrind",
    "peek", "list", "svg", "png", "pdf", "gif", "ps",
  ]

  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    var stacks = StackProfile(types: ["alloc_space/bytes", "inuse_space/bytes"])
    stacks.add("main.make < main.run < main.main", [700, 300])
    stacks.add("main.log < main.main", [200, 100])
    // Expressions are tried on names, files, labels and their keys.
    stacks.add("\(Self.longName) < main.main", [100, 50], texts: [Self.longName: Self.longName])
    let bytes = try writeProfile(stacks.profile)
    try folder.write("good.pb.gz", bytes)
    try folder.write("other.pb.gz", bytes)
    try folder.write("cut.pb.gz", Array(bytes.dropLast(bytes.count / 2)))
    try folder.write("nothing.pb.gz", "")
    try folder.write("bench.txt", "BenchmarkX-2 10 5 ns/op 7 B/op 1 allocs/op\n")
    var goroutines = StackProfile(types: ["goroutine/count"])
    goroutines.add("runtime.gopark < main.wait < main.main", [3])
    goroutines.add("\(Self.longName) < main.main", [1], texts: [Self.longName: Self.longName])
    try folder.write("goroutines.pb.gz", try writeProfile(goroutines.profile))
    try folder.write(
      "empty.pb.gz",
      try writeProfile(
        StackProfile(types: ["alloc_space/bytes", "inuse_space/bytes"]).profile))
    var huge = StackProfile(types: ["inuse_space/bytes", "alloc_space/bytes"])
    huge.add("main.a", [1, .max])
    huge.add("main.b", [1, .max])
    try folder.write("huge.pb.gz", try writeProfile(huge.profile))
  }

  /// Takes exponential time with the expression below.
  private static let longName = String(repeating: "a", count: 40)
  private static let slow = "(a+)+[bc]"

  private func run(_ line: String, _ first: String, _ second: String, _ more: [String] = [])
    -> CommandRun
  {
    let isDump = line.hasPrefix("goroutines")
    var words = line.split(separator: " ").map(String.init)
    words.insert(contentsOf: more, at: 1)
    return heapscope(
      words.map {
        switch $0 {
        case "P": folder.path(isDump ? "goroutines.pb.gz" : first)
        case "--base=P": "--base=" + folder.path(first)
        case "Q": folder.path(second)
        case "T": folder.path("bench.txt")
        default: $0
        }
      })
  }

  /// `text` is another name of `top`.
  @Test("every command is in the status table")
  func everyCommand() {
    let names = Set(HeapscopeCommand.commandNames).subtracting(["text"])
    #expect(Set(Self.rows.map(\.key)).union(Self.withoutFiles).symmetricDifference(names) == [])
  }

  @Test("a missing, empty or truncated input ends every command, with nothing written")
  func unreadable() {
    func refuses(_ line: String, _ file: String, _ status: Int32, _ word: String) {
      let run = run(line, "good.pb.gz", file)
      #expect(run.status == status, "\(line) \(file): \(run.messages)")
      #expect(run.output.isEmpty, "\(line) \(file)")
      #expect(run.messages.contains { $0.contains(word) }, "\(line) \(file): \(run.messages)")
    }
    for (name, line) in Self.rows {
      // pprof goes on with what there is.
      let line = Self.pprofReports.contains(name) ? line.replacing("P ", with: "") : line
      refuses(line, "missing.pb.gz", 66, "no such file")
      refuses(
        line, "cut.pb.gz", 65, name == "gctrace" ? "is of a collection" : "truncated")
    }
    // The readers: of profiles, of dumps, of logs.
    for name in ["hotspots", "goroutines", "gctrace"] {
      let line = Self.rows.first { $0.key == name }!.value
      // Of profiles a folder stands for what is in it.
      if name != "hotspots" { refuses(line, "", 66, "is a directory") }
      refuses(
        line, "nothing.pb.gz", 65, name == "gctrace" ? "of a collection" : "is empty")
    }
  }

  @Test("--allow-missing continues without one of several inputs, and says so")
  func allowed() {
    // Drawing needs Graphviz; the others need both of their inputs.
    let others: Set = [
      "svg", "png", "pdf", "gif", "ps", "diff", "trend", "fleet", "gctrace", "metrics", "held",
      "bench",
    ]
    for (name, line) in Self.rows where !others.contains(name) {
      let run = run(line, "good.pb.gz", "missing.pb.gz", ["--allow-missing"])
      #expect(run.status == 0, "\(name): \(run.messages)")
      if Self.pprofReports.contains(name) {
        // As pprof, whose scripts go on; that it is not of all inputs, a line says.
        let unasked = self.run(line, "good.pb.gz", "missing.pb.gz")
        #expect(unasked.status == 0, "\(name): \(unasked.messages)")
        #expect(unasked.output == run.output, "\(name)")
      }
      #expect(run.messages.contains { $0.contains("read 1 of 2 ") }, "\(name)")
      if name != "comments" { #expect(!run.output.isEmpty, "\(name)") }
    }
    for line in ["top P Q", "goroutines P Q"] {
      #expect(run(line, "good.pb.gz", "cut.pb.gz", ["--allow-missing"]).status == 0, "\(line)")
      let none = run(
        line.replacing("P", with: "Q"), "", "missing.pb.gz", ["--allow-missing"])
      #expect(none.status == 66, "\(line): \(none.messages)")
    }
  }

  @Test("an expression that takes too long to match is an error in every command and option")
  func slowExpressions() throws {
    var tried: Set<String> = []
    for (name, line) in Self.rows {
      let command = try #require(HeapscopeCommand.command(named: name))
      for option in DeclaredOptions(command).entries
      where ["regex", "filter"].contains(option.kind?.description.name) {
        // An option is declared once for all commands: the others are tried with one alone.
        if option.name != "focus", !tried.insert(option.name).inserted { continue }
        // Its pattern is the first word otherwise.
        let line = (option.name == "match" ? line.replacing(" main", with: "") : line)
          .replacing("goroutines P Q", with: "goroutines P")
        let run = run(line, "good.pb.gz", "other.pb.gz", ["--\(option.name)=\(Self.slow)"])
        #expect(run.status == 64, "\(name) --\(option.name)")
        #expect(run.output.isEmpty, "\(name) --\(option.name)")
        #expect(
          run.messages.contains { $0.contains("takes too many steps to match") },
          "\(name) --\(option.name): \(run.messages)")
      }
    }
    #expect(tried.count == 10, "\(tried)")
    for line in [
      "focus /\(Self.slow)/ P", "peek /\(Self.slow)/ P", "list /\(Self.slow)/ P",
      "check --budget=/\(Self.slow)/<5% P",
    ] {
      let run = run(line, "good.pb.gz", "")
      #expect(run.status == 64, "\(line): \(run.messages)")
      #expect(run.messages.contains { $0.contains("takes too many steps") }, "\(run.messages)")
    }
  }

  @Test(
    "when filters leave nothing, heapscope's own commands end with status 1, and pprof's as pprof does"
  )
  func noMatch() {
    let endsWell = Self.pprofReports.subtracting(["peek", "list"])
    for (name, line) in Self.rows {
      guard DeclaredOptions(HeapscopeCommand.command(named: name)!)["focus"] != nil,
        !["svg", "png", "pdf", "gif", "ps"].contains(name)
      else { continue }
      let line = line.replacing("goroutines P Q", with: "goroutines P")
      let run = run(line, "good.pb.gz", "other.pb.gz", ["--focus=zzz"])
      #expect(run.status == (endsWell.contains(name) ? 0 : 1), "\(name): \(run.messages)")
      #expect(
        run.messages.filter { $0.contains("Focus expression matched no samples") }.count
          == (name == "diff" ? 2 : 1), "\(name): \(run.messages)")
    }
  }

  @Test("diff ends with status 1 only if the filters leave nothing on both sides")
  func oneSide() throws {
    for (first, second, status) in [
      ("good.pb.gz", "huge.pb.gz", 0), ("huge.pb.gz", "good.pb.gz", 0),
      ("huge.pb.gz", "huge.pb.gz", 1),
    ] as [(String, String, Int32)] {
      let run = run(
        "diff P Q", first, second, ["--focus=main.make", "--sample-index=inuse_space"])
      #expect(run.status == status, "\(first) \(second): \(run.messages)")
    }
  }

  @Test("check does not pass what it cannot measure")
  func gate() {
    let line = "check --budget=total<=100% P"
    #expect(run(line, "good.pb.gz", "").status == 0)
    let empty = run(line, "empty.pb.gz", "")
    #expect(empty.status == 65)
    #expect(empty.messages.contains { $0.contains("has no samples") })
    for budget in [
      "total<1GB:alloc_space", "main.a<=100%:alloc_space", "map-format<5%:alloc_space",
    ] {
      let huge = run("check --sample-index=inuse_space --budget=\(budget) P", "huge.pb.gz", "")
      #expect(huge.status == 64, "\(budget): \(huge.messages)")
      #expect(huge.messages.contains { $0.contains("does not fit 64 bits") })
      #expect(huge.output.isEmpty)
    }
    let base = run(
      "check --sample-index=inuse_space --base=P --budget=total<=+5%:alloc_space Q", "huge.pb.gz",
      "good.pb.gz")
    #expect(base.status == 65, "\(base.messages)")
  }
}
