import ProfileModel
package import StackGraph

/// One row of the top table.
package struct TopRow: Sendable {
  package var node: NodeID
  package var name: [UInt8]

  /// How the function was inlined into all or some of its callers, or nil.
  package var inlineNote: String?
  package var flat: Int64
  package var cum: Int64
}

/// The functions with the largest figures, as `pprof -top` lists them.
package struct TopReport: Sendable {
  package let context: ReportContext
  package let trimmed: TrimmedGraph
  package let rows: [TopRow]

  package init(_ context: ReportContext) {
    var context = context
    context.trimming.onlyInlineEdges = true
    context.trimming.callTree = false
    let trimmed = TrimmedGraph(context.builder, context.trimming)
    let graph = trimmed.graph
    context.chooseUnit(for: graph)
    rows = graph.order.map { index in
      let node = graph.nodes[index]
      let inlined = node.inEdges.count { graph.edges[$0].isInline }
      let note: String? =
        inlined == 0 ? nil : inlined == node.inEdges.count ? "(inline)" : "(partial-inline)"
      return TopRow(
        node: node.identity, name: graph.names.name(node.identity), inlineNote: note,
        flat: node.flatValue, cum: node.cumValue)
    }
    self.context = context
    self.trimmed = trimmed
  }

  /// Returns pprof's text.
  package func text() -> TextOutput {
    var output = TextOutput()
    output.lines(context.reportLabels(trimmed))
    output.line("      flat  flat%   sum%        cum   cum%")
    var sum: Int64 = 0
    for row in rows {
      sum &+= row.flat
      output.right(context.format(row.flat), 10)
      output.write(" \(context.percent(row.flat)) \(context.percent(sum)) ")
      output.right(context.format(row.cum), 10)
      output.write(" \(context.percent(row.cum))  ")
      output.write(row.name)
      if let note = row.inlineNote { output.write(" " + note) }
      output.newline()
    }
    return output
  }
}
