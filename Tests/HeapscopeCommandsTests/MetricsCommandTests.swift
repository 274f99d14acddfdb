import Foundation
import HeapscopeTestSupport
import ProfileBytes
import Testing

@Suite("heapscope metrics")
struct MetricsCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private static let scrape = "go_goroutines 5\nprocess_open_fds 7\n"

  @Test("metrics with a profile and a dump says what holds the heap and where goroutines wait")
  func joined() {
    let run = heapscope(
      [
        "metrics", "metrics/leak.prom", "--profile=metrics/leak.pb.gz",
        "--goroutines=metrics/leak.txt", "--color=never",
      ], columns: 80)
    #expect(run.status == 0, "\(run.messages)")
    for words in [
      "METRICS  14 moments over 13s", "since moment 5 of 14", "threads 4 → 5",
      "live by the profile 100.92MB, by the metrics 95.56MB", "main.(*cache).keep",
      "scraped/main.go:43", "3,974 in the dump, 3,570 by the metrics", "main.wait",
    ] {
      #expect(run.text.contains(words), "\(words) in \(run.text)")
    }
  }

  @Test("metrics finds the incident, its goroutines and its heap in both collectors' series")
  func incident() {
    for file in ["metrics/leak.prom", "metrics/all.prom.gz"] {
      let run = heapscope(["metrics", file])
      #expect(run.status == 0, "\(run.messages)")
      let signals = run.text.components(separatedBy: "QUIET")[0]
      #expect(signals.contains("goroutines rise"), "\(run.text)")
      #expect(signals.contains("the live heap grows"), "\(run.text)")
      #expect(!signals.contains("threads rise"), "\(run.text)")
    }
  }

  /// What tells its own times, since those of files differ from copy to copy.
  @Test(
    "metrics on a terminal of 80 columns prints what its golden files record",
    arguments: [("leak", []), ("profile", ["--profile=metrics/leak.pb.gz"])])
  func golden(name: String, beside: [String]) throws {
    let run = heapscope(
      ["metrics", "metrics/leak.prom", "--color=never"] + beside, columns: 80)
    try expectGolden(run, "metrics/\(name).txt")
  }

  @Test("no line of a report by metrics is wider than 80 columns")
  func width() {
    for arguments in [
      ["metrics/leak.prom"], ["metrics/all.prom.gz"], ["metrics/open.prom"],
      ["metrics/leak.prom", "--profile=metrics/leak.pb.gz", "--goroutines=metrics/leak.txt"],
    ] {
      for line in heapscope(["metrics"] + arguments, columns: 80).text.split(separator: "\n") {
        let plain = line.replacing(/\u{1b}\[[0-9;]*m/, with: "")
        #expect(plain.count <= 80, "\(plain)")
      }
    }
  }

  @Test("metrics of one moment shows levels without trends, and says how to get trends")
  func single() {
    let run = heapscope(["metrics", "metrics/open.prom"])
    #expect(run.status == 0)
    #expect(run.text.contains("1 moment; a trend needs 5"), "\(run.text)")
    #expect(run.text.contains("heapscope metrics --every=10s"), "\(run.text)")
    #expect(run.text.contains("MEMORY OF THE PROCESS\n"), "\(run.text)")
  }

  @Test(
    "metrics --alerts prints docs/alerts.yml, and with input the rules of the signals that fire")
  func alerts() throws {
    let all = heapscope(["metrics", "--alerts"])
    #expect(all.status == 0)
    #expect(try all.text == Repository.text("docs/alerts.yml"))
    let some = heapscope(["metrics", "--alerts", "metrics/leak.prom"])
    #expect(some.text.contains("alert: GoGoroutinesRising"))
    #expect(!some.text.contains("alert: GoThreadsRising"))
  }

  @Test("metrics refuses or reports input without samples, without known series, or with damage")
  func refusals() throws {
    try folder.write("page.html", "<html><body>404 page not found</body></html>\n")
    try folder.write("node.prom", "node_load1 0.5\nnode_load5 0.25\n")
    try folder.write("cut.prom", Self.scrape + "go_memstats_heap_al")
    let page = heapscope(["metrics", folder.path("page.html")])
    #expect(page.status == 65)
    #expect(page.messages.first?.contains("none of its 1 lines is a sample") ?? false)
    let node = heapscope(["metrics", folder.path("node.prom")])
    #expect(node.status == 65)
    #expect(node.messages.first?.contains("none of its 2 samples is of Go's runtime") ?? false)
    let cut = heapscope(["metrics", folder.path("cut.prom")])
    #expect(cut.status == 0)
    #expect(cut.text.contains("cut.prom, line 3: go_memstats_heap_al"), "\(cut.text)")
  }

  @Test("metrics reads standard input, and reports or skips missing files")
  func inputs() throws {
    let piped = heapscope(["metrics"], input: Array(Self.scrape.utf8))
    #expect(piped.status == 0)
    #expect(piped.text.hasPrefix("METRICS  1 moment\n"), "\(piped.text)")
    try folder.write("one.prom", Self.scrape)
    let missing = [folder.path("one.prom"), folder.path("missing.prom")]
    #expect(heapscope(["metrics"] + missing).status == 66)
    #expect(heapscope(["metrics", "--allow-missing"] + missing).status == 0)
  }

  @Test("metrics takes files of several moments as one process, with the times of the files")
  func files() throws {
    for number in 1...6 {
      try folder.write("\(number).prom", "go_goroutines \(100 * number)\n")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 + 60 * Double(number))],
        ofItemAtPath: folder.path("\(number).prom"))
    }
    let run = heapscope(["metrics"] + [3, 1, 2, 6, 5, 4].map { folder.path("\($0).prom") })
    #expect(run.text.hasPrefix("METRICS  6 moments over 5m00s, to 2023-11-14 22:19:20 UTC\n"))
    #expect(run.text.contains("goroutines rise  100 → 600"), "\(run.text)")
  }

  @Test("metrics says when a profile or dump is of another time")
  func otherTimes() throws {
    let late = "Mon Nov 30 23:00:00 UTC 2030\n"
    try folder.write(
      "late.prom", (1...3).map { _ in late + Self.scrape }.joined())
    let run = heapscope(
      [
        "metrics", folder.path("late.prom"), "--profile=metrics/leak.pb.gz",
        "--goroutines=metrics/leak.txt",
      ])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.contains("before the first moment"), "\(run.text)")
    #expect(run.text.contains("by the metrics: not of the same moment"), "\(run.text)")
  }

  @Test("the summary of a text heap has the same memory account as metrics")
  func summary() {
    let run = heapscope(["go1.27/orderlogtext.txt"], columns: 80)
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n")
    let start = lines.firstIndex { $0.contains("MEMORY OF THE PROCESS") } ?? 0
    let section = lines[start...].prefix(11).joined(separator: "\n")
    for words in [
      "live heap, about", "garbage", "goroutine stacks", "held by the runtime", "MaxRSS",
    ] {
      #expect(section.contains(words), "\(section)")
    }
    // As the text says: `# Stack`, and `# Sys` less `# HeapReleased`.
    #expect(section.contains(#/goroutine stacks +320kB/#), "\(section)")
    #expect(section.contains(#/held by the runtime.* 9.51MB/#), "\(section)")
    #expect(section.contains("not known: what is resident now (RSS)"), "\(section)")
    let json = heapscope(["summary", "--format=json", "go1.27/orderlogtext.txt"])
    #expect(json.text.contains("\"held\""), "\(json.text)")
  }

  @Test("metrics escapes control characters in names of processes on a terminal")
  func controls() throws {
    try folder.write(
      "evil.prom", "go_goroutines{pod=\"\u{1b}[31mred\"} 1\ngo_goroutines{pod=\"b\"} 2\n")
    for format in ["text", "markdown", "csv", "json"] {
      let run = heapscope(
        ["metrics", "--color=never", "--format=\(format)", folder.path("evil.prom")], columns: 80)
      #expect(run.status == 0)
      #expect(!run.output.contains(0x1b), "\(format)")
    }
  }
}
