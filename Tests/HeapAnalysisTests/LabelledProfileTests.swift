import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// Profiles of real programs with the truth about each: a folder with a labels.json, the profiles
/// and the sources.
struct LabelledProfiles: Sendable {
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
    var program: String
    var sample_type: String
    var sequence: [String]?
    var expect: [Expectation]
    var absent: [String]?

    var testDescription: String { "\(profile) \(sample_type)" }
  }

  /// The profiles that measure hotspots, if they are beside the checkout.
  static let design = LabelledProfiles(
    Repository.root.appending(path: "../shared/hotspots").standardized)

  /// heapscope's own, of programs that the rules were not written for.
  static let patterns = LabelledProfiles(Repository.fixtures.appending(path: "patterns"))

  let folder: URL
  let labels: [Label]

  init(_ folder: URL) {
    self.folder = folder
    let text = try? Data(contentsOf: folder.appending(path: "labels.json"))
    labels = text.flatMap { try? JSONDecoder().decode([Label].self, from: $0) } ?? []
  }

  /// What the profile must show is found, with its share and line, and nothing else.
  func expectTruth(_ label: Label, readsSource: Bool) throws {
    let profile = try readProfile(Repository.bytes(folder.appending(path: label.profile))).profile
    let column = try #require(profile.column(named: label.sample_type))
    var options = HotspotOptions()
    if readsSource {
      let root = folder.appending(path: "sources/\(label.program)")
      options.source = SourceLookup { file, mismatch in
        let lines = Self.lines(of: file, program: label.program, in: root)
        if let lines, let reason = mismatch(lines) { Issue.record("\(file): \(reason)") }
        return .init(lines)
      }
    }
    let findings = findHotspots(in: profile, column: column, options: options).findings
    for expected in label.expect where expected.detectable || readsSource {
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
      #expect(!(label.absent ?? []).contains(finding.kind.rawValue), "\(finding.kind.rawValue)")
    }
  }

  /// `example.com/NAME/x.go` is x.go of the program, `github.com/acme/y@v1/y.go` is acme/y/y.go.
  private static func lines(of file: String, program: String, in root: URL) -> SourceLines? {
    var inner: String
    if let own = file.firstRange(of: "example.com/\(program)/") {
      inner = String(file[own.upperBound...])
    } else if file.hasPrefix("github.com/acme/") {
      inner = "acme/" + file.dropFirst("github.com/acme/".count)
      inner.replace(#/@[^\/]*/#, with: "")
    } else {
      return nil
    }
    let text = try? Data(contentsOf: root.appending(path: inner))
    return text.map { SourceLines(Array($0)) }
  }
}

@Suite("Labelled profiles of real programs")
struct LabelledProfileTests {
  @Test(
    "symbols alone lead to each labelled finding, its share and its line, and to nothing else",
    arguments: LabelledProfiles.design.labels.filter { $0.sequence == nil })
  func truth(label: LabelledProfiles.Label) throws {
    try LabelledProfiles.design.expectTruth(label, readsSource: false)
  }

  @Test("all profiles in Fixtures have labels")
  func labels() {
    #expect(LabelledProfiles.patterns.labels.count >= 29)
    #expect(LabelledProfiles.patterns.labels.contains { $0.expect.isEmpty })
    #expect(LabelledProfiles.patterns.labels.contains { $0.expect.contains { !$0.detectable } })
  }

  @Test(
    "findings are right in programs that the rules were not written for",
    arguments: LabelledProfiles.patterns.labels)
  func unseen(label: LabelledProfiles.Label) throws {
    try LabelledProfiles.patterns.expectTruth(label, readsSource: false)
  }

  @Test(
    "with source, findings that no symbol shows are right too",
    arguments: LabelledProfiles.patterns.labels)
  func unseenWithSource(label: LabelledProfiles.Label) throws {
    try LabelledProfiles.patterns.expectTruth(label, readsSource: true)
  }
}
