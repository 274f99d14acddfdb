import Foundation
import HeapscopeTestSupport
import Testing

/// A case of the corpus: one report, and what pprof printed for it.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
  var id: String
  var report: String
  var arguments: [String]
  var expected: String
  var status: Int

  var testDescription: String { id }

  /// Every sixth case of the reports that are text, over small profiles: a debug
  /// build takes a quarter of a second for each. `compare` in the corpus runs
  /// all of them on the program itself.
  static let all: [ConformanceCase] = {
    guard let folder = Repository.conformance,
      let text = try? String(contentsOf: folder.appending(path: "cases.tsv"), encoding: .utf8)
    else { return [] }
    let reports = ["top", "tree", "peek", "traces", "tags", "raw", "comments", "dot", "callgrind"]
    let cases = text.split(separator: "\n").dropFirst().compactMap { line -> ConformanceCase? in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 7, reports.contains(fields[1]), isSmall(fields[3], folder) else {
        return nil
      }
      return ConformanceCase(
        id: fields[0], report: fields[1],
        arguments: [fields[1]] + options(fields[2]) + profiles(fields[3], folder),
        expected: fields[4], status: Int(fields[5]) ?? 0)
    }
    return cases.enumerated().filter { $0.offset % 6 == 0 }.map(\.element)
  }()

  private static func isSmall(_ field: String, _ folder: URL) -> Bool {
    field.split(separator: " ").allSatisfy { word in
      let name = String(word.split(separator: "=").last ?? "")
      let path = folder.appending(path: "profiles/\(name)").path
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      return size ?? .max < 2000
    }
  }

  private static func options(_ field: String) -> [String] {
    if field == "-" { return [] }
    return field.split(separator: " ").map { word in
      let name = word.prefix { $0 != "=" }
      return "--" + name.replacing("_", with: "-") + word.dropFirst(name.count)
    }
  }

  private static func profiles(_ field: String, _ folder: URL) -> [String] {
    let path = folder.appending(path: "profiles").path + "/"
    return field.split(separator: " ").map { word in
      if word.hasPrefix("base=") { return "--base=" + path + word.dropFirst(5) }
      if word.hasPrefix("diff_base=") { return "--diff-base=" + path + word.dropFirst(10) }
      return path + word
    }
  }
}

@Suite(
  "Conformance with pprof's recorded reports",
  .enabled(if: Repository.conformance != nil, "no ../shared/conformance beside the checkout"))
struct ConformanceTests {
  @Test("a report equals the one that pprof recorded", arguments: ConformanceCase.all)
  func equal(testCase: ConformanceCase) throws {
    let folder = try #require(Repository.conformance)
    let run = heapscope(testCase.arguments)
    if testCase.status != 0 {
      #expect(run.status != 0)
      #expect(!run.messages.isEmpty)
      return
    }
    #expect(run.status == 0, "\(run.messages)")
    let expected = try Repository.bytes(folder.appending(path: testCase.expected))
    if let difference = firstVisibleDifference(run.output, expected) {
      Issue.record("\(difference)")
    }
  }
}
