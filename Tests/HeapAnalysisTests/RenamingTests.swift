import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import Ownership
import ProfileCodec
import ProfileModel
import Testing

/// A profile with all import paths renamed, except those of the standard library and of known
/// libraries.
private struct RenamedProfile {
  private(set) var profile: Profile

  private var oldNames: [String: String] = [:]

  func oldName(_ name: String) -> String { oldNames[name] ?? name }

  init(_ profile: Profile, seed: UInt64) {
    let names = FunctionNames(profile)
    let origins = Ownership(profile).origins
    let isForeign = names.packages.map { package in
      // The tests of a known library make it the user's own.
      let tested = package.hasSuffix("_test") ? String(package.dropLast(5)) : package
      return package != "main" && !OriginClassifier.Package(package).isStandard
        && !KnownLibraries.isTransparent(tested)
    }
    var elements: Set<String> = []
    for (row, package) in names.packages.enumerated() where isForeign[row] {
      elements.formUnion(package.split(separator: "/").map(String.init))
    }
    var random = SeededGenerator(seed: seed)
    var renamed: [String: String] = [:]
    for element in elements.sorted() { renamed[element] = Self.newName(element, &random) }
    self.profile = profile
    for row in 0..<profile.functions.count where origins[row] != .generated {
      let name = profile.strings[profile.functions.names[row]]
      var new = name
      if isForeign[Int(names.packageRows[row])] {
        // Type arguments may have slashes too.
        let plain = name.prefix { $0 != "[" }
        let end = plain.lastIndex(of: "/").map { plain.index(after: $0) } ?? plain.startIndex
        let dot = name[end...].firstIndex(of: ".") ?? name.endIndex
        new =
          Self.renamed(name[..<dot].replacing("%2e", with: "."), renamed, escaped: true)
          + name[dot...]
      }
      oldNames[new] = name
      self.profile.functions.names[row] = self.profile.strings.intern(new)
      // Files of the standard library and of known libraries keep their names.
      guard origins[row] != .standard,
        !KnownLibraries.isTransparent(names.package(of: row))
      else { continue }
      let file = profile.strings[profile.functions.files[row]]
      let slash = file.lastIndex(of: "/") ?? file.startIndex
      self.profile.functions.files[row] = self.profile.strings.intern(
        Self.renamed(file[..<slash], renamed, escaped: false) + file[slash...])
    }
  }

  private static func renamed(
    _ path: some StringProtocol, _ names: [String: String], escaped: Bool
  ) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
      let version = part.firstIndex(of: "@") ?? part.endIndex
      let new = names[String(part[..<version])] ?? String(part[..<version])
      // The linker escapes the dots of the last element.
      let isLast = escaped && index > 0 && index == parts.count - 1
      return (isLast ? new.replacing(".", with: "%2e") : new) + part[version...]
    }.joined(separator: "/")
  }

  /// Parts with a meaning stay: the dot of hosts, versions, and marks of tests.
  private static func newName(_ element: String, _ random: inout SeededGenerator) -> String {
    if ["cmd", "internal", "pkg", "vendor", "mod", "src"].contains(element) { return element }
    if element.first == "v", element.dropFirst().allSatisfy(\.isNumber) { return element }
    var new = "n" + String(UInt64.random(in: .min ... .max, using: &random), radix: 36)
    if let dot = element.lastIndex(of: ".") { new += element[dot...] }
    if element.hasSuffix("_test") { new += "_test" }
    return new
  }
}

@Suite("Renamed import paths")
struct RenamingTests {
  /// What must not change in a finding, with lines in an order that does not depend on names.
  private struct Facts: Equatable {
    var rule: String
    var value: Int64
    var lines: [String]

    init(_ finding: Finding, _ oldName: (String) -> String) {
      rule = finding.rule
      value = finding.value
      lines = finding.blame.map {
        "\(oldName($0.function)):\($0.line) \($0.value) \($0.wayIn.map(oldName) ?? "")"
      }.sorted()
    }
  }

  private func check(_ profile: Profile, seed: UInt64) throws {
    let renamed = RenamedProfile(profile, seed: seed)
    for type in ["alloc_space", "inuse_space"] {
      guard let column = profile.column(named: type) else { continue }
      let before = findHotspots(in: profile, column: column).findings
      let after = findHotspots(in: renamed.profile, column: column).findings
      #expect(before.map { Facts($0) { $0 } } == after.map { Facts($0, renamed.oldName) })
    }
  }

  @Test(
    "renaming all import paths of a profile changes no finding", arguments: Repository.fixtureNames)
  func fixtures(name: String) throws {
    for seed in 0..<3 as Range<UInt64> { try check(Repository.fixture(name), seed: seed) }
  }

  static let real = Repository.root.appending(path: "../shared/hotspots-real/profiles").standardized
  static let realNames =
    ((try? FileManager.default.contentsOfDirectory(atPath: real.path)) ?? []).sorted()

  @Test(
    "renaming all import paths of a real program's profile changes no finding",
    .enabled(if: !realNames.isEmpty, "no ../shared/hotspots-real beside the checkout"),
    arguments: realNames)
  func programs(name: String) throws {
    try check(readProfile(Repository.bytes(Self.real.appending(path: name))).profile, seed: 7)
  }

  @Test(
    "a given module leads to the same findings as the guessed one",
    arguments: Repository.fixtureNames.map { Repository.fixtures.appending(path: $0) }
      + realNames.map { real.appending(path: $0) })
  func givenModule(file: URL) throws {
    let profile = try readProfile(Repository.bytes(file)).profile
    let column = try #require(profile.column(named: "alloc_space"))
    let guessed = findHotspots(in: profile, column: column)
    var options = OwnershipOptions()
    options.modulePrefix = guessed.modulePath
    #expect(findHotspots(in: profile, column: column, own: options) == guessed)
  }

  @Test("the renaming renames paths and leaves names that mean something")
  func renaming() {
    let profile = StackProfile.inBytes([
      "gopkg.in/acme%2ev2.(*T).f[github.com/x/y.K]@/go/pkg/mod/gopkg.in/acme.v2@v2.1.0/f.go:1"
        + " < fmt.Sprint@/usr/local/go/src/fmt/p.go:1"
        + " < github.com/rs/zerolog.w@/go/pkg/mod/github.com/rs/zerolog@v1.0.0/w.go:1"
        + " < main.main@/src/acme.v2/main.go:3": 1
    ])
    let renamed = RenamedProfile(profile, seed: 1)
    let texts = { (ids: [StringID]) in ids.map { renamed.profile.strings[$0] } }
    let names = texts(renamed.profile.functions.names)
    #expect(names[0].hasPrefix("n") && names[0].hasSuffix("%2ev2.(*T).f[github.com/x/y.K]"))
    #expect(names.dropFirst() == ["fmt.Sprint", "github.com/rs/zerolog.w", "main.main"])
    #expect(renamed.oldName(names[0]) == "gopkg.in/acme%2ev2.(*T).f[github.com/x/y.K]")
    let files = texts(renamed.profile.functions.files)
    #expect(files[0].hasPrefix("/go/pkg/mod/n") && files[0].hasSuffix(".v2@v2.1.0/f.go"))
    #expect(
      files[1...2] == [
        "/usr/local/go/src/fmt/p.go", "/go/pkg/mod/github.com/rs/zerolog@v1.0.0/w.go",
      ])
  }
}
