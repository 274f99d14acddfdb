import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Findings")
struct FindingTests {
  static let map = "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Sprintf < "

  @Test("whether a call prints a map is decided by line, not by sample")
  func siteDecides() {
    var test = StackProfile.goHeap()
    test.add(Self.map + "main.f@/src/main.go:7", bytes: 40)
    test.add("fmt.Sprintf < main.f@/src/main.go:7", bytes: 50)
    test.add("main.f@/src/main.go:7", bytes: 10)
    test.add("fmt.Sprintf < main.f@/src/main.go:8", bytes: 30)
    test.add("main.f@/src/main.go:9", bytes: 70)
    let report = findHotspots(in: test.profile, column: 1)
    #expect(report.total == 200)
    #expect(report.findings.map(\.kind) == [.mapFormat, .format])
    #expect(report.findings.map(\.share) == [0.5, 0.15])
    #expect(report.findings.map { $0.blame.map(\.line) } == [[7], [8]])
  }

  @Test("a finding in live bytes is explained by the allocated bytes of its line")
  func liveBytes() {
    var test = StackProfile.goHeap()
    test.add(Self.map + "main.f", values: [9, 900, 0, 0])
    test.add("fmt.Sprintf < main.f", values: [1, 100, 1, 100])
    let finding = findHotspots(in: test.profile, column: 3).findings.first
    #expect(finding?.kind == .mapFormat)
    #expect(finding?.share == 1)
    #expect(finding?.footprint.allocatedBytes == 1000)
    #expect(finding?.footprint.liveBytes == 100)
    #expect(finding?.footprint.churnedBytes == 900)
    #expect(finding?.footprint.retention == 0.1)
    #expect(finding?.footprint.averageObjectSize == 100)
  }

  @Test("when a map is a small part of what is encoded, only the map counts")
  func typedValues() {
    let entry = " < encoding/json.Marshal < main.f@/src/main.go:7"
    let work = " < encoding/json.(*encodeState).reflectValue"
    func share(map: Int64, typed: Int64, result: Int64) -> Double? {
      var test = StackProfile.goHeap()
      test.add("encoding/json.mapEncoder.encode" + work + entry, bytes: map)
      if typed > 0 { test.add("encoding/json.structEncoder.encode" + work + entry, bytes: typed) }
      test.add("encoding/json.Marshal < main.f@/src/main.go:7", bytes: result)
      return findHotspots(in: test.profile, column: 1).findings.first { $0.kind == .jsonMapEncode }?
        .share
    }
    // The encoder works only on maps: the result, a copy of everything, belongs to them as well.
    #expect(share(map: 20, typed: 0, result: 80) == 1)
    #expect(share(map: 20, typed: 40, result: 40) == 0.2)
    #expect(share(map: 60, typed: 20, result: 20) == 1)
    // Hardly anything.
    #expect(share(map: 10, typed: 0, result: 90) == 0.1)
  }

  @Test("a writer that passes on what others write does not count as building a text")
  func writers() {
    func kinds(_ function: String) -> [HotspotKind] {
      var test = StackProfile.goHeap()
      test.add("bytes.(*Buffer).Write < \(function)@/src/main.go:7 < main.main", bytes: 100)
      return findHotspots(in: test.profile, column: 1).findings.map(\.kind)
    }
    for writer in ["main.(*counter).Write", "main.tee.WriteString", "main.(*log[...]).Write"] {
      #expect(kinds(writer) == [], "\(writer)")
    }
    for builder in ["main.render", "main.(*page).Render", "main.Write", "main.(*page).WriteTo"] {
      #expect(kinds(builder) == [.stringConcat], "\(builder)")
    }
  }

