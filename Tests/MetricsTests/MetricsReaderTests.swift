import Foundation
import HeapscopeTestSupport
import LogText
import Metrics
import Testing

@Suite("Text expositions")
struct MetricsReaderTests {
  private static let one = """
    # HELP go_goroutines Number of goroutines that currently exist.
    # TYPE go_goroutines gauge
    go_goroutines 42
    go_gc_duration_seconds{quantile="0.5"} 2.1e-05
    go_gc_duration_seconds{quantile="1"} 0.25
    go_gc_duration_seconds_count 7
    process_resident_memory_bytes 1.91074304e+08

    """

  @Test("a scrape is read with its values, and only the largest quantile counts as a figure")
  func values() throws {
    let process = try #require(processes([(Self.one, nil)]).first)
    let moment = try #require(process.moments.first)
    #expect(process.moments.count == 1)
    #expect(moment[.goroutines] == 42)
    #expect(moment[.longestPause] == 0.25)
    #expect(moment[.collections] == 7)
    #expect(moment[.residentBytes] == 191_074_304)
    #expect(moment[.threads] == nil)
  }

  @Test(
    "separators, or their first series, separate scrapes in one file",
    arguments: [
      "", "# EOF\n", "Mon Nov 30 14:24:18 UTC 2026\n", "\n\n", "--- 2026-11-30T14:24:18Z\n",
    ])
  func appended(between: String) throws {
    let text = [42, 43, 44].map { Self.one.replacing("42", with: "\($0)") + between }.joined()
    let reader = reader([(text, nil)])
    let process = try #require(reader.finished().first)
    #expect(process.values(.goroutines) == [42, 43, 44])
    #expect(reader.tally.unknown == 0)
    #expect(reader.lines.read == 12)
  }

  @Test("Windows line ends, UTF-16 and surrounding blanks change nothing in a scrape")
  func encodings() throws {
    let crlf = Self.one.replacing("\n", with: "\r\n")
    let utf16 = Array(crlf.data(using: .utf16LittleEndian)!)
    for bytes in [Array(crlf.utf8), [0xff, 0xfe] + utf16] {
      var result = MetricsReader()
      result.begin(file: "a", seconds: nil)
      var lines = LogReader()
      lines.add(bytes[...]) { result.add($0) }
      lines.finish { result.add($0) }
      #expect(result.finished().first?.values(.goroutines) == [42])
      #expect(result.tally.unknown == 0)
    }
  }

  @Test(
    "a metrics line is read in every form that the formats allow",
    arguments: [
      "go_goroutines 42", "go_goroutines 42.0", "go_goroutines{} 42", "go_goroutines\t42",
      "  go_goroutines  { }  4.2e1  ", "go_goroutines +42", "{\"go_goroutines\"} 42",
      "go_goroutines 42 # {trace_id=\"abc\"} 1.0", "go_goroutines{a=\"}\\\"\"} 42",
      "go_goroutines{\"my.label\"=\"x\",} 42",
    ])
  func forms(line: String) throws {
    #expect(processes([(line + "\n", nil)]).first?.values(.goroutines) == [42])
  }

  @Test(
    "a line that only begins like a known series is reported as damaged",
    arguments: [
      "go_goroutines", "go_goroutines x", "go_goroutines{a=\"b} 5", "go_goroutines 5 6 7",
      "go_memstats_heap_al", "process_cpu_seconds_total{",
    ])
  func damage(line: String) throws {
    let reader = reader([("go_threads 5\n" + line + "\n", nil)])
    #expect(reader.lines.damaged == 1)
    #expect(reader.damage?.line == 2)
    #expect(reader.damage?.text == line)
    #expect(reader.finished().first?.values(.threads) == [5])
  }

  @Test("missing and infinite values of a series are ignored")
  func notFinite() throws {
    let text = "go_threads 5\ngo_goroutines NaN\nprocess_open_fds +Inf\n"
    let reader = reader([(text, nil)])
    let moment = try #require(reader.finished().first?.moments.first)
    #expect(moment[.goroutines] == nil && moment[.openFiles] == nil && moment[.threads] == 5)
    #expect(reader.lines.damaged == 0)
  }

  // MARK: Times

