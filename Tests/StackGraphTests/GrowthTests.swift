import HeapscopeTestSupport
import ProfileModel
import Testing

@testable import StackGraph

/// What was made linear gives the same as the plain way.
@Suite("Graphs, merging and texts in one pass")
struct GrowthTests {
  @Test(
    "searching for many texts at once finds what searching for each finds",
    arguments: 0..<300 as Range<UInt64>)
  func texts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func text(_ most: Int) -> String {
      String(
        decoding: (0..<Int.random(in: 0...most, using: &random)).map { _ in
          random.pick(Array("aab./".utf8))
        }, as: UTF8.self)
    }
    let wanted = (0..<Int.random(in: 0...6, using: &random)).map { _ in text(5) }
    let finder = TextFinder(wanted)
    for _ in 0..<20 {
      let place = text(20)
      #expect(
        finder.isAny(in: place) == wanted.contains { place.contains($0) },
        "\(wanted) in '\(place)'")
    }
  }

  @Test("ten thousand texts with a common beginning are searched for as fast as one")
  func manyTexts() {
    let texts = (0..<10_000).map { String(repeating: "a", count: $0 % 500) + "b\($0)" }
    let finder = TextFinder(texts)
    let place = String(repeating: "a", count: 4_000_000)
    #expect(!finder.isAny(in: place))
    #expect(finder.isAny(in: place + "b7123"))
  }

  @Test("merged profiles have each comment once, in the order of first use")
  func comments() throws {
    func profile(_ comments: [String]) -> Profile {
      var profile = StackProfile.inBytes(["main.a": 1])
      profile.comments = comments.map { profile.strings.intern(Array($0.utf8)[...]) }
      return profile
    }
    let some = try merged([profile(["b", "a", "b"]), profile(["c", "a"])])
    #expect(some.comments.map { some.strings[$0] } == ["b", "a", "c"])
    let count = 300_000
    let many = profile((0..<count).map { "comment \($0)" })
    let both = try merged([many, many])
    #expect(both.comments.count == count)
  }

  @Test(
    "trimming a call tree equals removing node after node", arguments: 0..<300 as Range<UInt64>)
  func trimming(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var graph = randomTree(Int.random(in: 1...30, using: &random), using: &random)
    for _ in 0..<3 {
      graph.order.shuffle(using: &random)
      let kept = graph.order.filter { _ in !random.oneIn(3) }.shuffled(using: &random)
      var plain = graph
      plain.trimPlainly(keeping: kept)
      graph.trimTree(keeping: kept)
      #expect(graph.order == plain.order)
      for node in graph.order {
        #expect(graph.nodes[node].inEdges == plain.nodes[node].inEdges)
        #expect(graph.nodes[node].outEdges == plain.nodes[node].outEdges)
        for edge in graph.nodes[node].inEdges {
          #expect(graph.edges[edge].source == plain.edges[edge].source)
          #expect(graph.edges[edge].isResidual == plain.edges[edge].isResidual)
          #expect(graph.edges[edge].isInline == plain.edges[edge].isInline)
        }
      }
    }
  }

  @Test("a path of removed nodes with many children is removed in one pass")
  func longPath() {
    var random = SeededGenerator(seed: 1)
    let count = 100_000
    var graph = randomTree(2 * count, using: &random) { $0 <= count ? $0 - 1 : count }
    graph.order.reverse()
    graph.trimTree(keeping: [0] + Array(count + 1..<2 * count))
    #expect(graph.nodes[0].outEdges.count == count - 1)
  }

  /// A tree whose nodes come after their parents.
  private func randomTree(
    _ count: Int, using random: inout SeededGenerator, parent: ((Int) -> Int)? = nil
  ) -> CallGraph {
    let table = NodeTable(StackProfile.inBytes(["main.a": 1]))
    let nodes = (0..<count).map { _ in GraphNode(identity: NodeID(0), flat: 1, cum: 1) }
    var edges: [Edge] = []
    for node in nodes.indices.dropFirst() where parent != nil || !random.oneIn(8) {
      edges.append(
        Edge(
          source: parent?(node) ?? Int.random(in: 0..<node, using: &random), target: node,
          weight: Int64(node), divisor: 0, isResidual: false, isInline: random.oneIn(2)))
    }
    return CallGraph(table: table, nodes: nodes, edges: edges, order: Array(nodes.indices))
  }
}

extension CallGraph {
  /// The children of each removed node move to its parent, one removed node after the other.
  fileprivate mutating func trimPlainly(keeping kept: [Int]) {
    let order = order
    for node in order where !kept.contains(node) {
      let children = nodes[node].outEdges
      guard let incoming = nodes[node].inEdges.first else {
        for edge in children { nodes[edges[edge].target].inEdges = [] }
        continue
      }
      let parent = edges[incoming].source
      nodes[parent].outEdges.removeAll { $0 == incoming }
      for edge in children {
        edges[edge].source = parent
        edges[edge].isResidual = true
        edges[edge].isInline = edges[incoming].isInline && edges[edge].isInline
        nodes[parent].outEdges.append(edge)
      }
    }
    self.order = order.filter { kept.contains($0) }
  }
}
