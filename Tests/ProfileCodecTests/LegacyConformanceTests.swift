import Foundation
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

@Suite(
  "Legacy profiles against pprof's recorded output", .enabled(if: Repository.conformance != nil))
struct LegacyConformanceTests {
  @Test(
    "legacy profiles have the figures, stacks and mappings of pprof's raw report",
    arguments: [
      ("085-raw-go122-orderlog.incident.debug1", "go122-orderlog.incident.debug1.txt"),
      ("127-raw-legacy-cppbench.contention", "legacy-cppbench.contention"),
      ("130-raw-legacy-cppbench.cpu", "legacy-cppbench.cpu"),
      ("136-raw-legacy-cppbench.growth", "legacy-cppbench.growth"),
      ("142-raw-legacy-cppbench.heap", "legacy-cppbench.heap"),
      ("146-raw-legacy-cppbench.thread", "legacy-cppbench.thread"),
      ("150-raw-legacy-go.crc32.cpu", "legacy-go.crc32.cpu"),
      ("154-raw-legacy-go.godoc.thread", "legacy-go.godoc.thread"),
      ("162-raw-legacy-gobench.cpu", "legacy-gobench.cpu"),
      ("167-raw-legacy-gobench.heap", "legacy-gobench.heap"),
      ("171-raw-legacy-java.contention", "legacy-java.contention"),
      ("175-raw-legacy-java.cpu", "legacy-java.cpu"),
      ("180-raw-legacy-java.heap", "legacy-java.heap"),
    ])
  func raw(expected: String, input: String) throws {
    let profile = try #require(try readLegacyProfile(conformanceBytes("profiles/\(input)")))
    let text = String(
      decoding: try conformanceBytes("expected/\(expected).txt"), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      withoutTrailingBlanks(String($0))
    }
    let own = profile.rawText.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in own.enumerated() where index >= lines.count || lines[index] != line {
      let wanted = index < lines.count ? lines[index] : "the end"
      Issue.record("\(input) line \(index + 1): \(line) instead of \(wanted)")
      return
    }
    let rest = lines.dropFirst(own.count).filter { !$0.isEmpty }
    #expect(rest == [])
  }

  @Test("Go's text form with symbols gives the table of the protobuf form")
  func goSymbols() throws {
    let reading = try #require(
      try readLegacyProfile(
        conformanceBytes("profiles/go122-orderlog.incident.debug1.txt"),
        options: LegacyOptions(useGoSymbols: true)))
    let text = String(
      decoding: try conformanceBytes("expected/086-top-go122-orderlog.incident.txt"),
      as: UTF8.self)
    let rows = text.split(separator: "\n").drop { !$0.contains("flat%") }.dropFirst().map {
      String($0)
    }
    let column = try #require(reading.profile.defaultColumn)
    #expect(reading.profile.topRows(column: column) == rows)
    #expect(reading.profile.dropFrames == .empty)
    #expect(reading.goMemStats?.maxRSSBytes == 11_288_576)
  }

  @Test(
    "input in no legacy format is left to other readers",
    arguments: ["bad-text.txt", "go122-orderlog.incident.pb.gz", "ok-unknown-fields.pb"])
  func unrecognized(input: String) throws {
    #expect(try readLegacyProfile(conformanceBytes("profiles/\(input)")) == nil)
  }
}
