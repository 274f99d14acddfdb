import Foundation
import HeapscopeTestSupport
import Testing

/// The incident's pull request: its benchmarks before and after the fix, with the comment and the
/// gate from the scripts of docs/ci.
@Suite("A pull request")
struct PullRequestTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func gate(
    _ new: String, _ old: String?, version: String, _ environment: [String]
  ) throws -> ProgramRun {
    func files(_ name: String) -> [String] {
      ["txt", "pb.gz"].map { "\(version)/\(name).\($0)" }
    }
    return try runTool(
      [folder.path("out")] + files(new) + (old.map(files) ?? []), in: folder,
      environment: environment + [
        "ROOT=\(Repository.root.path)", "PATH=/usr/bin:/bin", "SOURCE_PATH=.",
      ],
      script:
        #"cd "$ROOT/Fixtures/serializers" && HEAPSCOPE=$0 exec ../../docs/ci/heapscope/gate "$@""#)
  }

  private func written(_ name: String) throws -> String {
    try String(decoding: Data(contentsOf: folder.url.appending(path: "out/\(name)")), as: UTF8.self)
  }

  @Test(
    "the gate passes the fix, and the comment names the line that made the difference",
    arguments: ["go1.22", "go1.27"])
  func fix(version: String) throws {
    let run = try gate(
      "after", "before", version: version,
      ["BUDGETS=map-format<5%\nany /^internal.fmtsort\\./<5%\ntotal<=+5%..+20%"])
    #expect(run.status == 0, "\(run.messages)")
    let comment = try written("comment.md")
    #expect(comment.contains("1 line changed"))
    #expect(comment.contains("`order.go:157` `serializers.Debug`"))
    #expect(
      comment.contains(
        "| `BenchmarkDebug` | allocs/op | \(version == "go1.22" ? 15 : 13) ± 0% | 2 ± 0% |"))
    #expect(comment.contains("**heapscope check**: all "))
    #expect(comment.contains("| ok | `map-format<5%` |"))
    #expect(try written("heapscope.sarif").contains(#""exitCode" : 0"#))
  }

  @Test(
    "the gate fails the incident's change, on its line and with the advice",
    arguments: ["go1.22", "go1.27"])
  func incident(version: String) throws {
    let run = try gate(
      "before", "after", version: version, ["BUDGETS=map-format<5%", "MAX_GROWTH=5%"])
    #expect(run.status == 1, "\(run.messages)")
    #expect(run.text.contains("::error file="))
    #expect(run.text.contains("line=157"))
    let comment = try written("comment.md")
    #expect(comment.contains("**grew**"))
    #expect(comment.contains("| **over** | `map-format<5%` |"))
    #expect(comment.contains("| **over** | `total<=+5%` |"))
    let sarif = try written("heapscope.sarif")
    #expect(sarif.contains(#""startLine" : 157"#) && sarif.contains(#""exitCode" : 1"#))
  }

  @Test("the gate passes a run compared with itself")
  func same() throws {
    let run = try gate("before", "before", version: "go1.27", ["MAX_GROWTH=0%"])
    #expect(run.status == 0, "\(run.text) \(run.messages)")
    #expect(try written("comment.md").contains("nothing has changed beyond chance"))
  }

  @Test("the gate ends with check's status when nothing can be checked")
  func missing() throws {
    let run = try gate("before", "nosuch", version: "go1.27", ["MAX_GROWTH=5%"])
    #expect(run.status == 66)
    let wrong = try gate("before", nil, version: "go1.27", ["BUDGETS=map-format<5x"])
    #expect(wrong.status == 64)
  }

  @Test("the action declares each input that its steps use, and its scripts exist")
  func action() throws {
    let text = try Repository.text("docs/ci/heapscope/action.yml")
    let used = Set(text.matches(of: /inputs\.([a-z-]+)/).map { String($0.1) })
    let inputs = text.split(separator: "\noutputs:")[0].split(separator: "\ninputs:")[1]
    let declared = Set(inputs.matches(of: /\n  ([a-z-]+):\n/).map { String($0.1) })
    #expect(used == declared)
    for script in text.matches(of: /\$ACTION\/([a-z]+)/).map({ String($0.1) }) {
      #expect(
        FileManager.default.isExecutableFile(
          atPath: Repository.root.appending(path: "docs/ci/heapscope/\(script)").path))
    }
    // Names from a pull request must not become part of a script.
    for block in text.split(separator: "run: |").dropFirst() {
      let script = block.split(separator: "\n    - ")[0]
      #expect(!script.contains("${{"))
    }
    let workflow = try Repository.text("docs/ci/heapscope.yml")
    let given = workflow.matches(of: /\n          ([a-z-]+):/).map { String($0.1) }
    #expect(given.filter(declared.contains).count == 2)
  }
}
