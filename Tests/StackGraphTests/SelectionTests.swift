import HeapscopeTestSupport
import ProfileModel
import Testing

@testable import StackGraph

@Suite("Filters of labels")
struct TagFilterTests {
  @Test(
    "numbers with units are ranges that include both ends",
    arguments: [
      ("16", 16, "x", true), ("16x", 16, "x", true), ("16", 16, "", true),
      ("16b", 16, "bytes", true),
      ("1kb", 1024, "bytes", true), ("1kb", 1025, "bytes", false), ("1kb:", 1024, "bytes", true),
      ("1kb:", 1023, "bytes", false), (":1kb", 1024, "bytes", true), (":1kb", 1025, "bytes", false),
      ("1kb:2kb", 2048, "bytes", true), ("1kb:2kb", 2049, "bytes", false),
      ("1:2kb", 1500, "bytes", false), ("1024", 1024, "bytes", false), ("-5b:5b", 0, "bytes", true),
      ("1s:1m", 1, "s", true), ("1s:1m", 2, "s", false), ("1ms:1s", 500_000_000, "ns", true),
      ("1kb:2", 1500, "bytes", true),
    ] as [(String, Int64, String, Bool)])
  func ranges(text: String, number: Int64, unit: String, expected: Bool) {
    let range = TagRange(text)
    #expect((range?.contains(number, unit: unit) ?? false) == expected)
  }

  @Test(
    "texts of other forms are not ranges",
    arguments: [
      "", ":", "x", "1.5kb", "1 kb", "kb:1", "1kb:2ms", "1:2:3", "1-2", "--1", "1é", "٣kb",
    ])
  func noRanges(text: String) {
    #expect(TagRange(text) == nil)
  }

  private func kept(_ filter: String) throws -> [Int64] {
    var builder = StackProfile()
    builder.add("main.a", [1], texts: ["key": "apple", "host": "x"])
    builder.add("main.a", [2], texts: ["key": "pear"])
    builder.add("main.a", [4], numbers: ["bytes": (1024, "bytes")])
    builder.add("main.a", [8], texts: ["key": "apple", "key2": "apple"], numbers: ["req": (5, "")])
    var options = SelectionOptions()
    options.tagFocus = filter
    return try Selection(builder.profile, options).values
  }

  @Test(
    "a tag filter is a range, or expressions over texts",
    arguments: [
      ("key=apple", [1, 8]), ("key=apple,pear", [1, 2, 8]), ("apple,pear", []), ("apple,host", [1]),
      ("key:pear", [2]), ("^key:", [1, 2, 8]), ("key=^app", [1, 8]), ("key=host", []),
      ("bytes=1kb", [4]), ("1kb", [4]), ("bytes=1kb:", [4]), ("bytes=:512b", []), ("req=5", [8]),
      ("5req", [8]), ("req=5req", [8]), ("nothing=x", []), ("key2=apple", [8]),
    ] as [(String, [Int64])])
  func filters(filter: String, values: [Int64]) throws {
    #expect(try kept(filter) == values)
  }

  @Test("a tag filter that is read as a range, or matches nothing, causes a warning")
  func warnings() throws {
    var options = SelectionOptions()
    options.tagFocus = "bytes=1kb:"
    options.ignore = "nothing"
    let profile = StackProfile.inBytes(["main.a": 1])
    #expect(
      try Selection(profile, options).warnings == [
        .readAsRange(option: "tagfocus", text: "1kb:"), .noMatch(filter: "Ignore"),
        .noMatch(filter: "TagFocus"),
      ])
  }
}

@Suite("Units of labels")
struct LabelUnitTests {
  @Test("the first recorded unit of a key counts, and some keys have a default")
  func units() {
    var builder = StackProfile()
    builder.add("main.a", [1], numbers: ["size": (1, ""), "request": (1, ""), "other": (1, "")])
    builder.add("main.a", [1], numbers: ["size": (1, "kilobytes"), "alignment": (1, "")])
    builder.add("main.a", [1], numbers: ["size": (1, "bytes")])
    let profile = builder.profile
    let units = LabelUnits(profile)
    func unit(_ key: String) -> String {
      profile.strings.find(key).map { units.unit(of: $0) } ?? "-"
    }
    #expect(unit("size") == "kilobytes")
    #expect(unit("request") == "bytes")
    #expect(unit("alignment") == "bytes")
    #expect(unit("other") == "other")
    #expect(units.conflicts.map(\.key) == ["size"])
    #expect(units.conflicts.map(\.others) == [["bytes"]])
  }
}

@Suite("Filters by name")
struct NameFilterTests {
  private let profile = StackProfile.inBytes([
    "~fmt.newPrinter@fmt/print.go < fmt.Sprint@fmt/print.go < main.run < main.main": 1,
    "os.Read < main.main": 2, "runtime.goexit": 4, "": 8,
  ])

  /// The stacks that are left, root first, with their values.
  private func stacks(_ change: (inout SelectionOptions) -> Void) throws -> [String] {
    var options = SelectionOptions()
    change(&options)
    let selection = try Selection(profile, options)
    let samples = selection.profile.samples
    return (0..<samples.count).map { sample in
      let names = samples.frames[samples.frameRange(of: sample)].reversed().flatMap { frame in
        selection.profile.plainFrames(frame, .functions).map { $0.frame.text.prefix { $0 != "|" } }
      }
      return names.joined(separator: " ") + " \(selection.values[sample])"
    }
  }

