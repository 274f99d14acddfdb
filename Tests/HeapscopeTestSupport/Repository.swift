package import Foundation
import ProfileCodec
package import ProfileModel

/// The files of this project that tests read.
package enum Repository {
  /// The folder of Package.swift.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized

  package static let fixtures = root.appending(path: "Fixtures")
  package static let golden = fixtures.appending(path: "golden")

  /// Recorded outputs of pprof, if they are beside the checkout.
  package static let conformance: URL? = {
    let folder = root.appending(path: "../shared/conformance").standardized
    let cases = folder.appending(path: "cases.tsv")
    return FileManager.default.fileExists(atPath: cases.path) ? folder : nil
  }()

  /// Inputs in the shape of public reports, and results for other projects' files, if they are
  /// beside the checkout; see ``shared(_:)``.
  package static let sharedInputs: URL? = {
    let folder = root.appending(path: "../shared").standardized
    return FileManager.default.fileExists(atPath: folder.appending(path: "found").path)
      ? folder : nil
  }()

  /// Returns the path of a file beside the checkout.
  package static func shared(_ path: String) -> String {
    sharedInputs?.appending(path: path).path ?? path
  }

  /// Cases with other projects' profiles, each with its files and pprof's output for them, if they
  /// are beside the checkout.
  package static let parityCases: URL? = {
    let folder = root.appending(path: "../shared/parity/cases").standardized
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// The profiles, as paths relative to ``fixtures``, sorted.
  package static let fixtureNames: [String] = ["go1.22", "go1.27"].flatMap { folder in
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: fixtures.appending(path: folder).path)
    return (names ?? []).filter { $0.hasSuffix(".pb.gz") }.sorted().map { "\(folder)/\($0)" }
  }

  /// - Parameter path: relative to ``root``.
  package static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  package static func bytes(_ file: URL) throws -> [UInt8] { Array(try Data(contentsOf: file)) }

  /// Reads a profile of ``fixtureNames``.
  package static func fixture(_ name: String) throws -> Profile {
    try readProfile(bytes(fixtures.appending(path: name))).profile
  }
}
