import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// Which source `list` shows beside the figures, and when it shows none.
@Suite("Sources that list shows")
struct ListSourceTests {
  private let folder: TestFolder

  /// A Go distribution made for the test, 1.24.2.
  private let go: String

  init() throws {
    folder = try TestFolder()
    go = folder.path("sdk")
    try folder.write("sdk/VERSION", "go1.24.2\ntime 2025-03-26T19:09:39Z\n")
    try folder.write(
      "sdk/src/strings/builder.go",
      """
      package strings

      // func Old() {
      func (b *Builder) grow(n int) {
      \tbuf := bytealg.MakeNoZero(2*cap(b.buf) + n)
      \tb.buf = buf
      }

      func short() int { return 1 }

      func (b *Builder) Grow(n int) {
      \tdefer func() {
      \t\tb.grow(n)
      \t}()
      }

      //go:linknamestd poke runtime.strings_poke
      func poke() {
      \tshort()
      }

      """)
    try folder.write(
      "sdk/src/internal/bytealg/count.s",
      """
      #include "textflag.h"
      TEXT ·Count(SB),NOSPLIT,$0-40
      \tMOVQ b_base+0(FP), SI
      \tRET

      TEXT countbody<>(SB),NOSPLIT,$0
      \tRET

      """)
  }

  private func list(
    _ stacks: KeyValuePairs<String, Int64>, startLine: Int64 = 0, options: [String] = [],
    columns: Int? = nil
  ) throws -> CommandRun {
    var profile = StackProfile.inBytes(stacks)
    for row in 0..<profile.functions.count { profile.functions.startLines[row] = startLine }
    let file = try folder.write("heap.pb.gz", try writeProfile(profile))
    return heapscope(
      ["-list=.", file] + options, columns: columns,
      environment: ["GOROOT": go, "PATH": "/nonexistent"])
  }

  @Test(
    "list shows Go's own source if the lines are inside the functions",
    arguments: [
      ("strings.(*Builder).grow", "5"), ("strings.(*Builder).Grow.func1", "13"),
      ("strings.(*Builder).Grow", "14"), ("strings.short", "9"), ("runtime.strings_poke", "19"),
      ("main.load.(*Builder).Grow.func2", "13"), ("strings.init", "18"),
      ("strings.glob..func1", "5"),
    ])
  func matching(name: String, line: String) throws {
    let run = try list(["\(name)@/usr/local/go/src/strings/builder.go:\(line)": 1])
    #expect(!run.text.contains("Error"), "\(run.text)")
    #expect(run.text.contains(" \(line):"))
    #expect(run.messages.isEmpty, "\(run.messages)")
  }

