import Foundation
import HeapAnalysis
import ProfileCodec
import ProfileModel
import Testing

/// The labelled profiles that the project's design measures hotspots by, where
/// they lie beside the checkout.
enum LabelledProfiles {
  struct Label: Decodable, Sendable, CustomTestStringConvertible {
    struct Expectation: Decodable, Sendable {
      var kind: String
      var min_share: Double
      var max_share: Double
      var blame: Site?
      var detectable: Bool
      var accept_kinds: [String]?
    }

    struct Site: Decodable, Sendable {
      var function: String
      var file_suffix: String
      var lines: [Int64]
    }

    var profile: String
    var sample_type: String
    var sequence: [String]?
    var expect: [Expectation]
    var absent: [String]?

    var testDescription: String { "\(profile) \(sample_type)" }
  }

  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../../../shared/hotspots").standardized

  static let labels: [Label] = {
    guard let text = try? Data(contentsOf: folder.appending(path: "labels.json")) else { return [] }
    return (try? JSONDecoder().decode([Label].self, from: text)) ?? []
  }()

  static func read(_ name: String) throws -> Profile {
    try readProfile([UInt8](Data(contentsOf: folder.appending(path: name)))).profile
  }
}

@Suite("Labelled profiles of real programs", .enabled(if: !LabelledProfiles.labels.isEmpty))
struct LabelledProfileTests {
  @Test("shares add up to at most 1 in every sample type", arguments: LabelledProfiles.labels)
  func shares(label: LabelledProfiles.Label) throws {
    let profile = try LabelledProfiles.read(label.profile)
    var options = HotspotOptions()
    options.minimumShare = 0
    for column in profile.sampleTypes.indices {
      ShareTests().expectWhole(profile, column: column, options: options)
    }
  }

  @Test(
    "what a symbol tells is found, with its share and line, and nothing else",
    arguments: LabelledProfiles.labels.filter { $0.sequence == nil })
  func truth(label: LabelledProfiles.Label) throws {
    let profile = try LabelledProfiles.read(label.profile)
    let column = try #require(profile.column(named: label.sample_type))
    let findings = findHotspots(in: profile, column: column).findings
    for expected in label.expect where expected.detectable {
      let kinds = [expected.kind] + (expected.accept_kinds ?? [])
      let found = findings.filter { kinds.contains($0.kind.rawValue) }
      let range = expected.min_share...expected.max_share
      guard let site = expected.blame else {
        #expect(range.contains(found.reduce(0) { $0 + $1.share }))
        continue
      }
      let blamed = found.flatMap(\.blame).filter {
        $0.function == site.function && $0.file.hasSuffix(site.file_suffix)
      }
      #expect(range.contains(blamed.reduce(0) { $0 + $1.share }), "\(expected.kind)")
      #expect(blamed.contains { (site.lines[0]...site.lines[1]).contains($0.line) })
    }
    for finding in findings where finding.share >= 0.05 {
      #expect(!(label.absent ?? []).contains(finding.kind.rawValue))
    }
  }
}
