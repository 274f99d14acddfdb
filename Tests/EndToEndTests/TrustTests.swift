import Foundation
import Glibc
import HeapscopeTestSupport
import ProfileBytes
import Testing

/// What the user typed must take precedence over what came with the tree, or from another user.
@Suite("Trust in rules files") struct TrustTests {
  private let folder: TestFolder

  /// Three quarters are maps printed by `fmt`, the rest is other formatting.
  private let profile: String

  init() throws {
    folder = try TestFolder()
    var heap = ProfileBytes.heap
    heap.samples = []
    heap.addFunction(4, "internal/fmtsort.Sort", file: "/usr/local/go/src/internal/fmtsort/sort.go")
    heap.addLocation(4, functions: [4])
    // A line that prints a map does so in all that it allocates.
    heap.addLocation(5, functions: [1], line: 20)
    heap.addSample([4, 3, 1], [1000, 750_000, 10, 7500])
    heap.addSample([3, 5], [1000, 250_000, 10, 2500])
    profile = try folder.write("heap.pb.gz", heap.encoded)
  }

  private func write(_ text: String, _ path: String = ".heapscope.toml") throws {
    let file = folder.url.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    unlink(file.path)
    try Data(text.utf8).write(to: file)
  }

  private func run(
    _ arguments: String..., below: String = "", environment: [String] = []
  ) throws -> ProgramRun {
    try runTool(
      arguments + [profile], in: folder, environment: environment, atFolder: true, below: below)
  }

