import Foundation
import HeapscopeTestSupport
import ProfileBytes
import Testing

/// Content that is well formed but crafted to do harm.
@Suite("Hostile content") struct HostileContentTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// The heap profile with these stacks instead of its own.
  private func profile(_ samples: [(stack: [UInt64], values: [Int64])]) -> ProfileBytes {
    var profile = ProfileBytes.heap
    profile.samples = []
    for sample in samples { profile.addSample(sample.stack, sample.values) }
    return profile
  }

  /// Expects one line about 64 bits, or correct figures.
  private func expectNoWrap(_ arguments: [String], _ sum: String) throws {
    let run = try runTool(arguments, in: folder)
    // What a profile is may be noted before.
    let lines = run.messages.split(separator: "\n").filter {
      !$0.contains("some values are negative") && !$0.contains("a difference")
    }
    if run.status == 0 {
      #expect(lines.isEmpty, "\(arguments): \(lines)")
      #expect(run.text.contains(sum), "\(arguments): \(run.text.prefix(300))")
    } else {
      #expect(run.status == 65, "\(arguments)")
      #expect(run.messages.hasSuffix("does not fit 64 bits\n"), "\(arguments): \(run.messages)")
      #expect(lines.count == 1, "\(arguments): \(lines)")
      #expect(run.output.isEmpty, "\(arguments)")
    }
  }

  @Test("every report refuses sums that do not fit 64 bits")
  func sums() throws {
    let most = Int64.max
    let all = [most, most, most, most]
    let two = try folder.write("two", profile([([1], all), ([3], all)]).encoded)
    let same = try folder.write("same", profile([([1], all), ([1], all)]).encoded)
    let negative = try folder.write(
      "negative", profile([([1], all.map { -$0 }), ([3], all.map { -$0 })]).encoded)
    for file in [two, same, negative] {
      for command in commands + ["tree", "tags", "dot", "summary", "flame", "report", "traces"] {
        try expectNoWrap([command, file], "\(most)")
      }
    }
    // Each fits in 64 bits, but their sum does not.
    let one = try folder.write("one", profile([([1], all)]).encoded)
    let minus = try folder.write("minus", profile([([1], all.map { -$0 })]).encoded)
    try expectNoWrap(["folded", one], "\(most)")
    try expectNoWrap(["folded", one, one], "18446744073709551614")
    try expectNoWrap(["merge", one, one], "")
    try expectNoWrap(["folded", "--base", minus, one], "18446744073709551614")
    try expectNoWrap(["diff", minus, one], "18446744073709551614")
    try expectNoWrap(["diff", one, minus], "-18446744073709551614")
  }

  @Test("control characters in units are escaped on a terminal")
  func units() throws {
    var profile = ProfileBytes.heap
    let escape = Array("1\u{1b}[31m\0s".utf8)
    profile.strings = profile.strings.map { $0 == Array("bytes".utf8) ? escape : $0 }
    let file = try folder.write("unit", profile.encoded)
    for command in [
      ["top", "--color=always"], ["top", "--color=always", "--error"], ["summary"], ["focus", "."],
      ["hotspots"], ["diff", file], ["trend", file], ["top", "--format=markdown"],
      ["flame", "-o", "-"],
    ] {
      let run = try runTool(command + [file], in: folder)
      #expect(run.status == 0 || command[0] == "trend", "\(command): \(run.messages)")
      let text = run.text + run.messages
      #expect(!text.contains("\u{1b}[31m\0") && !text.contains("\0"), "\(command)")
    }
    let table = try runTool(["top", "--color=always", file], in: folder)
    #expect(table.text.contains("1\\x1b[31m\\x00s"))
  }

  /// Commands that build logs obey: of GitHub Actions, Azure Pipelines, TeamCity.
  private static let logCommands = [
    "\n::set-output name=x::y", "\n \t::warning::", "\r::error::", "##[set-env name=A]b",
    "##vso[task.setvariable variable=a]b", "##teamcity[buildStatus text='x']",
  ]

  @Test(
    "no text of a profile acts as a command in a build log or a terminal", arguments: logCommands)
  func namesInPipes(command: String) throws {
    var profile = ProfileBytes.heap
    let text = "evil" + command + "\u{1b}[2J\u{1b}]0;title\u{7}"
    profile.samples = []
    profile.addFunction(20, text, file: "/src/a\(text)b.go")
    profile.addLocation(20, functions: [20])
    let labels = block(
      3, number(1, profile.text("key" + text)) + number(2, profile.text("v" + text)))
    profile.addSample([20, 1], [1, 1, 1, 100], labels: labels)
    profile.addSample([1, 20, 1], [1, 1, 1, 50], labels: labels)
    profile.mappings = [
      number(1, 1) + number(5, profile.text("/bin/" + text)) + number(6, profile.text("id" + text))
    ]
    for comment in ["::debug::begins the line", "  ::debug::behind blanks", text] {
      profile.rest += number(13, profile.text(comment))
    }
    let file = try folder.write("evil", profile.encoded)
    let reports = [
      ["top"], ["top", "--lines"], ["top", "--files"], ["top", "--addresses"], ["tree"],
      ["peek", "evil"], ["traces"], ["tags"], ["raw"], ["list", "evil"], ["callgrind"],
      ["comments"], ["-top"], ["-raw"], ["summary"], ["hotspots"], ["focus", "evil"], ["folded"],
      ["diff", file], ["top", "--format=markdown"], ["top", "--format=json"],
      ["tree", "--color=always"],
    ]
    for report in reports {
      let run = try runTool(report + [file], in: folder)
      #expect(run.status == 0, "\(report): \(run.messages)")
      let shown = run.text + run.messages
      for line in shown.split(whereSeparator: \.isNewline) {
        #expect(!line.drop { $0.isWhitespace }.hasPrefix("::"), "\(report): \(line)")
      }
      // These two are data for programs, with unchanged names.
      if report.last != "--format=json" && report != ["folded"] {
        for mark in ["##[", "##vso[", "##teamcity["] { #expect(!shown.contains(mark), "\(report)") }
      }
      #expect(!shown.contains("\u{1b}[2J") && !shown.contains("\u{1b}]"), "\(report)")
    }
  }

  @Test("other control characters reach a pipe as pprof prints them")
  func rawNames() throws {
    var profile = ProfileBytes.heap
    let name = "a\u{1}\u{7}\tb\nc\rd\u{1b}\u{1c}e # f:: ##g"
    profile.samples = []
    profile.addFunction(20, name)
    profile.addLocation(20, functions: [20])
    profile.addSample([20, 1], [1, 1, 1, 100])
    let file = try folder.write("raw", profile.encoded)
    for report in ["top", "tree", "traces", "raw", "-top"] {
      #expect(try runTool([report, file], in: folder).text.contains(name), "\(report)")
    }
  }

  @Test(
    "a name that a spreadsheet would take for a formula is text in CSV",
    arguments: ["=cmd|'/C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
  func formulas(name: String) throws {
    var profile = ProfileBytes.heap
    profile.samples = []
    profile.addFunction(20, name, file: name)
    profile.addLocation(20, functions: [20])
    profile.addSample([20, 1], [1, 1, 1, 100])
    let file = try folder.write("formula", profile.encoded)
    for report in [["top"], ["top", "--lines"], ["tree"], ["peek", "."], ["traces"], ["raw"]] {
      let run = try runTool(report + ["--format=csv", file], in: folder)
      #expect(run.status == 0)
      for line in run.text.split(separator: "\n") {
        let cells = line.split(separator: ",").map { $0.drop { $0 == "\"" } }
        for cell in cells where cell.contains(name.drop { $0.isWhitespace }) {
          #expect(!"=+@\t\r".contains(cell.first ?? " "), "\(report): \(line)")
          #expect(cell.first != "-" || Double(cell) != nil && cell != "-1", "\(report): \(line)")
        }
      }
    }
    let top = try runTool(["top", "--format=csv", file], in: folder).text
    #expect(top.contains("'" + name))
  }

  @Test(
    "Graphviz reads the graph whatever its names and labels are",
    .enabled(if: HostileContentTests.hasGraphviz, "Graphviz is not installed"))
  func graphs() throws {
    let long = String(repeating: "n.", count: 20_000)
    let names = [
      "nul\0x", "esc\u{1b}[0m", "quote\"]; evil [label=\"", "back\\", "lines\na\rb", long,
      String(repeating: "\u{1}", count: 9000), String(repeating: "é", count: 9000), "",
    ]
    for name in names {
      var profile = ProfileBytes.heap
      profile.samples = []
      profile.addFunction(20, name, file: "/src/" + name)
      profile.addFunction(21, name + "2", file: name)
      profile.addLocation(20, functions: [20])
      profile.addLocation(21, functions: [21])
      let labels = block(3, number(1, profile.text("k" + name)) + number(2, profile.text(name)))
      profile.addSample([20, 21, 1], [1, 1, 1, 100], labels: labels)
      profile.mappings = [number(1, 1) + number(5, profile.text("/bin/" + name))]
      let file = try folder.write("graph", profile.encoded)
      for command in [["svg"], ["svg", "--lines"], ["svg", "--files"]] {
        let run = try runTool(command + ["-o", folder.path("graph.svg"), file], in: folder)
        #expect(run.status == 0, "\(name.prefix(20).debugDescription): \(run.messages)")
        #expect(run.messages.hasPrefix("heapscope: wrote "), "\(run.messages.prefix(300))")
        let drawn = try String(contentsOfFile: folder.path("graph.svg"), encoding: .utf8)
        #expect(drawn.contains("</svg>") && !drawn.contains("\0") && !drawn.contains("\u{1b}"))
      }
    }
  }

  private static let hasGraphviz = ["/usr/bin/dot", "/usr/local/bin/dot"]
    .contains(where: FileManager.default.isExecutableFile)

  @Test("a mean over counts that do not fit 64 bits is refused")
  func means() throws {
    let file = try folder.write(
      "mean", profile([([1], [.max, 1, .max, 1]), ([3], [.max, 1, .max, 1])]).encoded)
    for command in ["top", "tree", "folded"] {
      let run = try runTool([command, "--mean", file], in: folder)
      #expect(run.status == 65)
      #expect(run.messages == "heapscope: \(file): the sum of alloc_objects does not fit 64 bits\n")
    }
  }

  @Test(
    "expensive or invalid expressions end in time, with at most one line",
    arguments: [
      "(a*)*b", "((((((a*)*)*)*)*)*)*c", "(a{1000}){1000}", "a{999999999}", ".*.*.*.*.*.*.*x",
      "(?R)", "(*LIMIT_MATCH=999999999)(a*)*b", String(repeating: "(", count: 100_000),
      String(repeating: "(", count: 20_000) + String(repeating: ")", count: 20_000), "[z-a]", "\\",
    ])
  func expressions(expression: String) throws {
    var hostile = ProfileBytes.heap
    hostile.addFunction(9, String(repeating: "a", count: 5000))
    hostile.addLocation(9, functions: [9])
    hostile.addSample([9, 1], [1, 1000, 1, 1000])
    for field in [7, 8] as [UInt64] {
      var profile = hostile
      // keep_frames only matters together with drop_frames.
      if field == 8 { profile.rest += number(7, profile.text("runtime")) }
      profile.rest += number(field, profile.text(expression))
      let file = try folder.write("expression", profile.encoded)
      for command in commands {
        let run = try runTool([command, file], in: folder)
        #expect(run.status == 0 || run.status == 65, "\(command): \(run.messages)")
        #expect(run.seconds < 30)
        #expect(run.messages.filter { $0 == "\n" }.count <= 1, "\(command)")
        #expect(run.messages.utf8.count < 400, "\(command)")
        #expect((run.status == 0) != run.output.isEmpty, "\(command)")
      }
    }
  }

  @Test("names that differ in bytes are different functions, however alike they look")
  func equalLooks() throws {
    let pairs: [([UInt8], [UInt8])] = [
      (Array("caf\u{e9}".utf8), Array("cafe\u{301}".utf8)), ([0x61, 0xff], [0x61, 0xfe]),
      ([0x61, 0xff], Array("a\u{fffd}".utf8)), ([0x61, 0xe2, 0x82], Array("a\u{fffd}".utf8)),
      (Array("a;b".utf8), Array("a\\x3bb".utf8)), (Array("a\nb".utf8), Array("a\\x0ab".utf8)),
      ([0x61, 0], [0x61]), (Array("a ".utf8), Array("a".utf8)),
      (Array("\u{2028}".utf8), Array("\\u{2028}".utf8)), ([0xff], Array("\\xff".utf8)),
    ]
    for (left, right) in pairs {
      var profile = ProfileBytes.heap
      profile.samples = []
      for (id, name) in [(20, left), (21, right)] as [(UInt64, [UInt8])] {
        profile.functions.append(number(1, id) + number(2, profile.bytes(name)))
        profile.addLocation(id, functions: [id])
        profile.addSample([id, 1], [1, 1, 1, Int64(id)])
      }
      let file = try folder.write("pair", profile.encoded)
      let run = try runTool(["folded", file], in: folder)
      let lines = run.text.split(separator: "\n")
      #expect(lines.count == 2, "\(left) and \(right): \(run.text)")
      // The same name in two ways has one byte string.
      let stacks = Set(lines.map { Array($0.utf8.prefix { $0 != UInt8(ascii: " ") }) })
      #expect(Set(lines.map { Array($0.utf8.dropLast(3)) }).count == 2, "\(stacks)")
      let values = lines.compactMap { $0.split(separator: " ").last }.compactMap { Int($0) }
      #expect(values.sorted() == [20, 21])
      #expect(try runTool(["top", file], in: folder).text.contains("of 41B total"))
    }
  }

  @Test("markup, directives, quotes and paths in names are shown as text")
  func inertNames() throws {
    let names = [
      "<script>alert(1)</script>", "%s%n%d", "a\"b'c`d", "../../etc/passwd", "$(touch x)`id`",
      "</text><script/>", "]]>", "&lt;",
    ]
    var profile = ProfileBytes.heap
    profile.samples = []
    for (row, name) in names.enumerated() {
      let id = UInt64(20 + row)
      profile.addFunction(id, name, file: "/etc/passwd")
      profile.addLocation(id, functions: [id])
      profile.addSample([id, 1], [1, 1, 1, 100])
    }
    let file = try folder.write("names", profile.encoded)
    let folded = try runTool(["folded", file], in: folder).text
    for name in names {
      #expect(folded.contains("main.main;\(name.replacing(";", with: "\\x3b")) 100\n"), "\(name)")
    }
    for command in ["flame", "report"] {
      let run = try runTool([command, file], in: folder)
      #expect(run.status == 0)
      #expect(!run.text.contains("<script>alert"), "\(command)")
      #expect(!run.text.contains("</text><script/>"), "\(command)")
    }
  }
}