  private let long = "main.main main.run fmt.Sprint fmt.newPrinter 1"

  @Test("focus and ignore keep or drop whole stacks")
  func focus() throws {
    #expect(try stacks { $0.focus = "main\\.run" } == [long])
    #expect(try stacks { $0.focus = "print\\.go" } == [long])
    #expect(try stacks { $0.ignore = "main\\.main" } == ["runtime.goexit 4"])
    #expect(
      try stacks {
        $0.focus = "main"; $0.ignore = "fmt"
      } == ["main.main os.Read 2"])
    #expect(try stacks { $0.focus = "." }.count == 3)
  }

  @Test("hide and show remove frames, and stacks without frames")
  func hide() throws {
    #expect(
      try stacks { $0.hide = "^main|goexit" } == ["fmt.Sprint fmt.newPrinter 1", "os.Read 2"])
    #expect(try stacks { $0.hide = "newPrinter" }.first == "main.main main.run fmt.Sprint 1")
    #expect(
      try stacks { $0.show = "fmt\\.|os\\." } == ["fmt.Sprint fmt.newPrinter 1", "os.Read 2"])
    #expect(
      try stacks {
        $0.show = "Sprint"; $0.hide = "main"
      } == ["fmt.Sprint 1"])
  }

  @Test("show_from and prune_from cut the ends of stacks")
  func cut() throws {
    #expect(
      try stacks { $0.showFrom = "main\\.run|os" } == [
        "main.run fmt.Sprint fmt.newPrinter 1", "os.Read 2",
      ])
    #expect(
      try stacks { $0.pruneFrom = "main\\.run|os" } == [
        "main.main main.run 1", "main.main os.Read 2", "runtime.goexit 4", " 8",
      ])
    #expect(try stacks { $0.pruneFrom = "Sprint" }.first == "main.main main.run fmt.Sprint 1")
  }

  @Test(
    "an invalid expression is refused with the name of its option",
    arguments: [
      "focus", "ignore", "hide", "show", "show_from", "prune_from", "tagfocus", "tagignore",
      "tagshow", "taghide",
    ])
  func refused(option: String) {
    let paths: [String: WritableKeyPath<SelectionOptions, String>] = [
      "focus": \.focus, "ignore": \.ignore, "hide": \.hide, "show": \.show,
      "show_from": \.showFrom, "prune_from": \.pruneFrom, "tagfocus": \.tagFocus,
      "tagignore": \.tagIgnore, "tagshow": \.tagShow, "taghide": \.tagHide,
    ]
    var options = SelectionOptions()
    if let path = paths[option] { options[keyPath: path] = "a(" }
    #expect(
      throws: SelectionError.pattern(
        option: option, value: "a(", PatternError(reason: "missing closing )", offset: 1))
    ) { try Selection(profile, options) }
  }
}

@Suite("Sample types")
struct SampleIndexTests {
  private let profile: Profile = {
    var builder = StackProfile(types: [
      "alloc_space/bytes", "space/bytes", "inuse_space/bytes", "7/count",
    ])
    builder.add("main.a", [1, 2, 4, 8])
    return builder.profile
  }()

  @Test(
    "a sample type is found by number, by name, or by its name without inuse_",
    arguments: [
      ("", 3), ("0", 0), ("2", 2), ("alloc_space", 0), ("inuse_space", 1), ("space", 1), ("03", 3),
    ])
  func found(text: String, column: Int) throws {
    #expect(try profile.column(sampleIndex: text) == column)
  }

  @Test("the profile's default sample type is preferred to the last one")
  func fallback() throws {
    var profile = profile
    profile.defaultSampleType = try #require(profile.strings.find("alloc_space"))
    #expect(try profile.column(sampleIndex: "") == 0)
  }

  @Test("unknown sample types are refused")
  func refused() {
    #expect(throws: SelectionError.sampleIndexRange(4, count: 4)) {
      try profile.column(sampleIndex: "4")
    }
    #expect(throws: SelectionError.sampleIndexRange(-1, count: 4)) {
      try profile.column(sampleIndex: "-1")
    }
    #expect(
      throws: SelectionError.sampleIndexName(
        "cpu", known: ["alloc_space", "space", "inuse_space", "7"])
    ) { try profile.column(sampleIndex: "cpu") }
    #expect(throws: SelectionError.noSampleTypes) { try Profile().column(sampleIndex: "") }
  }

  @Test("a mean divides by the first sample type, and leaves values alone where that is 0")
  func means() throws {
    var builder = StackProfile(types: ["alloc_objects/count", "alloc_space/bytes"])
    builder.add("main.a", [4, 1001])
    builder.add("main.b", [0, 10])
    var options = SelectionOptions()
    options.mean = true
    let selection = try Selection(builder.profile, options)
    #expect(selection.sampleType == "mean_alloc_space")
    #expect(selection.total == 252)
    var trimming = TrimOptions()
    trimming.keepAll()
    let graph = TrimmedGraph(GraphBuilder(selection), trimming).graph
    #expect(graph.order.map { graph.nodes[$0].flatValue } == [250, 10])
  }

  @Test("a total beyond 64 bits is refused")
  func overflow() {
    let huge = StackProfile.inBytes(["main.a": .max, "main.b": 1])
    #expect(throws: SelectionError.overflow(sampleType: "inuse_space")) {
      try Selection(huge, SelectionOptions())
    }
  }
}
