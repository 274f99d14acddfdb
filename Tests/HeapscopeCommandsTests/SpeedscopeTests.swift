import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// What https://www.speedscope.app/file-format-schema.json asks of a file with sampled profiles.
@Suite("proto --format=speedscope")
struct SpeedscopeTests {
  private struct File: Decodable {
    struct Frame: Decodable, Equatable {
      var name: String
      var file: String?
      var line: Int?
      var col: Int?
    }
    struct Shared: Decodable { var frames: [Frame] }
    struct Profile: Decodable {
      var type: String
      var name: String
      var unit: String
      var startValue: Int64
      var endValue: Int64
      var samples: [[Int]]
      var weights: [Int64]
    }
    var schema: String
    var shared: Shared
    var profiles: [Profile]
    var name: String
    var activeProfileIndex: Int
    var exporter: String

    enum CodingKeys: String, CodingKey {
      case schema = "$schema"
      case shared, profiles, name, activeProfileIndex, exporter
    }
  }

  private static let units: Set<String> = [
    "none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes",
  ]

  private func file(_ arguments: [String]) throws -> File {
    let run = heapscope(["proto", "--format=speedscope"] + arguments)
    #expect(run.status == 0, "\(run.messages)")
    let file = try JSONDecoder().decode(File.self, from: Data(run.output))
    #expect(file.schema == "https://www.speedscope.app/file-format-schema.json")
    #expect(file.profiles.indices.contains(file.activeProfileIndex))
    #expect(Set(file.shared.frames.map { "\($0)" }).count == file.shared.frames.count)
    for profile in file.profiles {
      #expect(profile.type == "sampled" && Self.units.contains(profile.unit))
      #expect(profile.samples.count == profile.weights.count)
      #expect(profile.startValue == 0 && profile.endValue == profile.weights.reduce(0, +))
      #expect(profile.weights.allSatisfy { $0 > 0 })
      let numbers = profile.samples.flatMap { $0 }
      #expect((numbers.min() ?? 0) >= 0 && (numbers.max() ?? 0) < file.shared.frames.count)
    }
    return file
  }

  @Test(
    "a speedscope file has every sample type with values, with the folded stacks of each",
    arguments: Repository.fixtureNames)
  func stacks(fixture: String) throws {
    let file = try file([fixture])
    let profile = try Repository.fixture(fixture)
    let types = profile.sampleTypes.indices.filter { column in
      column == profile.defaultColumn || profile.samples.values[column].contains { $0 > 0 }
    }.map(profile.sampleTypeName)
    #expect(file.profiles.map(\.name) == types)
    #expect(
      file.profiles[file.activeProfileIndex].name
        == profile.defaultColumn.map(profile.sampleTypeName))
    for shown in file.profiles {
      var sums: [String: Int64] = [:]
      for (stack, weight) in zip(shown.samples, shown.weights) {
        sums[stack.map { file.shared.frames[$0].name }.joined(separator: ";"), default: 0] += weight
      }
      let folded = heapscope(["folded", "--sample-index=\(shown.name)", fixture])
      var expected: [String: Int64] = [:]
      for line in folded.text.split(separator: "\n") {
        let end = try #require(line.lastIndex(of: " "))
        let value = try #require(Int64(line[line.index(after: end)...]))
        if value > 0 { expected[String(line[..<end]), default: 0] += value }
      }
      #expect(sums == expected)
      #expect(shown.unit == (shown.name.hasSuffix("space") ? "bytes" : "none"))
    }
  }

  @Test(
    "a speedscope file has inlined functions as frames, units that speedscope knows, and lines on request"
  )
  func inlinesAndUnits() throws {
    var stacks = StackProfile(types: [
      "samples/count", "cpu/milliseconds", "heap/kilobytes", "none/x",
    ])
    stacks.add("~main.in@a.go:5 < main.out@a.go:9 < main.main@b.go:2", [1, 2, 3, 0])
    stacks.add("main.out@a.go:11 < main.main@b.go:2", [4, 0, 0, 0])
    let folder = try TestFolder()
    let path = try folder.write("p.pb.gz", writeProfile(stacks.profile))
    let functions = try file([path])
    #expect(functions.shared.frames.map(\.name).sorted() == ["main.in", "main.main", "main.out"])
    let samples = try #require(functions.profiles.first { $0.name == "samples" })
    #expect(
      samples.samples.map { $0.map { functions.shared.frames[$0].name } } == [
        ["main.main", "main.out", "main.in"], ["main.main", "main.out"],
      ])
    #expect(functions.profiles.map(\.unit) == ["none", "nanoseconds", "bytes", "none"])
    #expect(functions.profiles.map(\.endValue) == [5, 2_000_000, 3072, 0])
    let lines = try file(["--lines", path])
    #expect(lines.shared.frames.count == 4)
    #expect(lines.shared.frames.contains(.init(name: "main.out", file: "a.go", line: 11)))
    let outer = try file(["--noinlines", "--sample-index=cpu", path])
    #expect(!outer.shared.frames.map(\.name).contains("main.in"))
    #expect(outer.profiles[outer.activeProfileIndex].name == "cpu")
  }

  @Test(
    "proto says that speedscope has no negative values, and refuses formats that are not for profiles"
  )
  func refusals() {
    let change = heapscope([
      "proto", "--format=speedscope", "--base=go1.27/orderlog.incident.pb.gz",
      "go1.27/orderlog.base.pb.gz",
    ])
    #expect(change.status == 0)
    #expect(change.messages.contains { $0.contains("what shrank is left out") })
    #expect(heapscope(["proto", "--format=json", "go1.27/orderlog.base.pb.gz"]).status == 64)
  }
}
