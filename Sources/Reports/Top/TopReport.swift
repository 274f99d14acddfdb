import Foundations
package import HeapAnalysis
import ProfileModel
package import StackGraph

/// One row of the top table.
package struct TopRow: Sendable {
  package var node: NodeID
  package var name: [UInt8]

  /// Whether the function was inlined into all or some of its callers; nil when into none.
  package var inlineNote: String?
  package var flat: Int64
  package var cum: Int64
}

/// The functions with the largest figures, as `pprof -top` lists them.
package struct TopReport: Sendable {
  package let context: ReportContext
  package let trimmed: TrimmedGraph
  package let rows: [TopRow]

  /// The intervals of the rows, if requested and known.
  package private(set) var errors: NodeErrors?

  package var showsErrors = false

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

  /// Adds the 95 % intervals of flat and cum.
  ///
  /// - Returns: false when they are unknown; then the columns exist but are empty.
  package mutating func addErrors() -> Bool {
    showsErrors = true
    errors = NodeErrors(context.builder, nodes: rows.map(\.node))
    return errors != nil
  }

  /// The interval of a figure as `1.20MB..3.40MB`, `exact`, or a dash.
  func intervalText(_ sum: SampledSum?) -> String {
    guard let interval = sum?.interval else { return "-" }
    if interval.isPoint { return "exact" }
    return context.inertFormat(Int64(nearest: interval.low)) + ".."
      + context.inertFormat(Int64(nearest: interval.high))
  }
}
