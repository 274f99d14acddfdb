import Foundations
package import HeapAnalysis
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

  /// The intervals of the rows, where they are asked for and there are any.
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
  /// - Returns: false where nothing can be said of them; the columns are there all
  ///   the same, empty.
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

  /// Returns pprof's text.
  package func text() -> TextOutput {
    var output = TextOutput()
    output.lines(context.reportLabels(trimmed))
    let intervals = rows.map { row in
      [errors?.flat[row.node.index], errors?.cum[row.node.index]].map(intervalText)
    }
    let widths = [0, 1].map { column in intervals.reduce(10) { max($0, $1[column].count) } }
    output.write("      flat  flat%   sum%        cum   cum%")
    if showsErrors {
      output.write("  " + "flat 95 %".rightAligned(to: widths[0]))
      output.write("  " + "cum 95 %".rightAligned(to: widths[1]))
    }
    output.newline()
    var sum: Int64 = 0
    for (index, row) in rows.enumerated() {
      sum &+= row.flat
      output.right(context.inertFormat(row.flat), 10)
      output.write(" \(context.percent(row.flat)) \(context.percent(sum)) ")
      output.right(context.inertFormat(row.cum), 10)
      output.write(" \(context.percent(row.cum))  ")
      if showsErrors {
        output.right(intervals[index][0], widths[0])
        output.right("  " + intervals[index][1].rightAligned(to: widths[1]) + "  ", 0)
      }
      output.name(row.name)
      if let note = row.inlineNote { output.write(" " + note) }
      output.newline()
    }
    return output
  }
}
