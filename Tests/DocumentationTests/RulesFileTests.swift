import Foundation
import HeapscopeTestSupport
import Testing

/// `--rules`: what a user's file adds, and the messages about an invalid one.
@Suite("Rules files")
struct RulesFileTests {
  private static let profile = "Fixtures/go1.27/orderlog.incident.pb.gz"

  /// Runs heapscope with a rules file of this text.
  private func run(
    _ command: [String], with text: String, named name: String = "shop.toml"
  ) throws -> CommandRun {
    try run(command, with: Data(text.utf8), named: name)
  }

  private func run(
    _ command: [String], with bytes: Data, named name: String
  ) throws -> CommandRun {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try bytes.write(to: file)
    var result = runCommand(command + ["--rules=\(file.path)"])
    result.messages = result.messages.map {
      $0.replacing(folder.path + "/", with: "")
    }
    return result
  }

  @Test("check takes budgets and rules from a rules file")
  func budgets() throws {
    func budgets(_ arguments: [String]) throws -> [[String: Any]] {
      let result = runCommand(["check", "--format=json"] + arguments + [Self.profile])
      #expect(result.status == 1)
      let document = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
      return try #require(document?["budgets"] as? [[String: Any]])
    }
    let given = try budgets(["--rules=Fixtures/settings/shop.toml", "--budget=total<1"])
    #expect(
      given.map { $0["budget"] as? String }
        == ["map-format<5%", "order-dump<10MB", "total<1GB:inuse_space", "total<1"])
    #expect(given.map { $0["exceeded"] as? Bool } == [true, true, false, true])
    // Samples that the file's rule takes do not count for heapscope's own: line 33 prints its map
    // through slog, the other two through Sprint and Sprintf.
    let values = given.compactMap { $0["value"] as? Int }
    #expect(values.prefix(2) == [59_199_726, 95_023_601])
    let alone = try budgets(["--budget=map-format<5%"])
    #expect(alone[0]["value"] as? Int == values[0] + values[1])
  }

  @Test("a rule in a rules file takes samples from a built-in rule")
  func ownRule() throws {
    let rule = "[[rules]]\nid = 'dump'\ncalls = ['fmt.Sprint*']\nthrough = ['internal/fmtsort.*']\n"
    func kinds(_ result: CommandRun) throws -> [String] {
      let document = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
      let findings = try #require(document?["findings"] as? [[String: Any]])
      return findings.compactMap { $0["kind"] as? String }
    }
    let command = ["hotspots", "--format=json", Self.profile]
    #expect(try kinds(runCommand(command)).contains("map-format"))
    #expect(try kinds(run(command, with: rule)).contains("dump"))
  }

  @Test("summary and focus use the rules file as hotspots does")
  func otherCommands() throws {
    let rule = "[[rules]]\nid = 'dump'\ncalls = ['fmt.Sprint*']\ntitle = 'order dumped'\n"
    let summary = ["summary", Self.profile]
    #expect(!runCommand(summary).text.contains("order dumped"))
    #expect(try run(summary, with: rule).text.contains("order dumped"))
    // None of the module's code is left to blame, by file or by option.
    let notOwn = "not-own = ['main.']\n"
    let trend = ["trend", "Fixtures/go1.27/orderlog.base.pb.gz", Self.profile]
    for command in [summary, ["focus", "fmtsort", Self.profile], trend] {
      #expect(runCommand(command).text.contains("orderlog/main.go:33"), "\(command)")
      let options = runCommand(command + ["--not-own=main."])
      #expect(!options.text.contains("orderlog/main.go:33"), "\(command)")
      #expect(try run(command, with: notOwn).text == options.text)
    }
  }

  @Test("explain shows a rule of a rules file")
  func explained() throws {
    let toml = "[[rules]]\nid = 'dump'\ncalls = ['fmt.Sprint*']\nadvice = 'log the id'\n"
    let shown = try run(["explain", "dump"], with: toml)
    #expect(shown.status == 0)
    #expect(shown.text.contains("calls of fmt.Sprint*"))
    #expect(shown.text.contains("log the id"))
    #expect(try run(["explain", "--list"], with: toml).text.contains("dump"))
  }

  @Test(
    "a mistake in a rules file is reported with file and line",
    arguments: [
      ("module = 3", "1: 'module' is a number: give a text"),
      ("\n\nmodul = 'a'", "3: unknown key 'modul': did you mean 'module'?"),
      ("module = \"a\\u001bb\"", "1: 'module' has the control character U+1B in it: leave it out"),
      ("own = [\n'a',\n\"b\\b\"]", "3: 'own' has the control character U+8 in it: leave it out"),
      ("own = [\n'a',\n7]", "3: 'own' has a number in it: give texts that are not empty"),
      ("a =", "1: Error while parsing key-value pair: encountered end-of-file"),
      ("own = ['a']\nown = ['b']", "2: Error while parsing key-value pair: "),
      ("budgets = [\n'total<5%',\n'totl<5%']", "3: budget 'totl<5%': no kind or rule 'totl'"),
      ("budgets = ['total']", "1: budget 'total': "),
      ("rules = 1", "1: 'rules' is a number: give a list of tables"),
      ("# first\n\n[[rules]]\ntitle = 'a'", "3: a rule has no 'id': give it a name"),
      (
        "[[rules]]\nid = 'a'\ncalls = ['a.b']\n\n[[rules]]\nid = 'b'\n",
        "5: rule 'b' has no 'calls': give the functions that it is about"
      ),
      ("[[rules]]\nid = 'b'\ncalls = []", "1: rule 'b' has no 'calls'"),
      ("\n[[rules]]\n\nid = 'A b'\ncalls = 'a.b'", "4: 'A b' is no name: "),
      ("[[rules]]\nid = 'map-format-x'\nkind = 'X'\ncalls = 'a.b'", "3: 'X' is no name: "),
      ("[[rules]]\nid = 'total'\ncalls = 'a.b'", "2: there is a rule 'total' already"),
      (
        "[[rules]]\nid = 'a'\ncalls = ['a.b',\n'c d']",
        "4: 'c d' is no function: give one as 'example.com/audit.Dump'"
      ),
      (
        "[[rules]]\nid = 'a'\ncalls = 'a.b'\nthrough-called-by = 'c.d'",
        "4: 'through-called-by' needs 'through'"
      ),
      ("[[rules]]\nid = 'a'\ncals = 'a.b'", "3: unknown key 'cals': did you mean 'calls'?"),
      ("[[rules]]\nname = 'a'\nidd = 'a'", "3: unknown key 'idd': did you mean 'id'?"),
      ("[[rules]]\nid = 'a'\nfunctions = 'a.b'", "1: rule 'a' has no 'calls'"),
      (
        "[[rules]]\nid = 'a'\ncalls = 'a.b'\nwhole-lin = true",
        "4: unknown key 'whole-lin': did you"
      ),
      (
        "[[rules]]\nid = 'a'\ncalls = 'a.b'\nwhole-line = 1",
        "4: 'whole-line' is a number: give true"
      ),
      (
        "[[rules]]\nid = 'a'\ncalls = 'a.b'\nmin-objects = -1",
        "4: 'min-objects' is a number: give a"
      ),
      ("when = 2026-01-01", "1: unknown key 'when'"),
      ("[[{", "1: this is no TOML"),
      ("own = ['a']\n\n[[{ = 1\nb = 2\n", "3: this is no TOML"),
    ])
  func mistakes(text: String, message: String) throws {
    let result = try run(["check", "--budget=total<1TB", Self.profile], with: text)
    #expect(result.status == 65)
    #expect(result.output == [])
    try #require(result.messages.count == 1)
    #expect(result.messages[0].hasPrefix("heapscope: shop.toml:"))
    #expect(result.messages[0].contains(message), "\(result.messages[0])")
  }

  @Test("a hostile rules file ends with status 65 in bounded time")
  func hostile() throws {
    let limit = 1 << 16
    func filled(_ piece: String, _ start: String = "", _ end: String = "") -> String {
      let count = (limit - start.utf8.count - end.utf8.count) / piece.utf8.count
      return start + String(repeating: piece, count: count) + end
    }
    let toml = [
      filled("a.", "", "a=1"), filled("a.", "", "a=!"), filled("a.", "[", "a]"),
      filled("a.", "[[", "a]]"), filled("[", "a="), filled("{a=", "a="), filled("x", "", "=1"),
      filled("'a',", "budgets=[", "]"), filled("x", "budgets=['", "<1%%']"),
      filled("*", "[[rules]]\nid='a'\ncalls='a.", "'"), "a=\"\0\"", "\u{feff}=", "id=1e400",
    ]
    for text in toml { #expect(try run(["explain", "--list"], with: text).status == 65) }
    for bytes: [UInt8] in [
      [0xff, 0xfe], [0x61, 0x3d, 0x22, 0xc3], Array(repeating: 0, count: 99),
    ] {
      #expect(
        try run(["explain", "--list"], with: Data(bytes), named: "a.toml").status == 65)
    }
    let long = try run(["explain", "--list"], with: filled("#") + "##")
    #expect(long.status == 65)
    #expect(long.messages.first?.hasSuffix("longer than 64 KiB, the limit of a rules file") == true)
  }

  @Test("the number of rules in a rules file is limited")
  func manyRules() throws {
    let text = (0..<200).map { "[[rules]]\nid='r\($0)'\ncalls='a.b'\n" }.joined()
    let result = try run(["explain", "--list"], with: text)
    #expect(result.status == 65)
    #expect(result.messages.first?.contains(" rules, the limit") == true)
  }

  @Test("a rules file that is missing or a folder ends with status 66")
  func missing() {
    for file in ["no-such-file.toml", "Fixtures"] {
      let result = runCommand(["explain", "--list", "--rules=\(file)"])
      #expect(result.status == 66)
      #expect(result.messages.first?.contains(file) == true)
    }
  }
}

/// `run` by another name: the suite has one of its own.
private func runCommand(_ arguments: [String]) -> CommandRun { run(arguments) }
