import HeapscopeTestSupport
import ProfileBytes
import Testing

private let heap = ProfileBytes.heap

@Suite("Unusual files that are read") struct UnusualFileTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("all encodings of a profile give the same reports")
  func encodings() throws {
    let plain = try expectReports(try folder.write("plain", heap.encoded), in: folder)
    #expect(
      plain["folded"] == """
        main.main;main.(*Cache).fill;fmt.Sprintf 128
        main.main;main.(*Cache).fill;fmt.Sprintf;fmt.Sprintf 512

        """)
    #expect(plain["top"]?.contains("Showing nodes accounting for 640B, 100% of 640B total") == true)
    var gzip = GzipBytes()
    gzip.name = "heap"
    gzip.hasHeaderChecksum = true
    gzip.coding = .emptyBlocks
    let bytes = heap.encoded
    let forms: [[UInt8]] = [
      gzipped(bytes), gzip.member(bytes), bytes.flatMap { gzipped([$0]) },
      gzipped(bytes) + gzipped([]),
      gzipped(bytes) + [0, 0, 0, 0],
      number(99, 5 as UInt64) + bytes + group(98, block(1, "x")),
    ]
    for form in forms {
      #expect(try expectReports(try folder.write("form", form), in: folder) == plain)
    }
  }

  @Test("profiles without samples, or with zeros only, give empty reports")
  func nothing() throws {
    var profile = heap
    profile.samples = []
    var reports = try expectReports(
      try folder.write("empty", profile.encoded), in: folder, notes: /empty: no samples/)
    #expect(reports["folded"] == "")
    #expect(reports["top"]?.contains("Showing nodes accounting for 0, 0% of 0 total") == true)
    profile.addSample([1, 2], [0, 0, 0, 0])
    profile.addSample([], [0, 0, 0, 0])
    reports = try expectReports(
      try folder.write("zeros", profile.encoded), in: folder, notes: /zeros: all values are 0/)
    #expect(reports["folded"] == "")
    for report in reports.values {
      #expect(!report.lowercased().contains("nan") && !report.contains("inf"))
    }
  }

  @Test("samples without a name or a stack are counted")
  func placeholders() throws {
    var profile = heap
    profile.functions.append(number(1, 10 as UInt64))
    profile.locations.append(number(1, 10 as UInt64))
    profile.locations.append(
      number(1, 11 as UInt64) + block(4, number(1, 10 as UInt64) + number(2, Int64.min)))
    profile.samples = []
    profile.addSample([10], [1, 1, 1, 10])
    profile.addSample([11], [1, 1, 1, 100])
    profile.addSample([], [1, 1, 1, 1000])
    let reports = try expectReports(try folder.write("names", profile.encoded), in: folder)
    let values = reports["folded"]?.split(separator: "\n").compactMap { line in
      line.split(separator: " ").last.flatMap { Int($0) }
    }
    #expect(values?.reduce(0, +) == 1110)
    #expect(reports["top"]?.contains("of 1110B total") == true)
  }

  @Test("names cannot break a line of folded stacks, and are not printed in messages")
  func names() throws {
    var profile = heap
    let names = [
      "main.a\nb", "main.a;b", "main.\u{1b}[31m", "main.x\u{2028}y", "a b 12", "main.%s", "",
    ]
    for (index, name) in names.enumerated() {
      profile.addFunction(UInt64(20 + index), name, file: "")
      profile.addLocation(UInt64(20 + index), functions: [UInt64(20 + index)])
      profile.addSample([UInt64(20 + index), 1], [1, 1, 1, 1])
    }
    let run = try runTool(["folded", try folder.write("names", profile.encoded)], in: folder)
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 2 + names.count)
    for line in lines {
      #expect(!line.utf8.contains { $0 < 0x20 || $0 == 0x7f })
      #expect(line.split(separator: ";").count <= 4)
    }
    #expect(lines.contains("main.main;main.a\\x0ab 1"))
    #expect(lines.contains("main.main;main.a\\x3bb 1"))
    #expect(lines.contains("main.main;main.x\\u{2028}y 1"))
  }

  @Test("extreme times, durations, periods and values are shown without a trap")
  func extremes() throws {
    for extreme in [Int64.min, -1, 0, 1, .max] {
      var profile = heap
      profile.rest = number(9, extreme) + number(10, extreme) + number(12, extreme)
      profile.samples = []
      profile.addSample([2, 1], [1, 1, 1, extreme == .min ? -.max : extreme])
      try expectReports(
        try folder.write("extreme", profile.encoded), in: folder, notes: /some values are negative/)
    }
  }

  @Test("deep stacks, a million labels and many functions are read in time")
  func large() throws {
    var deep = heap
    for round in 0..<3 {
      deep.addSample((0..<100_000).map { UInt64(1 + ($0 + round) % 3) }, [1, 1, 1, 1])
    }
    try expectReports(try folder.write("deep", gzipped(deep.encoded)), in: folder)
    var labels = heap
    let key = labels.text("bytes")
    let texts = (0..<1000 as Range<UInt64>).map { labels.text("label \($0)") }
    let content = (0..<200_000).flatMap { row in
      block(3, number(1, texts[row % 1000]) + number(row % 2 == 0 ? 2 : 3, key))
    }
    labels.addSample([1], [1, 1, 1, 1], labels: content)
    try expectReports(try folder.write("labels", gzipped(labels.encoded)), in: folder)
  }

  @Test("an invalid expression in a profile drops nothing, and a message says so")
  func badExpression() throws {
    var profile = heap
    profile.rest += number(7, profile.text("main\\.(("))
    let file = try folder.write("expression", profile.encoded)
    for command in commands {
      let run = try runTool([command, file], in: folder)
      #expect(run.status == 0)
      #expect(run.messages.hasPrefix("heapscope: \(file): no frames are dropped"))
      #expect(run.messages.filter { $0 == "\n" }.count == 1)
    }
  }
}
