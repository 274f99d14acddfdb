import Ownership
import Foundation
import Foundations
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@testable import Reports

@Suite("Reports over random profiles")
struct ReportPropertyTests {
  @Test(
    "folded lines add up to the samples, whatever the names are", arguments: 0..<50 as Range<UInt64>
  )
  func folded(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 3 == 0)
    for granularity in [Granularity.functions, .lines, .addresses] {
      var options = SelectionOptions()
      options.granularity = granularity
      let selection = try Selection(profile, options)
      let lines = String(decoding: try ReportContext(selection).foldedText().bytes, as: UTF8.self)
        .split(separator: "\n")
      let sum = lines.reduce(Int64(0)) { $0 + (Int64($1.split(separator: " ").last ?? "") ?? .min) }
      #expect(sum == selection.values.reduce(0, +))
      for line in lines {
        let frames = line[..<(line.lastIndex(of: " ") ?? line.endIndex)].split(
          separator: ";", omittingEmptySubsequences: false)
        #expect(frames.allSatisfy { !$0.isEmpty })
      }
    }
  }

  @Test(
    "folded stacks equal those of the samples, one by one", arguments: 0..<40 as Range<UInt64>)
  func foldedStacks(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    // Some of more than a piece of samples and of lines.
    let count = seed % 8 == 0 ? 9000 : 60
    let profile = randomProfile(using: &random, negatives: seed % 3 == 0, sampleCount: count)
    for granularity in [Granularity.functions, .addresses] {
      var options = SelectionOptions()
      options.granularity = granularity
      let context = ReportContext(try Selection(profile, options))
      let table = context.builder.table
      let samples = context.profile.samples
      var sums: [[UInt8]: Int64] = [:]
      for (sample, value) in context.selection.values.enumerated() {
        var names: [[UInt8]] = []
        for frame in samples.frames[samples.frameRange(of: sample)].reversed() {
          for node in table.locationNodes[table.nodeRange(of: frame.index)].reversed() {
            names.append(
              safeName(table.printableName(node)).flatMap {
                $0 == UInt8(ascii: ";") ? Array("\\x3b".utf8) : [$0]
              })
          }
        }
        if names.isEmpty { names = [Array("<no stack>".utf8)] }
        let line = Array(names.joined(separator: [UInt8(ascii: ";")])) + [UInt8(ascii: " ")]
        sums[line, default: 0] += value
      }
      let expected = sums.filter { $0.value != 0 }
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        .flatMap { $0.key + Array("\($0.value)\n".utf8) }
      #expect(try context.foldedText().bytes == expected)
      var drained: [UInt8] = []
      let rest = try context.foldedText(drain: { lines in
        for index in lines.indices { drained.append(lines[index]) }
      })
      #expect(drained == expected)
      #expect(rest.bytes.isEmpty)
      // However the work is divided, the lines are the same.
      for (symbols, bytes) in [(1, 1), (7, 1 << 20), (60, 50)] {
        let divided = try context.foldedText(partSymbols: symbols, cutBytes: bytes, drain: nil)
        #expect(divided.bytes == expected)
      }
    }
  }

  @Test("folded lines are complete when the stacks that place the cuts have no value")
  func foldedZeros() throws {
    var random = SeededGenerator(seed: 7)
    var profile = randomProfile(using: &random, sampleCount: 400)
    let column = try Selection(profile, SelectionOptions()).column
    for kept in [nil, 1, 399] {
      for sample in 0..<400 {
        profile.samples.values[column][sample] = sample == kept ? 5 : 0
      }
      let context = ReportContext(try Selection(profile, SelectionOptions()))
      // With so many symbols a part, few samples are looked at, and these are none of them.
      let text = try context.foldedText(
        partSymbols: profile.samples.frames.count - 1, cutBytes: 1 << 20, drain: nil)
      let lines = String(decoding: text.bytes, as: UTF8.self)
      #expect(lines.hasSuffix(kept == nil ? "" : " 5\n"))
      #expect(lines.split(separator: "\n").count == (kept == nil ? 0 : 1))
    }
  }

  @Test(
    "focus shows the samples that pprof's -focus keeps", arguments: 0..<50 as Range<UInt64>)
  func focus(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 3 == 0)
    // These match no file and no mapping of the random profiles.
    for text in ["main\\.run", "fmt\\.Sprint", "a;b", "^f[0-9]$", "C::d"] {
      let pattern = try Pattern(text)
      var lines = SelectionOptions()
      lines.granularity = .lines
      let report = FocusReport(
        try Selection(profile, lines), pattern: pattern, patternText: text,
        ownership: Ownership(profile))
      var options = SelectionOptions()
      options.focus = text
      let focused = try Selection(profile, options)
      let values = focused.values.reduce(0, +)
      #expect(report.passed == values)
      #expect(report.blame.reduce(report.unblamed) { $0 + $1.value } == values)
      #expect(report.callers.rootSum == values)
      #expect(report.callees.rootSum == values)
      // The matched functions' figures are those of the table.
      let builder = GraphBuilder(try Selection(profile, SelectionOptions()))
      let figures = builder.nodeValues()
      for match in report.matches {
        let node = try #require(builder.table.identities.firstIndex { $0.name == match.name })
        #expect(match.cum == figures.cum[node])
        #expect(match.flat == figures.flat[node])
      }
    }
  }

  @Test(
    "rows of top show the figures of the graph, and the last sum is that of all",
    arguments: 0..<40 as Range<UInt64>)
  func top(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    var trimming = TrimOptions()
    trimming.keepAll()
    let context = ReportContext(try Selection(profile, SelectionOptions()), trimming: trimming)
    let values = context.builder.nodeValues()
    let report = TopReport(context)
    for row in report.rows {
      #expect(row.flat == values.flat[row.node.index])
      #expect(row.cum == values.cum[row.node.index])
    }
    #expect(report.rows.reduce(0) { $0 + $1.flat } == values.flat.reduce(0, +))
    let calls = context.builder.edges(kept: nil)
    for row in report.rows {
      let into = calls.filter { $0.target == row.node.index }
      let inlined = into.filter(\.isInline).count
      let note =
        inlined == 0 ? nil : inlined == into.count ? "(inline)" : "(partial-inline)"
      #expect(row.inlineNote == note)
    }
  }

  @Test(
    "blocks of tree hold every edge once as caller and once as callee",
    arguments: 0..<40 as Range<UInt64>)
  func tree(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    var trimming = TrimOptions()
    trimming.keepAll()
    let context = ReportContext(try Selection(profile, SelectionOptions()), trimming: trimming)
    let report = TreeReport(context)
    let edges = context.builder.edges(kept: nil).map(\.weight).filter { $0 != 0 }.sorted()
    func weights(_ lists: [[Int]]) -> [Int64] {
      lists.joined().map { report.trimmed.graph.edges[$0].weight }.filter { $0 != 0 }.sorted()
    }
    #expect(weights(report.blocks.map(\.callers)) == edges)
    #expect(weights(report.blocks.map(\.callees)) == edges)
    for block in report.blocks {
      for list in [block.callers, block.callees] {
        let weights = list.map { report.trimmed.graph.edges[$0].weight.magnitude }
        #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 >= $1 })
      }
    }
  }

  @Test("tags add up to the samples that carry each key", arguments: 0..<40 as Range<UInt64>)
  func tags(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 3 == 0)
    let selection = try Selection(profile, SelectionOptions())
    let report = TagsReport(ReportContext(selection))
    for key in report.keys {
      var expected: Int64 = 0
      for sample in 0..<profile.samples.count {
        let labels = profile.samples.labels[profile.samples.labelRange(of: sample)]
        if labels.contains(where: { profile.strings[bytesOf: $0.key].elementsEqual(key.name) }) {
          expected += selection.values[sample]
        }
      }
      #expect(key.total == expected)
      #expect(key.values.reduce(0) { $0 + $1.weight } == expected)
    }
  }

  @Test(
    "the JSON of hotspots parses and has what the findings have", arguments: Repository.fixtureNames
  )
  func hotspotsJSON(name: String) throws {
    struct Document: Decodable {
      struct Finding: Decodable {
        struct Blame: Decodable {
          var function: String
          var line: Int64
          var share: Double
          var value: Int64
        }
        var kind: String
        var share: Double
        var value: Int64
        var allocatedBytes: Int64?
        var liveBytes: Int64?
        var blame: [Blame]
      }
      var schema: String
      var sampleType: String
      var total: Int64
      var findings: [Finding]
    }
    let profile = try Repository.fixture(name)
    let column = try #require(profile.column(named: "alloc_space"))
    let report = findHotspots(in: profile, column: column)
    let bytes = Reports.hotspotsJSON(report).bytes
    let document = try JSONDecoder().decode(Document.self, from: Data(bytes))
    #expect(document.schema == "heapscope.hotspots/1")
    #expect(document.sampleType == "alloc_space")
    #expect(document.total == profile.magnitude(ofColumn: column))
    #expect(document.findings.count == report.findings.count)
    for (read, finding) in zip(document.findings, report.findings) {
      #expect(read.kind == finding.kind.rawValue)
      #expect(read.value == finding.value)
      #expect(abs(read.share - Double(read.value) / Double(document.total)) < 1e-9)
      #expect(read.allocatedBytes == finding.footprint.allocatedBytes)
      #expect(read.liveBytes == finding.footprint.liveBytes)
      #expect(read.blame.map(\.value) == finding.blame.map(\.value))
      #expect(read.blame.map(\.function) == finding.blame.map(\.function))
      #expect(read.blame.map(\.line) == finding.blame.map(\.line))
    }
  }
}

extension NamePaths {
  fileprivate var rootSum: Int64 {
    let tree = tree(atLeast: 0)
    return tree.roots.reduce(0) { $0 + tree.values[$1] }
  }
}
