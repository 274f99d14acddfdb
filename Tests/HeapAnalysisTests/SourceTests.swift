import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Findings that need the source")
struct SourceTests {
  static let code = """
    package main

    type presence struct { online map[string]int64; ids []string }

    func (p *presence) f(query, body string, raw []byte) {
      seen := map[string]bool{}
      list := []int{}
      out := []byte{}
      for id, at := range p.online {
        ids = append(ids, id)
        times = append(times, at.String())
      }
      for _, id := range p.ids {
        ids = append(ids, id)
      }
      query += "("
      query = query + body
      total += 1 // query +=
      text := "query += x"
      seen[body] = true
      p.online[body]++
      list[0] = 5
      h.Write([]byte(body))
      h.Write([]byte("literal"))
      return string(raw)
      key := string(rune('a'))
      batch := make([]record, 0, 100_000)
      exact := make([]record, 0, len(raw))
      seen[body] = &record{}
      for id, at := range p.online {
        pairs = append(pairs, pair{id, at})
        out = append(out, id...)
      }
      for _, part := range parts {
        path = "/" + part + path
        if len(part) > 3 { tail = tail + part }
      }
      once = "/" + once
      out = append(out, raw...)
      p.buf = append(p.buf, 'x')
      ids = append(ids, raw...)
      window := make([]record, 0, window)
      counts := index{}
      counts[id]++
      p.table[id] = 3
      list[0] = name + "x"
      if ok && bytes.Equal(raw, []byte(query)) {
    }

    func h(list []string, out []byte, m map[string]int, more texts) {
      list[1] = id
      for k := range m { list = append(list, k) }
      for k := range more { list = append(list, k) }
      for i := range out { list = append(list, k+2) }
    }

    type index map[string]int
    type presenceOf struct { buf []byte }
    const window = 1 << 20
    """

  /// Declares what the other file uses.
  static let otherCode = """
    package main

    type texts map[string]string
    """