  /// The kinds of the findings, with their shares in percent.
  private func findings(_ arguments: String...) throws -> [String: Int] {
    let run = try runTool(
      ["hotspots", "--format=json"] + arguments + [profile], in: folder, atFolder: true)
    let document = try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any]
    let findings = try #require(document?["findings"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: findings.map {
        ($0["kind"] as? String ?? "", Int(($0["share"] as? Double ?? 0) * 100 + 0.5))
      })
  }

  private static let plain = ["map-format": 75, "format": 25]

  private static let usual = "is in effect; --no-rules-file leaves it out\n"

  @Test(
    "every command that uses the tree's rules file says so in one line, and an option ignores the file",
    arguments: [
      ["hotspots"], ["summary"], ["focus", "fmt"], ["flame"], ["report"], ["explain", "--list"],
      ["check", "--budget=total<1TB"],
    ])
  func said(command: [String]) throws {
    try write("own = ['main.']\n")
    let file = command[0] == "explain" ? [] : [profile]
    func run(_ options: [String], below: String = "") throws -> ProgramRun {
      try runTool(command + options + file, in: folder, atFolder: true, below: below)
    }
    let found = try run([])
    #expect(found.status == 0, "\(found.messages)")
    #expect(found.messages == "heapscope: .heapscope.toml \(Self.usual)")
    #expect(try run(["--no-rules-file"]).messages == "")
    #expect(try run(["--no-rules-file"]).status == 0)
    // From a folder below, in a repository.
    try write("", ".git/HEAD")
    try write("", "a/b/none")
    #expect(try run([], below: "a/b").messages == "heapscope: ../../.heapscope.toml \(Self.usual)")
  }

  @Test(
    "a rule in the tree's rules file cannot silently hide a finding",
    arguments: [
      // Takes everything, and then drops it as too rare.
      "calls = ['fmt.*', 'reflect.*', 'internal/fmtsort.*']\nmin-objects = 9223372036854775807",
      // Names the user's own code, which then is no longer blamed.
      "calls = ['main.*']", "calls = ['main.main']\nthrough = ['nothing.here']",
      "calls = ['main.*', 'fmt.*']\nmin-objects = 999999",
      "calls = ['main.*']\nwhole-line = true\ntakes-own-bytes = true\nthrough-libraries = true",
      "calls = ['fmt.*']\nkind = 'map-format'\nmin-objects = 999999",
    ])
  func nothingVanishes(rule: String) throws {
    #expect(try findings() == Self.plain)
    try write("[[rules]]\nid = 'zz'\n" + rule)
    #expect(try findings() == Self.plain)
    #expect(try run("summary").text.contains("map formatted by fmt"))
    let check = try run("check", "--budget=map-format<5%")
    #expect(check.status == 1, "\(check.text)\(check.messages)")
  }

  @Test("a user's rule takes only samples that its own visible finding shows")
  func takenInSight() throws {
    try write("[[rules]]\nid = 'dump'\ncalls = ['fmt.*']\nthrough = ['internal/fmtsort.*']\n")
    #expect(try findings() == ["dump": 75, "format": 25])
    // Many small rules together cannot hide anything either: each is below the threshold of visible
    // findings.
    var heap = ProfileBytes.heap
    heap.samples = []
    for id in 10..<20 as Range<UInt64> {
      heap.addFunction(id, "example.com/lib.F\(id)", file: "/go/pkg/mod/example.com/lib@v1/a.go")
      heap.addLocation(id, functions: [id])
      heap.addSample([3, id, 1], [1, 400, 0, 0])
    }
    heap.addLocation(30, functions: [2])
    heap.addSample([30], [1, 96_000, 0, 0])
    let many = try folder.write("many.pb", heap.encoded)
    let rules = (10..<20).map {
      "[[rules]]\nid = 'r\($0)'\ncalls = ['example.com/lib.F\($0)']\nthrough-libraries = true\n"
    }
    func text(_ options: String...) throws -> String {
      try runTool(["hotspots"] + options + [many], in: folder, atFolder: true).text
    }
    try write(rules.joined())
    #expect(try text() == text("--no-rules-file"))
  }

  @Test(
    "findings that a rules file suppresses are named with their share and count against budgets")
  func suppressed() throws {
    try write("suppress = ['map-format']\nbudgets = ['map-format<5%']")
    #expect(try findings() == ["format": 25])
    #expect(
      try run("hotspots").text.contains("suppressed by a rules file: map-format 75.0%"))
    #expect(
      try run("summary").text.contains("suppressed by a rules file: map-format 75.0%"))
    #expect(try run("report").text.contains("suppressed by a rules file: map-format 75.0%"))
    let json = try run("hotspots", "--format=json")
    let document = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    let hidden = try #require(document?["suppressed"] as? [[String: Any]])
    #expect(hidden.count == 1)
    #expect(hidden[0]["kind"] as? String == "map-format")
    #expect(hidden[0]["value"] as? Int == 750_000)
    #expect(try run("check").status == 1)
    #expect(try run("check", "--budget=map-format<5%").status == 1)
    try write("suppress = ['map-frmat']")
    #expect(
      try run("hotspots").messages
        == "heapscope: .heapscope.toml:1: 'suppress': no kind or rule 'map-frmat': "
        + "did you mean 'map-format'?\n")
  }

  @Test(
    "the tree's rules file cannot switch off a budget on the command line",
    arguments: [
      "not-own = ['.', '/']", "own = ['fmt']", "module = 'example.com/elsewhere'",
      "suppress = ['map-format', 'format']",
      "[[rules]]\nid = 'main'\ncalls = ['nothing.here']",
      "[[rules]]\nid = 'b'\nkind = 'other'\ncalls = ['fmt.*']",
    ])
  func budgetsHold(text: String) throws {
    try write(text)
    for budget in ["map-format<5%", "format<5%", "total<1", "main<5%", "main.main<5%"] {
      let check = try run("check", "--budget=\(budget)")
      #expect(check.status == 1, "\(budget): \(check.text)\(check.messages)")
    }
    // A file that the user names is the user's own word.
    try write(text, "mine.toml")
    let own = try run("check", "--no-rules-file", "--rules=mine.toml", "--budget=total<1TB")
    #expect(own.status == 0)
  }

  @Test("a budget may name a rule of the tree's rules file")
  func budgetOfTreeRule() throws {
    try write("[[rules]]\nid = 'dump'\ncalls = ['fmt.*']\nthrough = ['internal/fmtsort.*']\n")
    #expect(try run("check", "--budget=dump<5%").status == 1)
    #expect(try run("check", "--budget=dump<80%").status == 0)
  }

  @Test(
    "a rules file that is not regular or leads out of the tree is not read, and no command hangs")
  func special() throws {
    let path = folder.path(".heapscope.toml")
    _ = try folder.write("elsewhere.toml", Array("own = 3".utf8))
    try write("", "tree/.git/HEAD")
    func expect(_ words: String, below: String = "") throws {
      let run = try run("hotspots", below: below)
      #expect(run.status == 0)
      #expect(run.messages == "heapscope: .heapscope.toml is not read: \(words)\n")
      #expect(run.seconds < 20)
    }
    #expect(mkfifo(path, 0o600) == 0)
    try expect("it is no regular file")
    for target in ["/dev/null", "/dev/zero", "/dev/stdin"] {
      unlink(path)
      symlink(target, path)
      try expect(
        "it is a link out of the working tree; --rules=.heapscope.toml reads it nevertheless")
    }
    unlink(path)
    mkdir(path, 0o700)
    try expect("it is no regular file")
    symlink("../elsewhere.toml", folder.path("tree/.heapscope.toml"))
    try expect(
      "it is a link out of the working tree; --rules=.heapscope.toml reads it nevertheless",
      below: "tree")
    // Within the tree, a link counts as the file.
    unlink(folder.path("tree/.heapscope.toml"))
    try write("own = ['main.']", "tree/real.toml")
    symlink("real.toml", folder.path("tree/.heapscope.toml"))
    #expect(
      try run("hotspots", below: "tree").messages == "heapscope: .heapscope.toml \(Self.usual)")
  }

  @Test("the message about a rules file in JSON says what to write instead")
  func json() throws {
    try write("{\"own\": [\"main.\"]}", ".heapscope.json")
    #expect(
      try run("hotspots").messages
        == "heapscope: .heapscope.json is not read: rules files are TOML now: write it anew as "
        + ".heapscope.toml\n")
    let given = try run("hotspots", "--no-rules-file", "--rules=.heapscope.json")
    #expect(given.status == 65)
    #expect(given.messages.contains(".heapscope.json: is named as JSON, and rules files are TOML"))
    #expect(given.messages.filter { $0 == "\n" }.count == 1)
  }

  @Test("another user's rules file or repository is not read, except under sudo")
  func otherOwner() throws {
    // Only root can give files away.
    guard geteuid() == 0 else { return }
    try write("own = ['main.']\n")
    let hint = "; --rules=.heapscope.toml reads it nevertheless\n"
    chown(folder.path(".heapscope.toml"), 4711, 4711)
    #expect(
      try run("hotspots").messages
        == "heapscope: .heapscope.toml is not read: another user owns it\(hint)")
    for (caller, messages) in [
      ("4711", "heapscope: .heapscope.toml \(Self.usual)"),
      ("4712", "heapscope: .heapscope.toml is not read: another user owns it\(hint)"),
      ("4711x", "heapscope: .heapscope.toml is not read: another user owns it\(hint)"),
    ] {
      #expect(try run("hotspots", environment: ["SUDO_UID=\(caller)"]).messages == messages)
    }
    #expect(try run("hotspots", "--rules=.heapscope.toml").status == 0)
    chown(folder.path(".heapscope.toml"), 0, 0)
    // Creating `/tmp/.git` does not make the folders of other users a repository.
    try write("", ".git/HEAD")
    chown(folder.path(".git"), 4711, 4711)
    #expect(
      try run("hotspots").messages
        == "heapscope: .heapscope.toml is not read: another user owns the repository\(hint)")
  }
}
