import Foundation
import HeapscopeTestSupport
import ProfileBytes
import Testing

/// No report may depend on the number of parts of long jobs, or on rules that match nothing.
@Suite("Parts and rules") struct PartTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// The heap profile with many stacks, deep ones among them.
  private func manyStacks() throws -> String {
    var profile = ProfileBytes.heap
    var random = SeededGenerator(seed: 17)
    for _ in 0..<400 {
      let stack = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        UInt64.random(in: 1...3, using: &random)
      }
      let objects = Int64.random(in: 1...999, using: &random)
      profile.addSample(stack, [objects, objects * 64, objects / 2, objects / 2 * 64])
    }
    return try folder.write("many", profile.encoded)
  }

  @Test(
    "no report depends on the number of parts",
    arguments: [
      ["top", "-cum"], ["tree"], ["peek", "fmt"], ["dot"], ["tags"], ["traces"], ["raw"], ["proto"],
      ["folded"], ["hotspots"], ["focus", "fmt"], ["summary"], ["flame"], ["report"],
    ])
  func parts(command: [String]) throws {
    let path = try manyStacks()
    let whole = try runTool(command + [path], in: folder)
    #expect(whole.status == 0, "\(whole.messages)")
    #expect(!whole.output.isEmpty)
    for parts in ["1", "2", "8", "64"] {
      let run = try runTool(
        command + [path], in: folder, environment: ["HEAPSCOPE_PARTS=\(parts)"])
      #expect(run.status == 0, "\(parts): \(run.messages)")
      #expect(run.output == whole.output, "\(parts) parts")
    }
  }

  @Test("an invalid number of parts has no effect", arguments: ["", "0", "-3", "65", "x"])
  func wrongParts(text: String) throws {
    let path = try manyStacks()
    let run = try runTool(["top", path], in: folder, environment: ["HEAPSCOPE_PARTS=\(text)"])
    #expect(run.output == (try runTool(["top", path], in: folder).output))
  }

  // Tests/check-optimizer does this with the release binary.
  @Test("rules about functions on no stack change no report", arguments: 0..<8 as Range<UInt64>)
  func strangeRules(seed: UInt64) throws {
    let path = try manyStacks()
    var random = SeededGenerator(seed: seed)
    var text = ""
    for rule in 0..<Int.random(in: 1...9, using: &random) {
      let calls = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        "'nowhere.example/p." + String(repeating: "~", count: .random(in: 1...1100, using: &random))
          + (Bool.random(using: &random) ? "*'" : "'")
      }
      text += "[[rules]]\nid = 'r\(rule)'\ncalls = [\(calls.joined(separator: ", "))]\n"
    }
    let rules = try folder.write("rules.toml", Array(text.utf8))
    let run = try runTool(["hotspots", "--rules", rules, path], in: folder)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output == (try runTool(["hotspots", path], in: folder).output))
  }
}