  @Test("in a difference, the findings that shrank most are listed with those that grew most")
  func magnitudes() {
    var test = StackProfile.goHeap()
    test.add("regexp.Compile < main.f@/src/main.go:1", bytes: 20)
    test.add("fmt.Sprintf < main.f@/src/main.go:2", bytes: -300)
    test.add("fmt.Sprintf < main.g@/src/main.go:3", bytes: 100)
    test.add("fmt.Sprintf < main.f@/src/main.go:2 < main.caller@/src/main.go:9", bytes: -200)
    let findings = findHotspots(in: test.profile, column: 1).findings
    #expect(findings.map(\.kind) == [.format, .regexpCompile])
    #expect(findings[0].blame.map(\.value) == [-500, 100])
    #expect(findings[0].paths.map(\.share).first.map { $0 < 0 } == true)
  }

  @Test("an error allocated by parsing is recognized as one")
  func parseErrors() {
    for (stack, kind) in [
      ("time.newParseError < time.parse < time.Parse", HotspotKind.errorPerCall),
      ("strconv.syntaxError < strconv.Atoi", .strconv),
      ("errors.New < net/url.parse < net/url.Parse", .errorPerCall),
      ("strconv.FormatInt", .strconv),
    ] {
      var test = StackProfile.goHeap()
      test.add("\(stack) < main.f@/src/main.go:7", bytes: 100, objects: 10_000, size: 48)
      #expect(findHotspots(in: test.profile, column: 1).findings.map(\.kind) == [kind], "\(stack)")
    }
  }

  @Test("what the test harness allocates below main is no hint")
  func harness() {
    var test = StackProfile.goHeap()
    test.add("regexp/syntax.Parse < testing.(*M).Run < main.main@/src/main.go:7", bytes: 100)
    test.add("bytes.growSlice < main.f@/src/main.go:9 < main.main", bytes: 100)
    #expect(findHotspots(in: test.profile, column: 1).hints.map(\.function) == ["main.f"])
  }

