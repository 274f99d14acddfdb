import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import Testing

@Suite("docs/rules")
struct RulePageTests {
  private static let rules = HotspotRule.all.map(\.id)

  @Test("docs/rules has an index and one page per rule; 'make docs' writes them")
  func files() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "docs/rules").path)
    #expect(Set(files) == Set(Self.rules.map { "\($0).md" } + ["README.md"]))
    let index = run(["explain", "--list", "--format=markdown"])
    #expect(index.status == 0)
    #expect(try index.text == Repository.text("docs/rules/README.md"))
  }

  @Test("the page of a rule in docs/rules says what explain says", arguments: rules)
  func page(rule: String) throws {
    let result = run(["explain", rule, "--format=markdown"])
    #expect(result.status == 0)
    #expect(try result.text == Repository.text("docs/rules/\(rule).md"))
  }

  @Test(
    "circulating remedies that are said not to compile do not, and the others do",
    .enabled(if: Tools.path("go") != nil),
    arguments: ["map-format", "json-map-encode"])
  func circulating(rule: String) throws {
    let folder = try TestFolder()
    try folder.write("go.mod", "module remedies\n\ngo 1.23\n")
    let remedies = try #require(HotspotRule.named(rule)).circulatingRemedies
    #expect(!remedies.isEmpty)
    // Only remedies that use Go's own packages: those that need a library are skipped.
    for (number, remedy) in remedies.enumerated() where !remedy.code.contains("zap.") {
      let isStatement = remedy.code.contains("if ") || remedy.code.contains(":=")
      let code = isStatement ? remedy.code : "_ = \(remedy.code)"
      let uses = ["bytes", "log", "maps", "runtime/debug", "sync"].filter {
        code.contains(($0.split(separator: "/").last ?? "") + ".")
      }
      let imports = Set(uses + (code.contains("pool.") ? ["sync"] : [])).sorted()
      try folder.write(
        "r\(number)/main.go",
        """
        package main

        \(imports.map { "import \"\($0)\"" }.joined(separator: "\n"))
        \(code.contains("pool.") ? "var pool sync.Pool" : "")
        func main() {
        \tm := map[string]int{}
        \t_ = m
        \t\(code)
        \t\(code.contains("buf :=") ? "_ = buf" : "")
        }

        """)
      let go = Process()
      go.executableURL = URL(filePath: try #require(Tools.path("go")))
      go.arguments = ["vet", "-C", folder.path(""), "./r\(number)"]
      go.environment = [
        "HOME": folder.path(""), "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local",
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
      ]
      let messages = Pipe()
      go.standardError = messages
      try go.run()
      let text = String(
        decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      go.waitUntilExit()
      #expect((go.terminationStatus == 0) == remedy.compiles, "\(remedy.code): \(text)")
      if !remedy.compiles { #expect(text.contains("cannot slice"), "\(text)") }
    }
  }

  @Test(
    "explain covers runtime functions that profiles leave out",
    arguments: [
      ("mapiterinit", "map-format"), ("runtime.mapiternext", "map-iteration"),
      ("runtime.mapassign_faststr", "map-growth"), ("growslice", "append-growth"),
      ("runtime.mallocgc", "object-per-call"), ("convT64", "boxing"),
      ("runtime.slicebytetostring", "string-bytes-conversion-line"),
    ])
  func runtimeSymbols(name: String, rule: String) {
    let result = run(["explain", name])
    #expect(result.status == 0)
    #expect(result.text.contains("Heap profiles do not show it"))
    #expect(result.text.contains("heapscope explain \(rule)"))
    #expect(run(["explain", "runtime.nosuchthing"]).status == 64)
  }

  @Test("each rule that explain names for a runtime function exists")
  func symbolRules() {
    for symbol in RuntimeSymbol.all {
      for rule in symbol.rules { #expect(Self.rules.contains(rule), "\(rule)") }
    }
  }

  @Test(
    "each rule has measured costs, before and after its remedy, in two versions of Go",
    arguments: rules)
  func measured(rule: String) throws {
    let costs = MeasuredCost.all(of: rule)
    let versions = Set(costs.map(\.goVersion))
    let before = costs.filter { $0.variant == "before" }
    #expect(versions.count == 2)
    // Two rules are about functions that Go 1.22 does not have; a loop represents them there.
    let isRecent = ["map-iteration", "map-iteration-loop"].contains(rule)
    #expect(before.count == (isRecent ? 1 : 2))
    #expect(versions.isSubset(of: ["1.22.10", "1.27.3"]))
    for cost in before {
      let after = costs.first { $0.goVersion == cost.goVersion && $0.variant != "before" }
      let remedy = try #require(after)
      // The remedy must reduce held memory if that is the problem, else allocations. Timers that
      // nothing waits for are collected since Go 1.23.
      if let held = cost.liveBytes, held > 0 {
        #expect(try #require(remedy.liveBytes) * 2 < held)
      } else {
        #expect(remedy.bytes < cost.bytes, "\(cost)")
      }
    }
  }
}
