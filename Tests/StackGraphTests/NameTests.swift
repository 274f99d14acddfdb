import HeapscopeTestSupport
import ProfileModel
import Testing

@testable import StackGraph

@Suite("Names and paths")
struct NameTests {
  @Test(
    "paths are cleaned by their text alone",
    arguments: [
      ("", "."), (".", "."), ("a/b", "a/b"), ("a//b", "a/b"), ("./a/./b/.", "a/b"),
      ("a/../b", "b"), ("a/..", "."), ("..", ".."), ("../../a", "../../a"), ("/..", "/"),
      ("/../a", "/a"), ("/", "/"), ("//", "/"), ("/a/", "/a"), ("a/b/../../..", ".."),
      ("C:\\x\\..\\y", "C:\\x\\..\\y"),
    ])
  func cleaned(path: String, clean: String) {
    #expect(String(decoding: cleanPath(ArraySlice(path.utf8)), as: UTF8.self) == clean)
  }

  @Test(
    "the last element of a path is found as Go's path.Base finds it",
    arguments: [("", "."), ("/", "/"), ("a/b", "b"), ("a/b//", "b"), ("b", "b"), ("/b", "b")])
  func last(path: String, element: String) {
    #expect(String(decoding: lastPathElement(ArraySlice(path.utf8)), as: UTF8.self) == element)
  }

  /// The file names of a profile's rows, at line granularity.
  private func files(_ names: [String], _ change: (inout SelectionOptions) -> Void) throws
    -> [String]
  {
    var builder = StackProfile()
    for (index, name) in names.enumerated() { builder.add("f\(index)@\(name):1", [1]) }
    var options = SelectionOptions()
    options.granularity = .lines
    change(&options)
    let table = GraphBuilder(try Selection(builder.profile, options)).table
    return table.identities.map { table.strings[$0.file] }
  }

  @Test("trim_path cuts the first prefix that fits, and Bazel's always")
  func trimPath() throws {
    #expect(
      try files(["/build/x/a.go", "/src/b.go", "/other/c.go"]) { $0.trimPath = "/build:/src/" }
        == ["x/a.go", "b.go", "/other/c.go"])
    #expect(
      try files(["/proc/self/cwd/a.cc", "/proc/self/cwd/./b.cc"]) { _ in } == ["a.cc", "b.cc"])
    #expect(try files(["/builds/a.go"]) { $0.trimPath = "/build" } == ["/builds/a.go"])
  }

  @Test("source_path cuts everything up to its last directory's name")
  func sourcePath() throws {
    #expect(try files(["/home/me/app/x/a.go"]) { $0.sourcePath = "/code/app" } == ["x/a.go"])
    #expect(
      try files(["/home/me/app/x/a.go"]) {
        $0.sourcePath = "/code/app"; $0.trimPath = "/home"
      } == ["me/app/x/a.go"])
  }

  @Test(
    "names for drop_frames lose their arguments",
    arguments: [
      ("main.run", "main.run"), (".hidden", "hidden"), ("f(int)", "f"), ("f<a>(b)", "f<a>"),
      ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
      ("a::(anonymous namespace)::b(c)", "a::(anonymous namespace)::b"),
      ("a::operator()(int)", "a::operator()"), ("operator()", "operator()"),
      ("main.(*T).Do", "main."), ("f()", "f"), ("(x)", ""), ("", ""), ("..x", ".x"),
    ])
  func simplified(name: String, expected: String) {
    #expect(String(decoding: simplifiedName(ArraySlice(name.utf8)), as: UTF8.self) == expected)
  }

  @Test(
    "packages and modules are derived from Go symbols",
    arguments: [
      ("main.main", "main", "main"), ("fmt.(*pp).doPrintf", "fmt", "std"),
      ("net/http.(*conn).serve", "net/http", "std"),
      ("github.com/acme/kvlog.Logger.Log", "github.com/acme/kvlog", "github.com/acme/kvlog"),
      ("github.com/acme/kvlog/v2/sub.F", "github.com/acme/kvlog/v2/sub", "github.com/acme/kvlog"),
      ("golang.org/x/net/http2.F.func1", "golang.org/x/net/http2", "golang.org/x"),
      ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml%2ev3", "gopkg.in/yaml%2ev3"),
      ("slices.SortFunc[go.shape.[]github.com/a/b.T]", "slices", "std"),
      ("main.Map[github.com/a/b.K].Get", "main", "main"), ("memmove", "memmove", "std"),
      ("example.com/shopd.(*T[a/b.C]).F", "example.com/shopd", "example.com/shopd"),
    ])
  func packages(symbol: String, package: String, module: String) {
    #expect(String(decoding: goPackage(ArraySlice(symbol.utf8)), as: UTF8.self) == package)
    #expect(String(decoding: goModule(ArraySlice(symbol.utf8)), as: UTF8.self) == module)
  }
}