  @Test(
    "list shows no source of Go in which a line is not where the profile says",
    arguments: [
      ("strings.(*Builder).grow", "13"), ("strings.(*Builder).Grow", "5"),
      ("strings.short", "10"), ("strings.(*Reader).Read", "5"), ("strings.(*Builder).grow", "90"),
      ("strings.Old", "3"), ("runtime.strings_poke", "5"), ("strings.poke", "9"),
    ])
  func otherLines(name: String, line: String) throws {
    let path = "/usr/local/go/src/strings/builder.go"
    let run = try list(["\(name)@\(path):\(line)": 1])
    #expect(run.text.contains(" Error: open \(path): no such file or directory\n"), "\(run.text)")
    #expect(!run.text.contains("bytealg"))
    #expect(run.messages.count == 1)
    #expect(run.messages.first?.contains("line \(line) is not in \(name) there") ?? false)
    // Other forms show none either.
    #expect(
      try list(["\(name)@\(path):\(line)": 1], options: ["--format=json"]).messages.count == 1)
  }

  @Test("list looks for a function where the profile says that it begins")
  func startLines() throws {
    let stack: KeyValuePairs<String, Int64> = [
      "strings.(*Builder).Grow.func1@/usr/local/go/src/strings/builder.go:13": 1
    ]
    #expect(try list(stack, startLine: 12).messages.isEmpty)
    #expect(try list(stack, startLine: 13).messages.count == 1)
    // A wrapper begins where `defer` stands.
    let wrapper: KeyValuePairs<String, Int64> = [
      "strings.(*Builder).Grow.deferwrap1@/usr/local/go/src/strings/builder.go:13": 1
    ]
    #expect(try list(wrapper, startLine: 13).messages.isEmpty)
  }

  @Test(
    "list shows no source of Go if the path names another version",
    arguments: [
      ("/usr/local/go1.19.3/src", false), ("/usr/lib/go-1.15/src", false),
      ("/usr/lib/go-1.24/src", true), ("/opt/hostedtoolcache/go/1.24.2/x64/src", true),
      ("/opt/hostedtoolcache/go/1.24.1/x64/src", false),
      ("/nix/store/abc-go-1.23.4/share/go/src", false),
      ("/opt/homebrew/Cellar/go@1.24/1.24.2/libexec/src", true),
      ("/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.5.linux-amd64/src", false),
      ("/home/me/.asdf/installs/golang/1.24.2/go/src", true), ("/usr/local/go/src", true),
      ("/home/me/sdk/src", true),
    ])
  func versions(root: String, isShown: Bool) throws {
    let run = try list(["strings.(*Builder).grow@\(root)/strings/builder.go:5": 1])
    #expect(run.text.contains("bytealg.MakeNoZero") == isShown, "\(run.text)")
    #expect(run.messages.count == (isShown ? 0 : 1), "\(run.messages)")
    if !isShown { #expect(run.messages[0].contains("this is of go1.24.2")) }
  }

  @Test(
    "list checks the lines of assembler against the functions that it declares",
    arguments: [
      ("internal/bytealg.Count", "3", true), ("internal/bytealg.Count", "7", false),
      ("countbody", "7", true), ("countbody", "3", false),
      ("internal/bytealg.CountString", "3", true),
    ])
  func assembler(name: String, line: String, isShown: Bool) throws {
    let run = try list(["\(name)@/usr/local/go/src/internal/bytealg/count.s:\(line)": 1])
    #expect(run.text.contains("Error") == !isShown, "\(run.text)")
  }

  @Test(
    "list shows exactly the file that the profile names, and says if it is of another version")
  func namedFile() throws {
    let path = try folder.write("app/main.go", "package main\n\nfunc main() {\n\tload()\n}\n")
    let right = try list(["main.main@\(path):4": 1])
    #expect(right.messages.isEmpty, "\(right.messages)")
    let moved = try list(["main.main@\(path):2": 1])
    #expect(moved.text.contains("load()"))
    #expect(moved.messages.count == 1)
    #expect(moved.messages.first?.contains("\(path): line 2 is not in main.main there") ?? false)
  }

  @Test(
    "list accepts this machine's own source of Go", .enabled(if: Tools.path("go") != nil))
  func ownDistribution() throws {
    let go = try #require(Tools.path("go"))
    let bin = String(go.prefix(upTo: go.lastIndex(of: "/") ?? go.endIndex))
    for name in Repository.fixtureNames where name.hasPrefix("go1.27/") {
      let run = heapscope(
        ["-list=.", "-sample_index=alloc_space", name], environment: ["PATH": bin])
      #expect(!run.messages.contains { $0.contains("not shown") }, "\(run.messages)")
    }
  }

  @Test(
    "without source, list shows figures only on a terminal and in tables, not in pprof's format")
  func figures() throws {
    let stack: KeyValuePairs<String, Int64> = ["main.load@/gone/main.go:7": 100]
    let piped = try list(stack)
    #expect(piped.text.hasSuffix(" Error: open /gone/main.go: no such file or directory\n"))
    let terminal = try list(stack, columns: 80)
    #expect(terminal.text.contains("      100B       100B      7:\n"), "\(terminal.text)")
    #expect(try list(stack, options: ["--format=csv"]).text.contains(",7,100,100,"))
  }

  @Test(
    "list opens no file for a function that begins after its samples, as pprof does",
    arguments: [
      ("main.init", "77", 135 as Int64), ("runtime.memmove", "0", 29), ("main.x", "-3", 1000),
    ])
  func startBehind(name: String, line: String, startLine: Int64) throws {
    let run = try list(["\(name)@/gone/main.go:\(line)": 1], startLine: startLine)
    #expect(run.text.hasSuffix("(flat, cum)   100% of Total\n"), "\(run.text)")
    // Where it begins before them or it is unknown, pprof looks.
    #expect(try list(["\(name)@/gone/main.go:\(line)": 1]).text.contains("Error"))
  }

  @Test("list leaves out negative lines with -drop_negative, and finds nothing if all are negative")
  func dropNegative() throws {
    func file(_ name: String, _ stacks: KeyValuePairs<String, Int64>) throws -> String {
      try folder.write(name, try writeProfile(StackProfile.inBytes(stacks)))
    }
    let before = try file(
      "a.pb.gz", ["main.a@/m.go:3": 100, "main.a@/m.go:5": 10, "main.b@/m.go:9": 5])
    let after = try file("b.pb.gz", ["main.a@/m.go:3": 20, "main.a@/m.go:5": 40])
    let options = ["-base=" + before, "-drop_negative", after]
    let run = heapscope(["-list=main.a"] + options)
    #expect(run.text.contains("       30B        30B (flat, cum)"), "\(run.text)")
    #expect(heapscope(["-list=main.b"] + options).status == 1)
    #expect(heapscope(["-list=main.b", "-base=" + before, after]).status == 0)
  }
}