  @Test("YAML, TOML and BSON decoded into maps are found")
  func dynamicDecode() {
    for library in [
      "gopkg.in/yaml%2ev3.Unmarshal", "go.mongodb.org/mongo-driver/bson.Unmarshal",
      "github.com/BurntSushi/toml.(*Decoder).Decode", "sigs.k8s.io/yaml.Unmarshal",
    ] {
      func kinds(_ leaf: String) -> [HotspotKind] {
        var test = StackProfile.goHeap()
        test.add("\(leaf) < \(library) < main.f@/src/main.go:7 < main.main", bytes: 100)
        return findHotspots(in: test.profile, column: 1).findings.map(\.kind)
      }
      #expect(
        kinds("reflect.mapassign0 < reflect.Value.SetMapIndex") == [.dynamicDecode], "\(library)")
      #expect(kinds("reflect.New") != [.dynamicDecode])
    }
  }

  @Test("a line's own bytes beyond what a call can box are left out")
  func ownBytes() {
    var test = StackProfile.goHeap()
    test.add("fmt.Sprintf < main.f@/src/main.go:7", bytes: 10)
    test.add("main.f@/src/main.go:7", bytes: 90)
    #expect(findHotspots(in: test.profile, column: 1).findings.map(\.share) == [0.1])
  }

  @Test("a map filled from JSON counts as dynamic if the same line decodes into any")
  func decodedMaps() {
    let decode = " < encoding/json.Unmarshal < main.f@/src/main.go:7"
    let map = "reflect.mapassign_faststr0 < reflect.Value.SetMapIndex"
    for (filled, other, interface, expected) in [
      (40, 50, 0, 0), (40, 50, 10, 100), (5, 75, 20, 100), (5, 90, 5, 5),
    ] as [(Int64, Int64, Int64, Int64)] {
      var test = StackProfile.goHeap()
      test.add(map + decode, bytes: filled)
      test.add("encoding/json.Unmarshal < main.f@/src/main.go:7", bytes: other)
      if interface > 0 {
        test.add("encoding/json.(*decodeState).arrayInterface" + decode, bytes: interface)
      }
      let findings = findHotspots(in: test.profile, column: 1).findings
      let dynamic = findings.filter { $0.kind == .jsonDynamicDecode }
      #expect(dynamic.reduce(0) { $0 + $1.value } == expected)
      #expect(findings.allSatisfy { [.jsonDynamicDecode, .codecOutput].contains($0.kind) })
    }
  }

  @Test("a map that one call in a hundred prints does not change the kind of its line")
  func rareMap() {
    var test = StackProfile.goHeap()
    test.add(Self.map + "main.f", bytes: 1)
    test.add("fmt.Sprintf < main.f", bytes: 99)
    #expect(findHotspots(in: test.profile, column: 1).findings.map(\.kind) == [.format])
  }

  @Test("a stack cut in deep recursion counts in a finding without blame")
  func cutStacks() {
    var test = StackProfile.goHeap()
    test.add(Self.map + "main.f", bytes: 60)
    test.add(
      "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.(*pp).printValue", bytes: 40)
    let finding = findHotspots(in: test.profile, column: 1).findings.first
    #expect(finding?.share == 1)
    #expect(finding?.unblamedShare == 0.4)
    #expect(finding?.blame.map(\.share) == [0.6])
  }

  @Test("paths of a finding lead from the blamed line to the leaf, recursion once, largest first")
  func paths() {
    var test = StackProfile.goHeap()
    test.add(
      "fmt.(*buffer).write < fmt.(*pp).printValue < fmt.(*pp).printValue < fmt.Sprint < main.f",
      bytes: 5)
    test.add("fmt.Sprint < main.f", bytes: 15)
    #expect(
      findHotspots(in: test.profile, column: 1).findings.first?.paths == [
        Finding.Path(functions: ["main.f", "fmt.Sprint"], share: 0.75),
        Finding.Path(
          functions: ["main.f", "fmt.Sprint", "fmt.(*pp).printValue", "fmt.(*buffer).write"],
          share: 0.25),
      ])
  }

  @Test("equal findings are sorted by name")
  func order() {
    var test = StackProfile.goHeap()
    test.add("strings.Split < main.z", bytes: 5)
    test.add("strings.Split < main.a", bytes: 5)
    test.add("io.ReadAll < main.f", bytes: 10)
    let findings = findHotspots(in: test.profile, column: 1).findings
    #expect(findings.map(\.kind) == [.readAll, .stringSplit])
    #expect(findings.last?.blame.map(\.function) == ["main.a", "main.z"])
  }

  @Test(
    "findings do not depend on which sample types there are, or on their order", arguments: [0, 1])
  func otherTypes(column: Int) {
    var test = StackProfile.goHeap(types: ["space", "memory_space"])
    test.add("fmt.Sprint < main.f", values: [10, 20])
    let report = findHotspots(in: test.profile, column: column)
    #expect(report.findings.map(\.share) == [1])
    #expect(report.findings.first?.footprint == Footprint())
  }

  @Test("missing columns, no samples, zeros and negative values each give a valid report")
  func edges() {
    #expect(findHotspots(in: Profile(), column: 0).findings.isEmpty)
    var test = StackProfile.goHeap()
    #expect(findHotspots(in: test.profile, column: 1).findings.isEmpty)
    #expect(findHotspots(in: test.profile, column: 9).findings.isEmpty)
    test.add("fmt.Sprint < main.f", bytes: 0)
    test.add("", bytes: 0)
    #expect(findHotspots(in: test.profile, column: 1).findings.isEmpty)
    test.add("fmt.Sprint < main.f", bytes: -30)
    test.add("fmt.Sprint < main.g", bytes: 10)
    #expect(findHotspots(in: test.profile, column: 1).findings.map(\.share) == [-0.5])
    test.add("io.ReadAll < main.f", values: [.min, .min, .max, .max])
    test.add("io.ReadAll < main.f", values: [.min, .min, .max, .max])
    for finding in findHotspots(in: test.profile, column: 1).findings {
      #expect(abs(finding.share) <= 1)
    }
  }

  @Test("findings accept names that are not text and brackets that do not close")
  func oddNames() {
    var test = StackProfile.goHeap()
    for name in ["fmt.[[[Sprint", "]]fmt.Sprint", "fmt.", ".", "/", "", "%2", "a/%2e.%"] {
      test.add("\(name)@\(name) < main.f[go.shape.int", bytes: 100)
    }
    var profile = test.profile
    let bytes = profile.strings.intern([0xff, 0x2e, 0xfe, 0x5b, 0x00])
    _ = profile.functions.append(
      id: 99, name: bytes, systemName: bytes, file: bytes, startLine: 0)
    profile.functions.names[0] = bytes
    #expect(findHotspots(in: profile, column: 1).total == 800)
  }

  @Test("findings accept a stack of 100,000 frames")
  func deepStack() {
    var test = StackProfile.goHeap()
    test.add(
      Array(repeating: "fmt.(*pp).printValue", count: 50_000).joined(separator: " < ")
        + " < fmt.Sprint < main.f < "
        + Array(repeating: "main.g", count: 50_000).joined(separator: " < "), bytes: 5)
    let finding = findHotspots(in: test.profile, column: 1).findings.first
    #expect(finding?.paths.first?.functions == ["main.f", "fmt.Sprint", "fmt.(*pp).printValue"])
  }
}

