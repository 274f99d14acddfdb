import HeapscopeTestSupport
import Testing

/// A service whose module has a path of 43 characters, which prints a map through a log helper.
private let profile = "screens/checkout.pb.gz"

/// The name of a golden screen, and the command line without the profile.
private let screens: [(name: String, line: String)] = [
  ("summary", "summary --no-source"),
  ("summary-source", "summary --source-path=screens/checkout"),
  ("hotspots", "hotspots --no-source"),
  ("hotspots-source", "hotspots --source-path=screens/checkout"),
  ("focus", "focus debugf"),
  ("top", "top --sample-index=alloc_space"),
  ("tree", "tree --sample-index=alloc_space --nodecount=8"),
  ("peek", "peek debugf --sample-index=alloc_space"),
  ("list", "list API).Checkout --sample-index=alloc_space --source-path=screens/checkout"),
  ("traces", "traces --focus=remember"),
  ("tags", "tags"),
]

@Suite("Screens")
struct ScreenTests {
  private func run(_ line: String, columns: Int, _ environment: [String: String] = [:])
    -> CommandRun
  {
    heapscope(
      line.split(separator: " ").map(String.init) + [profile], columns: columns,
      environment: environment)
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  /// `httpapi/api.go:41` and the like; what leads to a line is shown where there is room.
  private func places(_ text: String) -> Set<Substring> {
    let lines = text.replacing(#/  (via|called from) .*/#, with: "")
    return Set(lines.split { " \n,()".contains($0) }.filter { $0.contains(".go:") })
  }

  @Test(
    "each report on a terminal equals its golden screen", arguments: screens.map(\.name),
    [80, 100, 120, 200])
  func golden(name: String, columns: Int) throws {
    let line = try #require(screens.first { $0.name == name }).line
    try expectGolden(run(line, columns: columns), "screens/\(name)-\(columns).txt")
  }

  @Test(
    "no line is wider than the screen unless it cannot be broken, and no place is cut",
    arguments: screens.map(\.line), [80, 100, 120, 200])
  func width(line: String, columns: Int) {
    let text = withoutColor(run(line, columns: columns).text)
    // Source is shown as it is.
    if !line.hasPrefix("list") {
      for line in lines(text) where line.count > columns {
        #expect(
          line.drop { $0 == " " }.split(separator: " ").count < 3 || line.contains("heapscope "),
          "\(line)")
      }
    }
    let wide = withoutColor(run(line, columns: 400).text)
    #expect(places(wide).isSubset(of: places(text)), "\(places(wide).subtracting(places(text)))")
    #expect(!text.contains("\\x09"))
  }

  @Test("every report shows the user's own functions in colour", arguments: screens.map(\.line))
  func colors(line: String) {
    if line == "tags" { return }
    let text = run(line, columns: 200).text
    let path = "git.corp.example/platform-team/shop/checkout"
    #expect(text.contains("\u{1b}[1;36mhttpapi.(*API)."), "\(text)")
    #expect(withoutColor(text).components(of: path) == 1, "\(text)")
  }

  @Test(
    "reports for a locale without Unicode are ASCII, and a dumb terminal gets no escape sequence",
    arguments: screens.map(\.line))
  func plain(line: String) {
    let ascii = run(line, columns: 120, ["LC_ALL": "C", "LANG": "en_US.UTF-8"])
    #expect(ascii.text.utf8.allSatisfy { $0 < 0x80 })
    #expect(ascii.text.contains("\u{1b}["))
    let dumb = run(line, columns: 120, ["TERM": "dumb", "LC_ALL": "C.UTF-8"]).text
    #expect(!dumb.contains("\u{1b}"))
    #expect(dumb == withoutColor(run(line, columns: 120).text))
  }

  @Test("the first of LC_ALL, LC_CTYPE and LANG that is set determines the character set")
  func locale() {
    func isASCII(_ environment: [String: String]) -> Bool {
      run("top --sample-index=alloc_space", columns: 120, environment).text.utf8
        .allSatisfy { $0 < 0x80 }
    }
    #expect(!isASCII([:]))
    #expect(!isASCII(["LANG": "en_US.UTF-8"]))
    #expect(!isASCII(["LANG": "C.utf8"]))
    #expect(!isASCII(["LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8", "LANG": "C"]))
    #expect(isASCII(["LANG": "POSIX"]))
    #expect(isASCII(["LC_CTYPE": "C", "LANG": "en_US.UTF-8"]))
    #expect(isASCII(["LANG": "en_US.ISO-8859-1"]))
  }

  @Test("top ends at the height of the screen and says how many more rows there are")
  func height() {
    func top(_ options: [String] = [], rows: Int?) -> [Substring] {
      lines(
        heapscope(
          ["top", "--sample-index=alloc_space"] + options + [profile], columns: 120, rows: rows
        ).text)
    }
    let all = top(["--nodecount=0"], rows: 16)
    let some = top(rows: 16)
    #expect(some.count < 16 && all.count > 16)
    #expect(some.last?.contains("more rows; --nodecount=0 for all") == true)
    let whole = top(rows: nil)
    #expect(whole.last?.contains("more rows with flat 0 (--cum); --nodecount=0 for all") == true)
  }

  @Test("a report longer than the screen says so")
  func longReport() {
    let run = heapscope(["traces", profile], columns: 80, rows: 24)
    #expect(run.messages.contains { $0.contains("lines, more than the screen has") })
    #expect(heapscope(["tags", profile], columns: 80, rows: 200).messages.isEmpty)
    #expect(heapscope(["traces", profile]).messages.isEmpty)
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
