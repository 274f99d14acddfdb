import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite("Rows of export")
struct ExportTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private typealias Row = [String: Any]

  private func rows(_ arguments: [String]) throws -> [Row] {
    let run = heapscope(["export"] + arguments)
    #expect(run.status == 0, "\(run.messages)")
    return try run.text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? Row ?? [:]
    }
  }

  private func figure(_ row: Row, _ type: String, of field: String = "value") -> Int64? {
    ((row[field] as? Row)?[type] as? NSNumber)?.int64Value
  }

  @Test(
    "the rows of export add up to the figures of top, by leaf and by every function of the stack",
    // Tests/engines/check has all of them.
    arguments: Repository.fixtureNames.filter { $0.contains("orderlog") })
  func sums(fixture: String) throws {
    let profile = try Repository.fixture(fixture)
    let samples = try rows([fixture])
    let stacks = try rows(["--by=stack", fixture])
    #expect(samples.count == profile.samples.count)
    #expect(stacks.count <= samples.count)
    for column in profile.sampleTypes.indices {
      let type = profile.sampleTypeName(column)
      for rows in [samples, stacks] {
        var (flat, cum): ([String: Int64], [String: Int64]) = ([:], [:])
        for row in rows {
          let value = try #require(figure(row, type))
          let stack = row["stack"] as? [String] ?? []
          #expect(stack.last == row["leaf"] as? String)
          #expect((row["stack_lines"] as? [Any])?.count == stack.count)
          if let leaf = stack.last { flat[leaf, default: 0] += value }
          for name in Set(stack) { cum[name, default: 0] += value }
        }
        let top = heapscope([
          "top", "--format=json", "--nodecount=0", "--nodefraction=0", "--sample-index=\(type)",
          fixture,
        ])
        let report = try JSONSerialization.jsonObject(with: Data(top.output)) as? Row
        var (flatOfTop, cumOfTop): ([String: Int64], [String: Int64]) = ([:], [:])
        for row in report?["rows"] as? [Row] ?? [] {
          let name = try #require(row["name"] as? String)
          flatOfTop[name, default: 0] += (row["flat"] as? NSNumber)?.int64Value ?? 0
          cumOfTop[name, default: 0] += (row["cum"] as? NSNumber)?.int64Value ?? 0
        }
        #expect(flat.filter { $0.value != 0 } == flatOfTop.filter { $0.value != 0 })
        #expect(cum.filter { $0.value != 0 } == cumOfTop.filter { $0.value != 0 })
      }
    }
  }

  @Test(
    "export has the findings of hotspots, and every way of adding up has the same sum",
    arguments: Repository.fixtureNames.filter { $0.hasPrefix("go1.27") })
  func findings(fixture: String) throws {
    let type = "alloc_space"
    var sums: [[String: Int64]] = []
    for unit in ["sample", "stack", "line", "function", "finding"] {
      var byFinding: [String: Int64] = [:]
      for row in try rows(["--by", unit, "--no-source", fixture]) {
        byFinding[row["finding"] as? String ?? "", default: 0] += figure(row, type) ?? 0
      }
      sums.append(byFinding)
    }
    for other in sums.dropFirst() { #expect(other == sums[0]) }
    let hotspots = heapscope(["hotspots", "--no-source", "--format=json", fixture])
    let report = try JSONSerialization.jsonObject(with: Data(hotspots.output)) as? Row
    for finding in report?["findings"] as? [Row] ?? [] {
      let kind = try #require(finding["kind"] as? String)
      #expect(sums[0][kind] == (finding["value"] as? NSNumber)?.int64Value, "\(kind)")
    }
  }

  /// Two pods in one profile, with sizes, and a sample without anything.
  private func labelled() throws -> String {
    var stacks = StackProfile(types: [
      "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes",
    ])
    stacks.add(
      "main.\"f\"@/src/app/main.go:7 < main.main@/src/app/main.go:3", [2, 96, 1, 48],
      texts: ["pod": "web-1", "user": "ann"], numbers: ["bytes": (48, "bytes")])
    stacks.add(
      "main.\"f\"@/src/app/main.go:7 < main.main@/src/app/main.go:3", [1, 48, 0, 0],
      texts: ["pod": "web-2"], numbers: ["bytes": (48, "bytes")])
    return try folder.write("all.pb.gz", writeProfile(stacks.profile))
  }

  @Test(
    "export identifies pods by labels of samples, and by the file's name with a template"
  )
  func origins() throws {
    let path = try labelled()
    let samples = try rows([path])
    #expect(samples.map { $0["pod"] as? String } == ["web-1", "web-2"])
    #expect(samples.map { $0["size"] as? Int } == [48, 48])
    #expect(samples[0]["leaf"] as? String == "main.\"f\"")
    #expect(samples[0]["stack_lines"] as? [String] == ["/src/app/main.go:3", "/src/app/main.go:7"])
    #expect(samples[0]["line"] as? String == "/src/app/main.go:7")
    let labels = try #require(samples[0]["labels"] as? [[String: Any]])
    #expect(labels.map { $0["key"] as? String } == ["pod", "user"])
    #expect(try rows(["--by=line", path]).count == 2)
    let named = try rows(["--by=line", "--name-from={pod}.pb.gz", path])
    #expect(named.map { $0["pod"] as? String } == ["all"])
    #expect(named.first.flatMap { figure($0, "alloc_space") } == 144)
    let misfit = heapscope(["export", "--name-from={pod}.pprof", path])
    #expect(misfit.status == 0)
    #expect(misfit.messages.contains { $0.contains("--name-from: 1 of 1 names do not fit") })
  }

  @Test(
    "export has the number of sampled blocks and the interval for each value"
  )
  func intervals() throws {
    let fixture = "go1.27/orderlog.incident.pb.gz"
    let rows = try rows(["--by=function", fixture])
    let top = heapscope(["hotspots", "--format=json", fixture])
    #expect(top.status == 0)
    for row in rows {
      let low = try #require(figure(row, "alloc_space", of: "low"))
      let high = try #require(figure(row, "alloc_space", of: "high"))
      let middle = try #require(figure(row, "alloc_space"))
      #expect(low <= middle && middle <= high)
      #expect((figure(row, "alloc_space", of: "sampled") ?? 0) > 0)
    }
    // Nothing is known of how a difference was sampled.
    let change = try self.rows(["--by=finding", "--base=go1.27/orderlog.base.pb.gz", fixture])
    #expect(change.allSatisfy { figure($0, "inuse_space", of: "low") == nil })
  }

  @Test(
    "export compresses its output according to the file's name", arguments: ["gz", "zst", "ndjson"])
  func compressed(ending: String) throws {
    let fixtures = Repository.fixtureNames.prefix(3)
    let file = folder.path("rows.\(ending)")
    let run = heapscope(["export", "-o", file] + fixtures)
    #expect(run.status == 0 && run.output.isEmpty)
    let plain = heapscope(["export"] + fixtures).output
    let bytes = try Repository.bytes(URL(filePath: file))
    switch ending {
    case "gz":
      #expect(bytes.starts(with: [0x1f, 0x8b]) && bytes.count < plain.count / 4)
      #expect(try ProgramRun("/bin/gzip", ["-dc", file]).output == plain)
    case "zst":
      #expect(bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) && bytes.count < plain.count / 4)
    default: #expect(bytes == plain)
    }
  }

  @Test("export writes nothing when a profile is damaged, unless that is to be skipped")
  func damaged() throws {
    let good = Repository.fixtures.appending(path: Repository.fixtureNames[0]).path
    let bad = try folder.write(
      "bad.pb.gz", Array(try Repository.bytes(URL(filePath: good)).prefix(900)))
    let file = folder.path("rows.ndjson")
    let refused = heapscope(["export", "-o", file, good, bad])
    #expect(refused.status == 65)
    #expect(!FileManager.default.fileExists(atPath: file))
    let skipped = heapscope(["export", "--skip-damaged", "-o", file, good, bad])
    #expect(skipped.status == 65)
    #expect(try Repository.bytes(URL(filePath: file)) == heapscope(["export", good]).output)
    #expect(heapscope(["export", folder.path("none.pb.gz")]).status == 66)
    #expect(heapscope(["export", "-o", folder.path("no/such/rows"), good]).status == 73)
  }

  @Test(
    "export's rows are in the order of the arguments, and do not depend on the number of parts"
  )
  func order() throws {
    let fixtures = Array(Repository.fixtureNames.prefix(6).reversed())
    let all = heapscope(["export", "--by=line"] + fixtures)
    let each = fixtures.map { heapscope(["export", "--by=line", $0]).text }
    #expect(all.text == each.joined())
  }
}
