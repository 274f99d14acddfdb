import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// Shares of all available profiles: all of Fixtures, and the shared ones if they are beside the
/// checkout.
@Suite("Shares of every profile")
struct WholeShareTests {
  static let folders: [URL] = [
    Repository.fixtures,
    Repository.fixtures.appending(path: "../../shared/hotspots").standardized,
    Repository.fixtures.appending(path: "../../shared/conformance/profiles").standardized,
  ]

  static let files: [URL] = folders.flatMap { folder in
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (paths ?? []).sorted().map { folder.appending(path: $0) }.filter { file in
      !file.path.contains("/golden/")
        && ["gz", "pb", "pprof", "prof", "txt", "bin"].contains(file.pathExtension)
    }
  }

  /// Some files are logs, and some are no profile on purpose.
  private static func profile(_ file: URL) -> Profile? {
    guard let bytes = try? Repository.bytes(file) else { return nil }
    return try? readProfile(bytes).profile
  }

  @Test("the tests of shares read the fixtures of both Go versions")
  func fixtures() {
    let names = Set(Self.files.filter { Self.profile($0) != nil }.map(\.path))
    for name in Repository.fixtureNames {
      #expect(names.contains(Repository.fixtures.appending(path: name).path))
    }
    #expect(names.contains { $0.contains("/gctrace/") })
  }

  @Test(
    "shares of findings add up to at most 1 in each sample type of every profile", arguments: files)
  func addUp(file: URL) {
    guard let profile = Self.profile(file) else { return }
    var options = HotspotOptions()
    options.minimumShare = 0
    for column in profile.sampleTypes.indices {
      ShareTests().expectWhole(profile, column: column, options: options)
    }
  }

  @Test(
    "no sample of any profile counts twice in one sample type", arguments: files)
  func once(file: URL) throws {
    guard let profile = Self.profile(file), profile.sampleTypes.count == 4,
      profile.samples.values.allSatisfy({ $0.allSatisfy { $0 >= 0 } })
    else { return }
    var options = HotspotOptions()
    options.minimumShare = 0
    for column in profile.sampleTypes.indices {
      let footprints = findHotspots(in: profile, column: column, options: options).findings
        .map(\.footprint)
      for (name, values) in [
        ("alloc_objects", footprints.compactMap(\.allocatedObjects)),
        ("alloc_space", footprints.compactMap(\.allocatedBytes)),
        ("inuse_objects", footprints.compactMap(\.liveObjects)),
        ("inuse_space", footprints.compactMap(\.liveBytes)),
      ] {
        guard let row = profile.column(named: name) else { continue }
        // Sums of different profiles may not fit; then there is nothing to compare.
        let total = profile.samples.values[row].reduce(0.0) { $0 + Double($1) }
        #expect(values.reduce(0.0) { $0 + Double($1) } <= total * (1 + 1e-9), "\(name)")
      }
    }
  }
}