  @Test("dates before or after scrapes are their times")
  func dates() throws {
    let first = "Mon Nov 30 14:24:18 UTC 2026\n"
    let second = "Mon 30 Nov 2026 02:25:18 PM UTC\n"
    let seconds = 1_796_048_658.0
    for text in [first + Self.one + second + Self.one, Self.one + first + Self.one + second] {
      let process = try #require(processes([(text, 5)]).first)
      #expect(process.moments.map(\.seconds) == [seconds, seconds + 60])
      #expect(process.hasTimes)
    }
  }

  @Test(
    "dates of scrapes are read as date, curl -i and people write them",
    arguments: [
      "2026-11-30T14:24:18+00:00", "1796048658", "# 2026-11-30 14:24:18",
      "Mon, 30 Nov 2026 14:24:18 GMT", "Mon Nov 30 15:24:18 CET 2026",
      "Mon 30 Nov 09:24:18 EST 2026", "HTTP/1.1 200 OK\nDate: Mon, 30 Nov 2026 14:24:18 GMT\n",
    ])
  func dateForms(date: String) throws {
    let process = try #require(processes([(date + "\n" + Self.one, nil)]).first)
    #expect(process.moments.map(\.seconds) == [1_796_048_658])
  }

  @Test("without dates, only the last scrape of a file has the file's time")
  func fileTimes() throws {
    let process = try #require(processes([(Self.one + Self.one, 100)]).first)
    #expect(process.moments.map(\.seconds) == [nil, 100])
    #expect(!process.hasTimes)
    let spaced = try #require(processes([(Self.one + Self.one, 100)], every: 30).first)
    #expect(spaced.moments.map(\.seconds) == [70, 100])
  }

  @Test("timestamps of samples make moments, in whatever order")
  func timestamps() throws {
    let grouped = """
      go_goroutines 10 1700000000000
      go_goroutines 20 1700000015000
      go_threads 5 1700000000000
      go_threads 6 1700000015000
      """
    let open = """
      go_goroutines 20 1700000015.0
      go_threads 6 1700000015.0
      go_goroutines 10 1700000000.0
      go_threads 5 1700000000.0
      # EOF
      """
    for text in [grouped, open] {
      let process = try #require(processes([(text, 5)]).first)
      #expect(process.moments.map(\.seconds) == [1_700_000_000, 1_700_000_015])
      #expect(process.values(.goroutines) == [10, 20])
      #expect(process.values(.threads) == [5, 6])
    }
  }

  @Test("scrapes in files are in the order of their times, not of the arguments")
  func fileOrder() throws {
    let files = minutes(3) { ["go_goroutines": 10 + $0, "process_cpu_seconds_total": $0] }
    let process = try #require(processes([files[2], files[0], files[1]]).first)
    #expect(process.values(.goroutines) == [10, 11, 12])
    #expect(process.order == .times)
    #expect(process.runStarts == [0])
  }

