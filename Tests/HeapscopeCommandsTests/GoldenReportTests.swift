import HeapscopeTestSupport
import Testing

private let incidentProfile = "go1.27/orderlog.incident.pb.gz"

/// The name of the golden file, and the command line without the profile.
private let incidentReports: [(String, String)] = [
  ("focus-regex", "focus /^main\\./ --sample-index=inuse_space"),
  ("focus-nothing", "focus fmt.Sprimtf"),
  ("focus", "focus fmt.sprint"),
  ("folded", "folded"),
  ("folded-lines", "folded --lines --focus=handleOrder"),
  ("tree", "tree --nodecount=8"),
  ("peek", "peek sprintf"),
  ("traces", "traces --focus=handleOrder --show=main|fmt"),
  ("tags", "tags"),
  ("raw", "raw --focus=printValue --noinlines"),
  ("comments", "comments --add-comment=seen"),
  ("hotspots-json", "hotspots --format=json"),
  ("top-lines", "top -lines -cum -nodecount=12"),
  ("top-packages", "top --packages --sample-index=alloc_space"),
  ("top-modules", "top --modules --sample-index=alloc_space"),
  ("top-diff", "top --diff-base=go1.27/orderlog.base.pb.gz --nodecount=12"),
  ("dot", "dot --nodecount=6"),
  ("callgrind", "callgrind --focus=handleOrder --nodecount=6"),
]

@Suite("Golden reports")
struct GoldenReportTests {
  /// The file that a report's golden text is kept in: `go1.27/orderlog.base.top.txt`.
  private func goldenName(_ profile: String, _ report: String) -> String {
    "\(profile.dropLast(".pb.gz".count)).\(report).txt"
  }

  @Test("the summary of each fixture equals its golden file", arguments: Repository.fixtureNames)
  func summary(profile: String) throws {
    try expectGolden(heapscope([profile]), goldenName(profile, "summary"))
  }

  @Test("hotspots of each fixture equals its golden file", arguments: Repository.fixtureNames)
  func hotspots(profile: String) throws {
    try expectGolden(heapscope(["hotspots", profile]), goldenName(profile, "hotspots"))
  }

  @Test(
    "top of allocated bytes of each fixture equals its golden file",
    arguments: Repository.fixtureNames.filter { $0.hasPrefix("go1.27") })
  func top(profile: String) throws {
    let arguments = ["top", "--sample-index=alloc_space", "--nodecount=15", profile]
    try expectGolden(heapscope(arguments), goldenName(profile, "top"))
  }

  @Test(
    "other reports of the incident fixture equal their golden files", arguments: incidentReports)
  func incident(name: String, line: String) throws {
    let arguments = line.split(separator: " ").map(String.init) + [incidentProfile]
    try expectGolden(heapscope(arguments), "incident/\(name).txt")
  }

  @Test(
    "trend equals its golden file in every format",
    arguments: ["text", "json", "csv", "markdown", "svg"], ["go1.22", "go1.27"])
  func trend(format: String, version: String) throws {
    let arguments = ["trend", "--limit=1GB", "--format=\(format)", "trend/\(version)/phases"]
    try expectGolden(heapscope(arguments), "trend/\(version).\(format)")
  }

  @Test(
    "trend of functions and of stacks equals its golden files", arguments: ["functions", "stacks"])
  func trend(granularity: String) throws {
    let arguments = ["trend", "--granularity=\(granularity)", "trend/go1.27/phases"]
    try expectGolden(heapscope(arguments), "trend/\(granularity).text")
  }

  @Test(
    "diff of one process and of two equals its golden files",
    arguments: [
      ("process", "phases/02.pb.gz", "phases/09.pb.gz"),
      ("processes", "unchanged/01.pb.gz", "unchanged/02.pb.gz"),
    ], ["text", "json"])
  func diff(pair: (String, String, String), format: String) throws {
    let files = [pair.1, pair.2].map { "trend/go1.27/\($0)" }
    try expectGolden(
      heapscope(["diff", "--cum", "--format=\(format)"] + files), "trend/diff-\(pair.0).\(format)")
  }

  @Test(
    "reports on a terminal use its width, and colour unless it is switched off",
    arguments: ["top", "summary", "hotspots", "focus"], [80, 120])
  func terminal(report: String, columns: Int) throws {
    let words = report == "focus" ? ["focus", "printValue"] : [report]
    let run = heapscope(words + [incidentProfile], columns: columns)
    #expect(run.text.contains("\u{1b}[1m"))
    try expectGolden(run, "terminal/\(report)-\(columns).txt")

    let plain = heapscope(
      words + [incidentProfile], columns: columns, environment: ["NO_COLOR": "1"])
    #expect(plain.text == withoutColor(run.text))
    #expect(plain.text != run.text)
  }

  @Test("an empty NO_COLOR keeps colour; a dumb terminal and --color=never switch it off")
  func unwantedColor() {
    func top(_ options: [String] = [], _ environment: [String: String] = [:]) -> String {
      heapscope(["top"] + options + [incidentProfile], columns: 80, environment: environment).text
    }
    let colored = top()
    #expect(top([], ["NO_COLOR": ""]) == colored)
    #expect(top([], ["TERM": "dumb"]) == withoutColor(colored))
    #expect(top(["--color=never"]) == withoutColor(colored))
  }

  @Test("reports in a pipe have colour only on request")
  func colorInPipe() {
    #expect(!heapscope(["hotspots", incidentProfile]).text.contains("\u{1b}"))
    #expect(heapscope(["hotspots", "--color=always", incidentProfile]).text.contains("\u{1b}[1m"))
    // NO_COLOR changes the default; an explicit request for colour overrides it.
    let asked = heapscope(
      ["hotspots", "--color=always", incidentProfile], environment: ["NO_COLOR": "1"])
    #expect(asked.text.contains("\u{1b}[1m"))
    // A pipe with colour means a pager: the table is the one for people.
    let table = heapscope(["top", "--color=always", incidentProfile]).text
    #expect(table.contains("\u{1b}[2mType: inuse_space"))
    #expect(table.contains("█"))
  }

  @Test("lines on a terminal stay within its width", arguments: [80, 120])
  func width(columns: Int) {
    let run = heapscope(["top", incidentProfile], columns: columns)
    let table = withoutColor(run.text).split(separator: "\n").drop { !$0.hasPrefix("      flat") }
    for line in table { #expect(line.count <= columns, "\(line)") }
  }

  @Test("both Go versions and both profile formats of one moment give the same table")
  func bothForms() {
    for version in ["go1.22", "go1.27"] {
      let options = ["top", "--symbolize=text", "--compact-labels"]
      let text = heapscope(options + ["\(version)/orderlogtext.txt"])
      let proto = heapscope(options + ["\(version)/orderlogtext.pb.gz"])
      #expect(text.status == 0)
      #expect(text.output == proto.output)
    }
  }
}
