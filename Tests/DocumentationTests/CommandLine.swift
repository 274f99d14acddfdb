import Foundation
import HeapscopeTestSupport

extension Repository {
  /// The profiles in Fixtures, including one in text form, relative to ``root``.
  static let profiles: [String] = ["go1.22", "go1.27"].flatMap { folder in
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: fixtures.appending(path: folder).path)
    return (names ?? []).filter { $0.hasPrefix("orderlogtext.txt") || $0.hasSuffix(".pb.gz") }
      .sorted().map { "Fixtures/\(folder)/\($0)" }
  }
}

/// Runs a command line in this process, with paths relative to the project, as in the documents.
func run(_ arguments: [String], input: [UInt8]? = nil) -> CommandRun {
  heapscope(arguments, input: input, folder: Repository.root)
}
