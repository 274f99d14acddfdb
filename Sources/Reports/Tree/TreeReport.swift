import Foundations
import ProfileModel
package import StackGraph

/// Every function between its callers and callees, as `pprof -tree` and `-peek` show it.
package struct TreeReport: Sendable {
  package let context: ReportContext
  package let trimmed: TrimmedGraph

  /// The indexes of the shown nodes in the graph, and of the edges around each, sorted.
  package let blocks: [Block]

  package struct Block: Sendable {
    package var node: Int
    package var callers: [Int]
    package var callees: [Int]
  }

  /// - Parameter matching: shows only nodes whose printable name matches.
  package init(_ context: ReportContext, matching: Pattern? = nil) {
    var context = context
    context.trimming.callTree = false
    context.trimming.edgesAround = matching
    var trimmed = TrimmedGraph(context.builder, context.trimming)
    context.chooseUnit(for: trimmed.graph)
    var blocks: [Block] = []
    for index in trimmed.graph.order {
      let node = trimmed.graph.nodes[index]
      if let matching, !matching.matches(trimmed.graph.names.name(node.identity)) { continue }
      blocks.append(
        Block(
          node: index, callers: trimmed.graph.sorted(node.inEdges),
          callees: trimmed.graph.sorted(node.outEdges)))
    }
    self.context = context
    self.trimmed = trimmed
    self.blocks = blocks
  }

  /// Returns pprof's text.
  package func text() -> TextOutput {
    let separator = "----------------------------------------------------------+-------------"
    let graph = trimmed.graph
    var output = TextOutput()
    output.lines(context.reportLabels(trimmed))
    output.line(separator)
    output.line("      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ")
    var sum: Int64 = 0
    for block in blocks {
      let node = graph.nodes[block.node]
      func edge(_ index: Int, _ end: Int) {
        let edge = graph.edges[index]
        output.right(context.inertFormat(edge.weight), 50)
        output.write(" \(percentage(edge.weight, of: node.cumValue)) |   ")
        output.name(graph.names.name(graph.nodes[end].identity))
        output.line(edge.isInline ? " (inline)" : "")
      }
      output.line(separator)
      for caller in block.callers { edge(caller, graph.edges[caller].source) }
      sum &+= node.flatValue
      output.right(context.inertFormat(node.flatValue), 10)
      output.write(" \(context.percent(node.flatValue)) \(context.percent(sum)) ")
      output.right(context.inertFormat(node.cumValue), 10)
      output.write(" \(context.percent(node.cumValue))                | ")
      output.name(graph.names.name(node.identity))
      output.newline()
      for callee in block.callees { edge(callee, graph.edges[callee].target) }
    }
    if !graph.order.isEmpty { output.line(separator) }
    return output
  }
}
