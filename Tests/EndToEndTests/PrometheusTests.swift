import Foundation
import HeapscopeTestSupport
import Testing

/// docs/alerts.yml in a real Prometheus, if `.ci/setup` could install Debian's.
@Suite("A real Prometheus")
struct PrometheusTests {
  private static func tool(_ name: String) -> String? {
    let path = Repository.root.appending(path: ".build-tools/bin/\(name)").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  private static let curl = Tools.path("curl")
  private static let hasService =
    tool("prometheus") != nil && tool("scraped") != nil && curl != nil

  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test(
    "promtool finds no fault in docs/alerts.yml",
    .enabled(if: tool("promtool") != nil, "there is no promtool"))
  func rules() throws {
    let file = Repository.root.appending(path: "docs/alerts.yml").path
    let run = try ProgramRun(try #require(Self.tool("promtool")), ["check", "rules", file])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.text.contains("SUCCESS: 12 rules found"), "\(run.text)")
    // It does find a fault.
    let broken = try Repository.text("docs/alerts.yml").replacing("delta(", with: "dalta(")
    try folder.write("broken.yml", broken)
    let other = try ProgramRun(
      try #require(Self.tool("promtool")), ["check", "rules", folder.path("broken.yml")])
    #expect(other.status != 0)
  }

  /// The same rules with a minute shortened to 150 milliseconds.
  private static func hurried(_ rules: String) -> String {
    rules.replacing(#/\b(\d+)(m|h)\b/#) { match in
      "\((Int(match.1) ?? 0) * (match.2 == "h" ? 60 : 1) * 150)ms"
    }
  }

  private static func fetch(_ url: String, _ arguments: [String] = []) throws -> String {
    let run = try ProgramRun(
      try #require(curl), ["--silent", "--show-error", "--max-time", "10"] + arguments + [url])
    #expect(run.status == 0, "\(url): \(run.messages)")
    return run.text
  }

  /// The names of the alerts that fire.
  private static func firing(_ answer: String) throws -> Set<String> {
    struct Answer: Decodable {
      struct Body: Decodable { var alerts: [Alert] }
      struct Alert: Decodable {
        var labels: [String: String]
        var state: String
      }
      var data: Body
    }
    let alerts = try JSONDecoder().decode(Answer.self, from: Data(answer.utf8)).data.alerts
    return Set(alerts.filter { $0.state == "firing" }.compactMap { $0.labels["alertname"] })
  }

  @Test(
    "alert rules fire in Prometheus while a service leaks, and metrics says the same of the recorded scrapes",
    .enabled(if: hasService, "there is no prometheus, client library or curl"))
  func incident() throws {
    let service = try Service(try #require(Self.tool("scraped")), []) { $0.contains("ready\n") }
    let port = try #require(service.number(after: "http"))
    try folder.write("rules.yml", Self.hurried(try Repository.text("docs/alerts.yml")))
    try folder.write(
      "prometheus.yml",
      """
      global: {scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 250ms}
      rule_files: [rules.yml]
      scrape_configs: [{job_name: shop, static_configs: [{targets: ["127.0.0.1:\(port)"]}]}]
      """)
    let prometheus = try Service(
      "/bin/bash",
      [
        "-c",
        """
        "$0" --config.file="$1/prometheus.yml" --storage.tsdb.path="$1/data" \
          --web.listen-address=127.0.0.1:0 2>&1 &
        cat > /dev/null
        kill $!
        wait $!
        """, try #require(Self.tool("prometheus")), folder.url.path,
      ]
    ) { $0.contains("\"Listening on\" address=127.0.0.1:") && $0.contains("ready to receive") }
    let place = try #require(
      prometheus.greeting.firstMatch(of: #/"Listening on" address=(127\.0\.0\.1:\d+)/#)?.1)
    _ = try Self.fetch("http://127.0.0.1:\(port)/incident")
    let wanted: Set = ["GoGoroutinesRising", "GoLiveHeapGrowing"]
    var kept = ""
    var fired: Set<String> = []
    let start = ContinuousClock.now
    while !wanted.isSubset(of: fired) || ContinuousClock.now - start < .seconds(4) {
      try #require(
        ContinuousClock.now - start < .seconds(60), "only \(fired.sorted()) fire after a minute")
      kept += "\(Date().timeIntervalSince1970)\n"
      kept += try Self.fetch("http://127.0.0.1:\(port)/metrics")
      fired.formUnion(try Self.firing(Self.fetch("http://\(place)/api/v1/alerts")))
      usleep(300_000)
    }
    try folder.write("kept.prom", kept)
    let run = try runTool(["metrics", folder.path("kept.prom")], in: folder)
    #expect(run.status == 0, "\(run.messages)")
    for words in [
      "goroutines rise", "the live heap grows", "alert  GoGoroutinesRising",
      "alert  GoLiveHeapGrowing",
    ] {
      #expect(run.text.contains(words), "\(run.text)")
    }
    let csv = try runTool(["metrics", "--format=csv", folder.path("kept.prom")], in: folder)
    let firing = csv.text.split(separator: "\n").filter { $0.contains(",fires,") }
    #expect(firing.count >= 2, "\(csv.text)")
    // The program itself, with its profile and its dump.
    let address = "127.0.0.1:\(port)"
    let joined = try runTool(
      [
        "metrics", "--every=300ms", "--count=6", "--profile=\(address)", "--goroutines=\(address)",
        address,
      ], in: folder)
    #expect(joined.status == 0, "\(joined.messages)")
    #expect(joined.text.contains("6 moments over"), "\(joined.text)")
    #expect(joined.text.contains("main.(*cache).keep  "), "\(joined.text)")
    #expect(joined.text.contains("main.wait  "), "\(joined.text)")
    // The summary of the profile has the account of the same moment.
    let summary = try runTool([address], in: folder)
    #expect(summary.text.contains("MEMORY OF THE PROCESS"), "\(summary.text)")
    #expect(summary.text.contains("held by the runtime"), "\(summary.text)")
    #expect(summary.text.contains("not explained"), "\(summary.text)")
  }
}