  func kind(ofLine line: String, sizes: [Int64], objects: Int64 = 10_000) -> HotspotKind? {
    let lines = Self.code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let number = (lines.firstIndex { $0.contains(line) } ?? -1) + 1
    var test = StackProfile.goHeap()
    for size in sizes {
      test.add("main.f@/src/app/main.go:\(number)", bytes: 100, objects: objects, size: size)
    }
    #expect(findHotspots(in: test.profile, column: 1).findings.isEmpty)
    var options = HotspotOptions()
    test.add("main.other@/src/app/other.go:3", bytes: 1)
    options.source = SourceLookup { file, _ in
      switch file {
      case "/src/app/main.go": .init(SourceLines(Array(Self.code.utf8)))
      case "/src/app/other.go": .init(SourceLines(Array(Self.otherCode.utf8)))
      default: .init()
      }
    }
    let findings = findHotspots(in: test.profile, column: 1, options: options).findings
    #expect(findings.count <= 1)
    #expect(findings.allSatisfy { $0.blame.allSatisfy(\.isReadFromSource) })
    if let text = findings.first?.blame.first?.sourceText { #expect(text.hasPrefix(line)) }
    return findings.first?.kind
  }

  static let ladder: [Int64] = [16, 32, 64, 128, 256, 512]

  @Test(
    "a source line and its block sizes decide the kind of a finding",
    arguments: [
      ("ids = append(ids, id)", ladder, .mapIteration),
      ("ids = append(ids, id)", [64], .appendGrowth),
      ("query += \"(\"", ladder, .stringConcat),
      ("query = query + body", ladder, .stringConcat),
      ("text := \"query", ladder, nil),
      ("seen[body] = true", ladder, .mapGrowth),
      ("p.online[body]++", ladder, .mapGrowth),
      ("seen[body] = true", [64], .smallMapPerCall),
      ("list[0] = 5", ladder, nil),
      ("h.Write([]byte(body))", [64], .stringBytesConversion),
      ("h.Write([]byte(\"literal\"))", [64], nil),
      ("return string(raw)", [64], .stringBytesConversion),
      ("key := string(rune('a'))", [64], nil),
      ("batch := make([]record, 0, 100_000)", [2_400_000], .slicePrealloc),
      ("batch := make([]record, 0, 100_000)", [64], .bufferPerCall),
      ("exact := make([]record, 0, len(raw))", [2_400_000], .bufferPerCall),
      ("seen[body] = &record{}", ladder, .objectPerCall),
      ("pairs = append(pairs, pair{id, at})", ladder, .mapIteration),
      ("out = append(out, id...)", ladder, .stringConcat),
      ("path = \"/\" + part + path", [64], .stringConcat),
      ("if len(part) > 3 { tail = tail + part }", [64], .stringConcat),
      ("once = \"/\" + once", [64], .stringConcat),
      ("out = append(out, raw...)", ladder, .stringConcat),
      ("out = append(out, raw...)", [64], .appendGrowth),
      ("p.buf = append(p.buf, 'x')", ladder, .stringConcat),
      ("ids = append(ids, raw...)", ladder, .appendGrowth),
      ("window := make([]record, 0, window)", [2_400_000], .slicePrealloc),
      ("counts[id]++", ladder, .mapGrowth),
      ("p.table[id] = 3", ladder, .mapGrowth),
      ("list[0] = name + \"x\"", ladder, .stringConcat),
      ("list[1] = id", ladder, nil),
      ("if ok && bytes.Equal(raw, []byte(query)) {", [64], .stringBytesConversion),
      ("for k := range m { list = append(list, k) }", ladder, .mapIteration),
      ("for k := range more { list = append(list, k) }", ladder, .mapIteration),
      ("for i := range out { list = append(list, k+2) }", ladder, .appendGrowth),
    ] as [(String, [Int64], HotspotKind?)])
  func patterns(line: String, sizes: [Int64], expected: HotspotKind?) {
    #expect(kind(ofLine: line, sizes: sizes) == expected)
  }

  @Test("a map that grew once is no finding")
  func onlyOnce() {
    #expect(kind(ofLine: "seen[body] = true", sizes: Self.ladder, objects: 1) == nil)
  }

  @Test(
    "the statement around a line may show what it allocates",
    arguments: [
      // An element of a literal over several lines.
      ("var t = []item{\n\t{1, \"\"},\n\t@{2, \"b\"},\n}", .bufferPerCall),
      ("func f() {\n\tx := map[string]string{\n\t\t@\"a\": b,\n\t}\n}", .smallMapPerCall),
      ("func f() {\n\tuse(\n\t\t@a,\n\t)\n}", nil),
      // Texts that are added up, and numbers that are put into an interface.
      ("func f(a, b string) string {\n\t@return a + b\n}", .stringConcat),
      ("func f(a, b string) {\n\t@key := a + b\n}", .stringConcat),
      ("func f(a, b int) any {\n\t@return a + b\n}", .boxing),
      // A list that is built on the stack and moves when it is returned.
      ("func f() []int {\n\tvar l []int\n\tl = append(l, 1)\n\t@return l\n}", .appendGrowth),
      ("func f() (l []int) {\n\tl = append(l, 1)\n\t@return\n}", .appendGrowth),
      ("func f() any {\n\tm = append(m, 1)\n\t@return l\n}", .boxing),
      // A call over several lines is one call.
      ("func f() {\n\tx := fmt.Sprintf(\"%d\",\n\t\t@n,\n\t)\n}", .format),
    ] as [(String, HotspotKind?)])
  func around(code: String, expected: HotspotKind?) {
    let lines = ("package main\n" + code).split(separator: "\n").map(String.init)
    let number = lines.firstIndex { $0.contains("@") }.map { $0 + 1 } ?? 0
    let source = SourceLines(Array(lines.joined(separator: "\n").replacing("@", with: "").utf8))
    var test = StackProfile.goHeap()
    test.add("main.f@/src/app/main.go:\(number)", bytes: 100, objects: 10_000, size: 96)
    var options = HotspotOptions()
    options.source = SourceLookup { _, _ in .init(source) }
    let findings = findHotspots(in: test.profile, column: 1, options: options).findings
    #expect(findings.map(\.kind) == (expected.map { [$0] } ?? []))
  }

  @Test("a line beyond the end of its file, or a missing file, adds no finding")
  func missingLines() {
    var test = StackProfile.goHeap()
    test.add("main.f@/src/app/main.go:99", bytes: 100)
    test.add("main.g@/src/app/other.go:1", bytes: 100)
    test.add("fmt.Sprint < main.h@/src/app/main.go:99", bytes: 100)
    var options = HotspotOptions()
    options.source = SourceLookup { file, _ in
      .init(file == "/src/app/main.go" ? SourceLines(Array("package main".utf8)) : nil)
    }
    let findings = findHotspots(in: test.profile, column: 1, options: options).findings
    #expect(findings.map(\.kind) == [.format])
    #expect(findings.first?.blame.first?.sourceText == nil)
  }
}