  @Test("if counters fall in the order of the files' times, the order of the arguments is used")
  func copiedFiles() throws {
    var files = minutes(4) { ["go_goroutines": 10 + $0, "process_cpu_seconds_total": $0] }
    for index in files.indices { files[index].seconds = 5000 - Double(index) }
    let process = try #require(processes(files).first)
    #expect(process.values(.goroutines) == [10, 11, 12, 13])
    #expect(process.order == .againstTimes)
    #expect(!process.hasTimes)
    let reversed = try #require(
      processes(files.reversed().map { ($0.text, nil) }).first)
    #expect(reversed.values(.goroutines) == [10, 11, 12, 13])
    #expect(reversed.order == .newestFirst)
  }

  @Test("files copied within one second do not say when their moments were")
  func copiedTogether() throws {
    let files = minutes(4) { ["go_goroutines": 10 + $0, "process_cpu_seconds_total": 30 * $0] }
      .map { ($0.text, Double?(9_000)) }
    let process = try #require(processes(files).first)
    #expect(!process.hasTimes)
    #expect(process.values(.goroutines) == [10, 11, 12, 13])
  }

  // MARK: Restarts and processes

  @Test("a falling counter, or another start time, begins a run")
  func restarts() throws {
    let fallen = minutes(6) {
      ["go_goroutines": $0, "process_cpu_seconds_total": $0 < 3 ? 10 + $0 : $0]
    }
    #expect(processes(fallen).first?.runStarts == [0, 3])
    let started = minutes(6) {
      ["go_goroutines": $0, "process_start_time_seconds": $0 < 4 ? 1_600_000_000 : 1_700_000_200]
    }
    #expect(processes(started).first?.runStarts == [0, 4])
    #expect(processes(started).first?.lastRun.count == 2)
  }

  @Test("labels and prefixes distinguish processes, whose lines may be mixed")
  func apart() throws {
    let byLabel = """
      go_goroutines{instance="web-1:9090",job="web"} 10
      go_goroutines{instance="web-2:9090",job="web"} 20
      go_threads{instance="web-1:9090",job="web"} 5
      go_threads{instance="web-2:9090",job="web"} 6
      """
    let byPrefix = """
      [pod/web-1/app] # TYPE go_goroutines gauge
      [pod/web-2/app] # TYPE go_goroutines gauge
      [pod/web-1/app] go_goroutines 10
      [pod/web-2/app] go_goroutines 20
      [pod/web-1/app] http_requests_total{code="200"} 7
      [pod/web-2/app] go_threads 6
      [pod/web-1/app] go_threads 5
      """
    for text in [byLabel, byPrefix] {
      let reader = reader([(text + "\n", nil)])
      let both = reader.finished()
      #expect(both.map { $0.values(.goroutines) } == [[10], [20]])
      #expect(both.map { $0.values(.threads) } == [[5], [6]])
      #expect(Set(both.map(\.name)).count == 2)
      #expect(both.first?.name.contains("web-1") ?? false)
      #expect(reader.tally.unknown == 0)
    }
  }

  @Test("a container's figures are added to its process")
  func containers() throws {
    let text = """
      container_memory_working_set_bytes{container="app",id="/kube",pod="web-1",namespace="shop"} 95
      container_spec_memory_limit_bytes{container="app",id="/kube",pod="web-1",namespace="shop"} 100
      go_goroutines{container="app",instance="10.0.0.1:80",pod="web-1",namespace="shop"} 12
      """
    let all = processes([(text, nil)])
    #expect(all.map(\.name) == ["shop/web-1/app"])
    #expect(all.first?.moments.first?[.containerWorkingSet] == 95)
    #expect(all.first?.moments.first?[.goroutines] == 12)
  }

  // MARK: Bounds

  @Test("a long log of scrapes keeps some moments, including the first run's start and the end")
  func long() throws {
    var reader = MetricsReader()
    reader.begin(file: "long", seconds: nil)
    for number in 0..<20_000 {
      reader.add(LogLine(Array("go_goroutines \(number) \(1_700_000_000 + number)".utf8)[...]))
      reader.add(LogLine(Array("go_threads 5 \(1_700_000_000 + number)".utf8)[...]))
    }
    let process = try #require(reader.finished().first)
    #expect((1000...4096).contains(process.moments.count))
    #expect(process.thinned > 10_000)
    #expect(process.values(.goroutines).last == 19_999)
    #expect((process.values(.goroutines).first ?? .infinity) < 50)
    #expect(process.values(.threads).count == process.moments.count)
    #expect(process.values(.goroutines) == process.values(.goroutines).sorted())
  }

  @Test("unlimited process names do not become processes without limit")
  func manyNames() {
    var reader = MetricsReader()
    reader.begin(file: "many", seconds: nil)
    for number in 0..<3000 {
      reader.add(LogLine(Array("go_goroutines{instance=\"\(number)\"} 1".utf8)[...]))
    }
    #expect(reader.finished().count == MetricsReader.processLimit)
    #expect(reader.hasMoreProcesses)
  }

  @Test(
    "any bytes are read as metrics without a trap, and every line is counted",
    arguments: 0..<40 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parts = [
      "go_goroutines", "process_cpu_seconds_total", "{", "}", "\"", "a=\"b\"", " ", "1e999", "-5",
      "NaN", "# ", "#", "EOF", "\\", "quantile", "1700000000000", "\u{0}", "ü", ",", "=",
      "[pod/x] ", "Mon Nov 30 14:24:18 UTC 2026", "9223372036854775807",
    ]
    var reader = MetricsReader()
    reader.begin(file: "a", seconds: 1e300)
    for _ in 0..<400 {
      let count = Int.random(in: 0..<7, using: &random)
      let line = (0..<count).map { _ in parts.randomElement(using: &random)! }.joined()
      reader.add(LogLine(Array(line.utf8)[...]))
    }
    #expect(reader.lines.all == 400)
    for process in reader.finished() {
      #expect(process.findings.count == Signal.allCases.count)
      #expect(process.runStarts.first == 0)
    }
  }
}
