import Foundation
import HeapscopeTestSupport
import Testing

@Suite("docs/schemas")
struct SchemaTests {
  /// The command lines of all reports that have JSON; `P` stands for the profile.
  static let reports: [String: [String]] = [
    "summary": ["summary", "P"], "hotspots": ["hotspots", "P"], "focus": ["focus", "main", "P"],
    "diff": ["diff", "Fixtures/go1.27/orderlog.base.pb.gz", "P"], "top": ["top", "P"],
    "tree": ["tree", "P"], "peek": ["peek", "main", "P"], "traces": ["traces", "P"],
    "tags": ["tags", "P"], "raw": ["raw", "P"], "comments": ["comments", "--add-comment=x", "P"],
    "list": ["list", "main", "P"], "dot": ["dot", "P"], "callgrind": ["callgrind", "P"],
    "folded": ["folded", "P"],
    "trend": ["trend", "Fixtures/go1.27/orderlog.base.pb.gz", "P"],
    "fleet": ["fleet", "P", "P", "P", "Fixtures/go1.27/orderlog.base.pb.gz", "P", "P"],
    "check": ["check", "--budget=total<1", "--budget=map-format<+1%", "--base=P", "P"],
  ]

  private func schema(_ report: String) throws -> JSONSchema {
    try JSONSchema(Repository.text("docs/schemas/\(report).json"))
  }

