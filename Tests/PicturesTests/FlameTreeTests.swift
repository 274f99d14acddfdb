import HeapscopeTestSupport
import Ownership
import Pictures
import ProfileModel
import Reports
import StackGraph
import Testing

@Suite("The call tree of pictures")
struct FlameTreeTests {
  private func graph(
    _ profile: Profile, isReversed: Bool = false, pruneBelow: Double? = 0,
    granularity: Granularity = .functions
  ) throws -> FlameGraph {
    var options = SelectionOptions()
    options.granularity = granularity
    return try FlameGraph(
      [part("p", try Selection(profile, options))], isReversed: isReversed, pruneBelow: pruneBelow)
  }

  /// The nodes as `depth name total`, in order.
  private func lines(_ graph: FlameGraph, column: Int = 0) -> [String] {
    let totals = graph.tree.totals(ofColumn: column)
    return zip(graph.tree.frames.indices, graph.tree.depths).map { node, depth in
      "\(depth) \(graph.frames.function(of: graph.tree.frames[node]).name) \(totals[node])"
    }
  }

  private let profile = StackProfile.inBytes([
    "c < b < main": 5, "a < main": 3, "b < main": 2, "d < b < main": 1, "other": 7,
  ])

  @Test("the tree of pictures has callers before callees, sorted by name")
  func order() throws {
    #expect(
      lines(try graph(profile)) == [
        "0 main 11", "1 a 3", "1 b 8", "2 c 5", "2 d 1", "0 other 7",
      ])
  }

  @Test("the tree of pictures can start from the leaves")
  func reversed() throws {
    #expect(
      lines(try graph(profile, isReversed: true)) == [
        "0 a 3", "1 main 3", "0 b 2", "1 main 2", "0 c 5", "1 b 5", "2 main 5", "0 d 1",
        "1 b 1", "2 main 1", "0 other 7",
      ])
  }

  @Test("small frames are pruned into one sibling frame, and no byte is lost")
  func pruned() throws {
    let pruned = try graph(profile, pruneBelow: 0.2)
    #expect(
      lines(pruned) == [
        "0 main 11", "1 b 8", "2 c 5", "2 (smaller frames) 1", "1 (smaller frames) 3", "0 other 7",
      ])
    #expect(pruned.prunedCount == 2)
  }

  /// What leads to each node, and the totals of all columns there.
  private func totals(_ graph: FlameGraph) -> [[String]: [Int64]] {
    var result: [[String]: [Int64]] = [:]
    let columns = graph.types.indices.map { graph.tree.totals(ofColumn: $0) }
    var path: [String] = []
    for (node, depth) in graph.tree.depths.enumerated() {
      path.removeLast(path.count - Int(depth))
      path.append(graph.frames.function(of: graph.tree.frames[node]).name)
      for (column, totals) in columns.enumerated() {
        result[path, default: [Int64](repeating: 0, count: columns.count)][column] += totals[node]
      }
    }
    return result
  }

  @Test(
    "a tree built on all cores equals the trees of its halves",
    arguments: [1, 2, 3] as [UInt64])
  func branches(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let whole = randomProfile(using: &random, negatives: seed == 3, sampleCount: 20_000)
    for isReversed in [false, true] {
      let tree = totals(try graph(whole, isReversed: isReversed))
      var sums: [[String]: [Int64]] = [:]
      for rows in [0..<10_000, 10_000..<whole.samples.count] {
        var half = whole
        half.samples = whole.samples.selecting(Array(rows))
        sums.merge(totals(try graph(half, isReversed: isReversed))) { zip($0, $1).map(+) }
      }
      #expect(tree == sums)
    }
  }

  @Test("the tree of pictures keeps inlined frames and recursion")
  func inlined() throws {
    let profile = StackProfile.inBytes(["f < f < ~small < main": 4])
    #expect(lines(try graph(profile)) == ["0 main 4", "1 small 4", "2 f 4", "3 f 4"])
    #expect(
      lines(try graph(profile, isReversed: true)) == ["0 f 4", "1 f 4", "2 small 4", "3 main 4"])
  }

  @Test(
    "in trees of random profiles, roots add up to the total and every node to its parts",
    arguments: 0..<30 as Range<UInt64>, [0, 0.05])
  func sums(seed: UInt64, pruneBelow: Double) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    for isReversed in [false, true] {
      let graph = try graph(
        profile, isReversed: isReversed, pruneBelow: pruneBelow, granularity: .lines)
      for column in profile.sampleTypes.indices {
        let totals = graph.tree.totals(ofColumn: column)
        let roots = totals.indices.filter { graph.tree.parents[$0] < 0 }
        #expect(roots.reduce(0) { $0 + totals[$1] } == profile.magnitude(ofColumn: column))
        #expect(graph.snapshots[0].totals[column] == profile.magnitude(ofColumn: column))
        var sums = graph.tree.ownValues[column]
        for node in totals.indices where graph.tree.parents[node] >= 0 {
          let parent = Int(graph.tree.parents[node])
          #expect(parent < node)
          sums[parent] += totals[node]
        }
        #expect(sums == totals)
      }
    }
  }

  @Test(
    "the values of a function in the tree of pictures equal those of the call graph",
    arguments: 0..<20 as Range<UInt64>)
  func cum(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    let selection = try Selection(profile, SelectionOptions())
    let graph = try FlameGraph([part("p", selection)], onlyType: true, pruneBelow: 0)
    let builder = GraphBuilder(selection)
    let values = builder.nodeValues()
    var expected: [String: Int64] = [:]
    for node in 0..<builder.table.count where values.flat[node] != 0 {
      let name = safe(builder.table.printableName(NodeID(node)))
      expected[name, default: 0] += values.flat[node]
    }
    var found: [String: Int64] = [:]
    for node in 0..<graph.tree.count where graph.tree.ownValues[0][node] != 0 {
      let name = graph.frames.function(of: graph.tree.frames[node]).name
      if name == noStackName { continue }
      found[name, default: 0] += graph.tree.ownValues[0][node]
    }
    #expect(found == expected)
  }

  @Test(
    "the tree of pictures equals the one that walking every stack builds",
    arguments: 0..<20 as Range<UInt64>, [false, true])
  func plainWalk(seed: UInt64, isReversed: Bool) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    var options = SelectionOptions()
    options.granularity = .functions
    let selection = try Selection(profile, options)
    // A profile beside itself: each node has the same in both columns.
    let graph = try FlameGraph(
      [part("one", selection), part("two", selection)], isReversed: isReversed, pruneBelow: 0)
    let table = NodeTable(selection.profile)
    let samples = selection.profile.samples
    var expected: [[String]: [Int64]] = [:]
    for sample in 0..<samples.count where !samples.hasOnlyZeros(sample) {
      var path: [String] = []
      for location in samples.frames[samples.frameRange(of: sample)] {
        path += table.locationNodes[table.nodeRange(of: location.index)].map {
          safe(table.printableName($0))
        }
      }
      if path.isEmpty { path = [noStackName] }
      if !isReversed { path.reverse() }
      let sums = expected[path] ?? samples.values.map { _ in 0 }
      expected[path] = zip(sums, samples.values(of: sample)).map { $0 &+ $1 }
    }
    var found: [[String]: [Int64]] = [:]
    var path: [String] = []
    let types = graph.types.count
    for (node, depth) in graph.tree.depths.enumerated() {
      path = path.prefix(Int(depth)) + [graph.frames.function(of: graph.tree.frames[node]).name]
      let own = graph.tree.ownValues.map { $0[node] }
      #expect(Array(own[..<types]) == Array(own[types...]))
      if own.contains(where: { $0 != 0 }) {
        // Names that differ in bytes alone look the same.
        found[path] = zip(found[path] ?? own.map { _ in 0 }, own[..<types]).map { $0 &+ $1 }
      }
    }
    #expect(found == expected.filter { $0.value.contains { $0 != 0 } })
  }

  private func safe(_ name: [UInt8]) -> String {
    String(decoding: name, as: UTF8.self).replacing("\n", with: "\\x0a")
  }
}

private func part(_ name: String, _ selection: Selection) -> FlamePart {
  FlamePart(name, selection, Ownership(selection.profile))
}
