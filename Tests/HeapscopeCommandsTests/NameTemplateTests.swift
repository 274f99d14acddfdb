import ProfileModel
import Reports
import Testing

@testable import HeapscopeCommands

@Suite("--name-from")
struct NameTemplateTests {
  @Test(
    "a template reads service, version, host and pod from the end of a path",
    arguments: [
      ("pods/{pod}/{time}.pb.gz", "/data/pods/web-1/1700000000.pb.gz", "pod=web-1"),
      ("{pod}-{time}.pb.gz", "x/shop-7d9f-1700000000.pb.gz", "pod=shop-7d9f"),
      ("{service}/{version}/{host}", "shop/v1.2/node-3", "service=shop version=v1.2 host=node-3"),
      ("{pod}.{zone}.pb", "a.b.c.pb", "pod=a.b zone=c"),
      ("{service}_{pod}", "é_ü", "service=é pod=ü"),
    ])
  func fits(template: String, name: String, expected: String) throws {
    let source = try #require(NameTemplate(argument: template)?.source(name))
    var found = ProfileOrigin.Field.allCases.compactMap { field in
      source.origin[field].map { "\(field.name)=\($0)" }
    }
    found += source.labels.map { "\($0.key)=\($0.text)" }
    #expect(found.joined(separator: " ") == expected)
    #expect(source.file == name)
  }

  @Test(
    "a file name that does not match a template says nothing",
    arguments: [
      ("pods/{pod}/{time}.pb.gz", "web-1/1700000000.pb.gz"), ("{pod}.pb.gz", "web.pprof"),
      ("{pod}.pb.gz", ".pb.gz"), ("{pod}/{time}.pb.gz", "web/yesterday.pb.gz"),
      ("{a}-{b}", "ab"),
    ])
  func misfits(template: String, name: String) throws {
    #expect(try #require(NameTemplate(argument: template)).source(name) == nil)
  }

  @Test(
    "times in file names are seconds and fractions, or a day with or without a time of day",
    arguments: [
      ("1700000000", 1_700_000_000_000_000_000), ("1700000000123", 1_700_000_000_123_000_000),
      ("1700000000123456", 1_700_000_000_123_456_000),
      ("1700000000123456789", 1_700_000_000_123_456_789),
      ("2026-11-30", 1_795_996_800_000_000_000), ("20261130", 1_795_996_800_000_000_000),
      ("2026-11-30T08:00:00Z", 1_796_025_600_000_000_000),
      ("20261130-080000", 1_796_025_600_000_000_000),
      ("2026-11-30_08-00", 1_796_025_600_000_000_000),
      ("20261130080000.5", 1_796_025_600_500_000_000),
    ] as [(String, Int64)])
  func times(text: String, expected: Int64) {
    #expect(nanoseconds(inName: text) == expected)
  }

  @Test(
    "text in a file name that is no time is not taken for one",
    arguments: ["", "now", "12", "2026-13-01", "2026-11-30T25:00", "99999999999", "-1700000000"])
  func noTimes(text: String) {
    #expect(nanoseconds(inName: text) == nil)
  }
}