@Suite("Shares of findings")
struct ShareTests {
  static let functions = [
    "fmt.Sprintf", "fmt.(*pp).printValue", "internal/fmtsort.Sort", "reflect.Value.MapKeys",
    "reflect.(*MapIter).Key", "encoding/json.Marshal", "encoding/json.mapEncoder.encode",
    "encoding/json.Unmarshal", "encoding/json.(*decodeState).objectInterface", "log.Printf",
    "log/slog.(*Logger).Info", "strings.Join", "bytes.(*Buffer).WriteString", "io.WriteString",
    "text/template.(*Template).Execute", "maps.Keys[...].func1", "slices.Collect[...]",
    "runtime.newproc1", "runtime/pprof.writeHeap", "github.com/sirupsen/logrus.Info",
    "main.f", "main.g", "main.h-range1", "main.init",
  ]

  @Test(
    "shares of findings add up to at most 1, with each sample in at most one",
    arguments: 0..<60 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var test = StackProfile.goHeap()
    for _ in 0..<200 {
      let depth = Int.random(in: 0...8, using: &random)
      let stack = (0..<depth).map { _ in
        Self.functions.randomElement(using: &random)! + (Bool.random(using: &random) ? "" : "@")
      }
      let objects = Int64.random(in: 0...5000, using: &random)
      test.add(
        stack.joined(separator: " < "),
        values: [objects, objects * 64, objects / 2, objects * 32],
        size: Int64.random(in: 1...6, using: &random) * 16)
    }
    var options = HotspotOptions()
    options.minimumShare = 0
    for column in 0..<4 { expectWhole(test.profile, column: column, options: options) }
  }

  func expectWhole(_ profile: Profile, column: Int, options: HotspotOptions) {
    let report = findHotspots(in: profile, column: column, options: options)
    let values = report.findings.map(\.value)
    #expect(report.findings.reduce(0) { $0 + $1.share } <= 1 + 1e-9)
    #expect(values.reduce(0, +) <= report.total)
    #expect(values == values.sorted(by: >))
    #expect(Set(report.findings.map(\.kind)).count == report.findings.count)
    for finding in report.findings {
      let blamed = finding.blame.reduce(0) { $0 + $1.share }
      #expect(abs(blamed + finding.unblamedShare - finding.share) < 1e-9)
      #expect(finding.paths.count <= options.pathCount)
    }
    #expect(report == findHotspots(in: profile, column: column, options: options))
  }
}
