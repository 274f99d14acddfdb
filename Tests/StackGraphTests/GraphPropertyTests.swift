import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@Suite("The graph of random profiles")
struct GraphPropertyTests {
  private static let granularities: [Granularity] = [
    .functions, .filefunctions, .files, .lines, .addresses,
  ]

  @Test(
    "flat, cum and edges equal those of walking every stack, at every granularity",
    arguments: 0..<60 as Range<UInt64>)
  func walk(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 3 == 0)
    var read = profile
    if seed % 2 == 0 { read.packStacks() }
    for granularity in Self.granularities {
      for column in profile.sampleTypes.indices {
        var options = SelectionOptions()
        options.sampleIndex = String(column)
        options.granularity = granularity
        let builder = GraphBuilder(try Selection(read, options))
        let plain = PlainFigures(profile, column: column, granularity: granularity)
        #expect(PlainFigures(builder).withoutZeros == plain.withoutZeros, "\(granularity)")
      }
    }
  }

  @Test(
    "a call tree's node is the sum of its callees and its own",
    arguments: 0..<40 as Range<UInt64>)
  func callTree(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 4 == 0)
    let selection = try Selection(profile, SelectionOptions())
    var trimming = TrimOptions()
    trimming.keepAll()
    trimming.callTree = true
    let graph = TrimmedGraph(GraphBuilder(selection), trimming).graph
    for node in graph.nodes {
      let below = node.outEdges.reduce(node.flat) { $0 + graph.edges[$1].weight }
      #expect(node.cum == below)
      #expect(node.inEdges.count <= 1)
      for edge in node.inEdges { #expect(graph.edges[edge].weight == node.cum) }
    }
    let roots = graph.nodes.filter(\.inEdges.isEmpty).reduce(Int64(0)) { $0 + $1.cum }
    #expect(roots == selection.sumOfStacks)
    // The tree holds what the graph holds, apart by path.
    let values = GraphBuilder(selection).nodeValues()
    #expect(graph.nodes.reduce(0) { $0 + $1.flat } == values.flat.reduce(0, +))
  }

  @Test(
    "the flats of a graph add up to the samples with a stack",
    arguments: 0..<40 as Range<UInt64>)
  func flats(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: true)
    let selection = try Selection(profile, SelectionOptions())
    #expect(GraphBuilder(selection).nodeValues().flat.reduce(0, +) == selection.sumOfStacks)
  }

  @Test("trimming keeps the figures of the nodes that it keeps", arguments: 0..<40 as Range<UInt64>)
  func trimming(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    let builder = GraphBuilder(try Selection(profile, SelectionOptions()))
    var options = TrimOptions()
    options.nodeFraction = Double.random(in: 0...0.3, using: &random)
    options.edgeFraction = Double.random(in: 0...0.1, using: &random)
    options.nodeCount = Int.random(in: 0...6, using: &random)
    options.order = random.pick([.flat, .cum, .entropy])
    let trimmed = TrimmedGraph(builder, options)
    let values = builder.nodeValues()
    let total = values.flat.reduce(0, +)
    for index in trimmed.graph.order {
      let node = trimmed.graph.nodes[index]
      #expect(node.flat == values.flat[node.identity.index])
      #expect(node.cum == values.cum[node.identity.index])
      #expect(node.cum >= Int64(Double(total) * options.nodeFraction))
      for edge in node.inEdges {
        #expect(trimmed.graph.edges[edge].weight >= Int64(Double(total) * options.edgeFraction))
      }
    }
    if options.nodeCount > 0 { #expect(trimmed.graph.order.count <= options.nodeCount) }
    let shown = values.cum.filter { $0 != 0 }.count
    #expect(trimmed.originalCount + trimmed.droppedNodes == shown)
    if options.nodeCount == 0 { #expect(trimmed.graph.order.count == trimmed.originalCount) }
  }

  @Test(
    "rows are sorted by their key, then by name", arguments: 0..<40 as Range<UInt64>)
  func order(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: true)
    let builder = GraphBuilder(try Selection(profile, SelectionOptions()))
    for order in [NodeOrder.flat, .cum] {
      var options = TrimOptions()
      options.keepAll()
      options.order = order
      let graph = TrimmedGraph(builder, options).graph
      let keys = graph.order.map { index in
        let node = graph.nodes[index]
        return (order == .flat ? node.flat : node.cum).magnitude
      }
      let names = graph.order.map { graph.names.name(graph.nodes[$0].identity) }
      for next in keys.indices.dropFirst() {
        #expect(keys[next - 1] >= keys[next])
        if keys[next - 1] == keys[next] {
          #expect(!names[next].lexicographicallyPrecedes(names[next - 1]))
        }
      }
    }
  }

  @Test("an edge of weight 0 moves its callee to an end of dot's order")
  func weightlessEdges() throws {
    // The calls from main.b cancel out beside others: the scores of their
    // callees are no numbers, as pprof computes them.
    let profile = StackProfile.inBytes([
      "main.c < main.a": 5, "main.c < main.b": 7, "main.d < main.c < main.b": -7,
      "main.g < main.e < main.a": 3, "main.g < main.e < main.b": 2,
      "main.h < main.e < main.b": -2,
    ])
    var options = TrimOptions()
    options.keepAll()
    options.order = .entropy
    let graph = TrimmedGraph(GraphBuilder(try Selection(profile, SelectionOptions())), options)
      .graph
    let names = graph.order.map { index in
      String(decoding: graph.names.name(graph.nodes[index].identity), as: UTF8.self)
    }
    #expect(names.first == "main.c")
    #expect(names.last == "main.e")
  }
}

extension Selection {
  /// Σ of the samples that have a stack.
  var sumOfStacks: Int64 {
    (0..<profile.samples.count).reduce(0) {
      $0 + (profile.samples.frameRange(of: $1).isEmpty ? 0 : values[$1])
    }
  }

  var sum: Int64 { values.reduce(0, +) }
}