  @Test("docs/schemas has one schema per report, with keywords that the validator knows")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "docs/schemas").path)
    // The output of `watch` is checked below, with a server to watch.
    let apart = [
      "explain", "watch", "gctrace", "goroutines", "metrics", "held", "held-path", "bench",
      "export",
    ]
    #expect(Set(files) == Set((Array(Self.reports.keys) + apart).map { "\($0).json" }))
    for report in Self.reports.keys {
      #expect(try schema(report).unknownKeywords == [], "\(report)")
    }
    let page = try Repository.text("docs/schema.md")
    for report in Self.reports.keys { #expect(page.contains("schemas/\(report).json")) }
  }

  @Test("the JSON of every report fits its schema", arguments: Repository.profiles)
  func valid(fixture: String) throws {
    for (report, line) in Self.reports {
      let arguments =
        line.map { $0.replacing(/\bP$/, with: fixture) } + [
          "--format=json", "--sample-index=alloc_space", "--symbolize=text",
        ]
      let result = run(arguments)
      #expect(result.status == (report == "check" ? 1 : 0), "\(arguments) \(result.messages)")
      #expect(try schema(report).problems(in: result.output).prefix(3) == [], "\(report)")
    }
  }

  @Test("each line of export fits its schema", arguments: Repository.profiles)
  func rows(fixture: String) throws {
    let schema = try schema("export")
    #expect(schema.unknownKeywords == [])
    #expect(try Repository.text("docs/schema.md").contains("schemas/export.json"))
    for unit in ["sample", "stack", "line", "function", "finding"] {
      let result = run(["export", "--by", unit, "--name-from={folder}/{pod}.gz", fixture])
      #expect(result.status == 0, "\(result.messages)")
      let lines = result.text.split(separator: "\n")
      #expect(!lines.isEmpty)
      for line in lines {
        let problems = try schema.problems(in: Array(line.utf8))
        #expect(problems.prefix(3) == [])
        if !problems.isEmpty { break }
      }
    }
  }

  @Test("the JSON of gctrace fits its schema", arguments: ["go1.22.log", "go1.27.log", "g1.log"])
  func logs(name: String) throws {
    #expect(try schema("gctrace").unknownKeywords == [])
    #expect(try Repository.text("docs/schema.md").contains("schemas/gctrace.json"))
    for profile in [[], ["--profile=Fixtures/gctrace/go1.27.pb.gz"]] {
      let result = run(["gctrace", "--format=json", "Fixtures/gctrace/\(name)"] + profile)
      #expect(result.status == 0)
      #expect(try schema("gctrace").problems(in: result.output).prefix(3) == [])
      #expect(result.text.contains("main.(*store).handle") == !profile.isEmpty)
    }
  }

  @Test("the JSON of metrics fits its schema", arguments: ["leak.prom", "all.prom.gz"])
  func metrics(name: String) throws {
    #expect(try schema("metrics").unknownKeywords == [])
    #expect(try Repository.text("docs/schema.md").contains("schemas/metrics.json"))
    let beside = [
      "--profile=Fixtures/metrics/leak.pb.gz", "--goroutines=Fixtures/metrics/leak.txt",
    ]
    for more in [[], beside] {
      let result = run(["metrics", "--format=json", "Fixtures/metrics/\(name)"] + more)
      #expect(result.status == 0, "\(result.messages)")
      #expect(try schema("metrics").problems(in: result.output).prefix(3) == [])
    }
  }

  @Test("the JSON of bench fits its schema", arguments: ["exact", "sampled", "after"])
  func benchmarks(name: String) throws {
    #expect(try schema("bench").unknownKeywords == [])
    #expect(try Repository.text("docs/schema.md").contains("schemas/bench.json"))
    let old = ["--old", "Fixtures/serializers/go1.27/before.txt"]
    let files = ["txt", "pb.gz"].map { "Fixtures/serializers/go1.27/\(name).\($0)" }
    for more in [[], old, old + ["Fixtures/serializers/go1.27/before.pb.gz"]] {
      for files in [files, [files[0]]] where files.count == 2 || more.count < 3 {
        let result = run(["bench", "--format=json"] + files + more)
        #expect(result.status == 0, "\(result.messages)")
        #expect(try schema("bench").problems(in: result.output).prefix(3) == [])
      }
    }
  }

  @Test(
    "the JSON of goroutines fits its schema",
    arguments: ["go1.22.debug2.txt", "go1.27.debug1.txt", "go1.27.pb.gz"])
  func goroutines(name: String) throws {
    #expect(try schema("goroutines").unknownKeywords == [])
    #expect(try Repository.text("docs/schema.md").contains("schemas/goroutines.json"))
    let file = "Fixtures/goroutines/\(name)"
    for files in [[file], [file, "Fixtures/goroutines/go1.27.series-1.txt"]] {
      let result = run(["goroutines", "--format=json"] + files)
      #expect(result.status == 0)
      #expect(try schema("goroutines").problems(in: result.output).prefix(3) == [])
    }
  }

  @Test(
    "the JSON of held fits its schemas",
    arguments: ["go1.22", "go1.27"], ["sessions", "workers", "hub", "garbage"])
  func heldDumps(version: String, situation: String) throws {
    let program = try HeldProgram(version)
    let page = try Repository.text("docs/schema.md")
    let file = "Fixtures/held/\(version)/\(situation).dump.gz"
    for (name, options) in [
      ("held", []), ("held-path", ["--path=main.\(situation == "garbage" ? "churn" : "")"]),
    ] {
      #expect(try schema(name).unknownKeywords == [])
      #expect(page.contains("schemas/\(name).json"))
      let result = run(["held", "--format=json", file, program.path] + options)
      if name == "held-path", situation == "garbage" {
        #expect(result.status == 1)
        continue
      }
      #expect(result.status == 0, "\(result.messages)")
      #expect(try schema(name).problems(in: result.output).prefix(3) == [])
    }
    // Without names, and without sizes.
    let bytes = try Repository.bytes(Repository.root.appending(path: file))
    let nameless = run(["held", "--format=json", file])
    #expect(nameless.status == 0)
    #expect(try schema("held").problems(in: nameless.output).prefix(3) == [])
    #expect(bytes.count > 1000)
  }

  @Test(
    "the JSON of special cases fits the schemas",
    arguments: [
      "top --mean", "top --diff-base=Fixtures/go1.27/orderlog.base.pb.gz", "tree --call-tree",
      "top --focus=nothing", "folded --lines", "dot --files", "traces --tagfocus=bytes=1kb:",
      "tags --divide-by=3", "hotspots --focus=nothing", "summary --sample-index=inuse_objects",
      "raw --tagroot=bytes", "top --noinlines --lines --nodecount=3",
      "hotspots --source-path=Fixtures/sources/orderlog", "top --error", "top --error --mean",
    ])
  func special(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let result = run(words + ["--format=json", "Fixtures/go1.27/orderlog.incident.pb.gz"])
    // Where a filter of our own command leaves nothing, the answer is no.
    #expect(result.status == (line == "hotspots --focus=nothing" ? 1 : 0))
    #expect(try schema(words[0]).problems(in: result.output).prefix(3) == [])
  }

  @Test(
    "the JSON of explain fits its schema",
    arguments: [
      "explain --list", "explain map-format", "explain map-iteration",
      "explain runtime.mapiterinit",
    ])
  func rules(line: String) throws {
    #expect(try schema("explain").unknownKeywords == [])
    #expect(try Repository.text("docs/schema.md").contains("schemas/explain.json"))
    let result = run(line.split(separator: " ").map(String.init) + ["--format=json"])
    #expect(result.status == 0)
    #expect(try schema("explain").problems(in: result.output).prefix(3) == [])
  }

  @Test("each line of watch's JSON fits its schema")
  func watch() throws {
    let script = Repository.fixtures.appending(path: "live/server.py").path
    let server = try Service("/usr/bin/env", ["python3", script]) { $0.contains("\n") }
    let port = try #require(server.number(after: "http"))
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = run([
      "watch", "http://127.0.0.1:\(port)/grow", "--every=50ms", "--on-growth=350%", "--for=20s",
      "--format=json", "--into", folder.path,
    ])
    #expect(result.status == 1, "\(result.messages)")
    let lines = result.text.split(separator: "\n")
    let schema = try schema("watch")
    #expect(schema.unknownKeywords == [])
    for line in lines { #expect(try schema.problems(in: Array(line.utf8)).prefix(3) == []) }
    // The leak of 100 objects of 1,000 bytes per snapshot, from initially 150,000 bytes: the
    // seventh has 750,000, which is 400 % more.
    let values = lines.compactMap {
      $0.firstMatch(of: /"unit":"bytes","url":"[^"]*","value":(\d+),"verdict":["a-z-]+}/)
    }
    #expect(values.map { Int($0.1) } == [1, 2, 3, 4, 5, 6, 7, 7].map { $0 * 100_000 + 50_000 })
    #expect(lines.last?.contains(#""event":"summary""#) ?? false)
    #expect(lines.last?.contains(#""verdict":"leak"}"#) ?? false)
    #expect(lines.last?.contains(#""objectGrowth":600"#) ?? false)
  }

  @Test("the schema validator of the tests finds mistakes")
  func validator() throws {
    let schema = try JSONSchema(
      """
      {"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"type": "array", "items": {"type": ["integer", "null"]}},
        "b": {"enum": ["x", null]}, "c": {"type": "boolean"}, "d": {"type": "number"}}}
      """)
    func count(_ text: String) throws -> Int { try schema.problems(in: Array(text.utf8)).count }
    #expect(try count(#"{"a": [1, null], "b": null, "c": true, "d": 0.5}"#) == 0)
    #expect(try count(#"{"a": [], "b": "x", "c": false, "d": 1}"#) == 0)
    #expect(try count(#"{}"#) == 1)
    #expect(try count(#"{"a": [1.5]}"#) == 1)
    #expect(try count(#"{"a": [true]}"#) == 1)
    #expect(try count(#"{"a": [], "b": "y"}"#) == 1)
    #expect(try count(#"{"a": [], "c": 1}"#) == 1)
    #expect(try count(#"{"a": [], "d": "1"}"#) == 1)
    #expect(try count(#"{"a": [], "e": 1}"#) == 1)
    #expect(try count(#"[]"#) == 1)
  }
}