@Suite("Rows and their names")
struct NodeTests {
  private func profile() -> Profile {
    var profile = Profile()
    profile.samples = SampleTable(typeCount: 1)
    profile.sampleTypes = [
      SampleType(name: profile.strings.intern("space"), unit: profile.strings.intern("bytes"))
    ]
    profile.mappings = [
      Mapping(id: 1, file: profile.strings.intern("/bin/prog")),
      Mapping(id: 2, file: profile.strings.intern("/lib/libx.so")),
    ]
    let name = profile.strings.intern("main.f")
    let file = profile.strings.intern("/src/./f.go")
    let functions = [
      profile.functions.append(id: 1, name: name, systemName: name, file: file, startLine: 3),
      profile.functions.append(id: 2, name: name, systemName: name, file: .empty, startLine: 9),
      profile.functions.append(id: 3, name: .empty, systemName: .empty, file: file, startLine: 3),
      profile.functions.append(id: 4, name: .empty, systemName: .empty, file: .empty, startLine: 0),
    ]
    let places: [(Int?, UInt64, [(Int, Int64, Int64)])] = [
      (0, 0x401000, [(0, 10, 7)]), (1, 0x402000, [(0, 11, 0), (1, 0, 0)]),
      (0, 0x403000, [(2, 0, 0)]),
      (1, 0x404000, []), (nil, 0x405000, []), (nil, 0, [(3, 0, 0)]), (nil, 0, []),
    ]
    for (index, place) in places.enumerated() {
      let lines = place.2.map { SourceLine(function: functions[$0.0], line: $0.1, column: $0.2) }
      let location = profile.locations.append(
        id: UInt64(index) + 1, mapping: place.0.map { MappingID($0) } ?? .none, address: place.1,
        lines: lines)
      profile.samples.append(stack: [location], values: [1])
    }
    return profile
  }

  private func names(_ granularity: Granularity, columns: Bool = false, inlines: Bool = true) throws
    -> [String]
  {
    var options = SelectionOptions()
    options.granularity = granularity
    options.columns = columns
    options.inlines = inlines
    let table = GraphBuilder(try Selection(profile(), options)).table
    return (0..<table.count).map {
      String(decoding: table.printableName(NodeID($0)), as: UTF8.self)
    }
  }

  @Test("a row is what its granularity distinguishes, and is named accordingly")
  func granularities() throws {
    #expect(try names(.functions) == ["main.f", "[prog]", "[libx.so]", "<unknown>"])
    #expect(
      try names(.filefunctions) == [
        "main.f /src/f.go", "main.f", "/src/f.go", "[libx.so]", "<unknown>",
      ])
    #expect(
      try names(.files) == ["/src/f.go", "/src/f.go", "[libx.so]", "[libx.so]", "<unknown>"])
    #expect(
      try names(.lines) == [
        "main.f /src/f.go:10", "main.f /src/f.go:11", "main.f", "/src/f.go", "[libx.so]",
        "<unknown>",
      ])
    #expect(
      try names(.addresses) == [
        "0000000000401000 main.f /src/f.go:10:7", "0000000000402000 main.f /src/f.go:11",
        "0000000000402000 main.f", "0000000000403000 /src/f.go", "0000000000404000 [libx.so]",
        "0000000000405000 <unknown>", "<unknown>",
      ])
  }

  @Test("columns and inlined lines are shown on request")
  func options() throws {
    #expect(try names(.lines, columns: true).first == "main.f /src/f.go:10:7")
    #expect(try names(.addresses, inlines: false).count == 6)
    #expect(try names(.addresses, inlines: false).first == "0000000000401000 main.f /src/f.go:10")
    #expect(try names(.functions, columns: true) == names(.functions))
  }

  @Test("Go packages and modules are granularities")
  func packages() throws {
    let profile = StackProfile.inBytes([
      "fmt.newPrinter < fmt.Sprint < main.main": 1, "net/http.Get < main.main": 2,
    ])
    var options = SelectionOptions()
    options.granularity = .packages
    let builder = GraphBuilder(try Selection(profile, options))
    let names = (0..<builder.table.count).map {
      String(decoding: builder.table.printableName(NodeID($0)), as: UTF8.self)
    }
    #expect(names == ["fmt", "main", "net/http"])
    #expect(builder.nodeValues().cum == [1, 3, 2])
    options.granularity = .modules
    let modules = GraphBuilder(try Selection(profile, options))
    #expect(modules.nodeValues().cum == [3, 3])
  }

  @Test("the table of traces cleans paths and cuts nothing")
  func uncut() {
    let profile = StackProfile.inBytes(["f@/proc/self/cwd/./a.cc:1": 1])
    let table = NodeTable(profile, cutsPrefixes: false)
    #expect(table.identities.map { table.strings[$0.file] } == ["/proc/self/cwd/a.cc"])
  }
}

@Suite("drop_frames and keep_frames")
struct FrameDroppingTests {
  private func names(_ stack: String, drop: String, keep: String = "") throws -> String {
    var profile = StackProfile.inBytes([stack: 1, "other": 1])
    profile.dropFrames = profile.strings.intern(drop)
    profile.keepFrames = profile.strings.intern(keep)
    try profile.dropUninterestingFrames()
    let frames = profile.samples.frames[profile.samples.frameRange(of: 0)]
    return frames.flatMap { frame in
      profile.plainFrames(frame, .functions).reversed().map {
        String($0.frame.text.prefix { $0 != "|" })
      }
    }.joined(separator: " < ")
  }

  @Test("drop_frames drops a frame with everything below it, after the first user frame")
  func dropped() throws {
    let stack = "alloc < malloc < main"
    #expect(try names(stack, drop: "malloc") == "main")
    #expect(try names(stack, drop: "malloc", keep: "malloc") == stack)
    #expect(try names("alloc < main < malloc", drop: "malloc") == "alloc < main < malloc")
    #expect(try names("x < malloc < main < malloc", drop: "malloc") == "main < malloc")
    #expect(try names("y < ~x < ~malloc < run < main", drop: "malloc") == "run < main")
    #expect(try names("mallocgc < main", drop: "malloc") == "mallocgc < main")
    #expect(try names("malloc(int) < main", drop: "malloc") == "main")
  }

  @Test("an invalid expression for drop_frames is refused")
  func refused() {
    #expect(
      throws: FrameDroppingError.pattern(PatternError(reason: "missing closing )", offset: 1))
    ) {
      try names("main", drop: "(")
    }
  }
}
