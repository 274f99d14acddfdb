import Foundations
import ProfileModel
import StackGraph

extension TreeReport {
  /// Returns the same for a terminal: the values of edges are in the columns of cum, so that names
  /// have room.
  package func table(_ style: TextStyle) -> TextOutput {
    let graph = trimmed.graph
    var output = TextOutput()
    for (index, line) in context.reportLabels(trimmed).enumerated() {
      output.line(style.marked(shown(line), index == 0 ? .heading : .faint))
    }
    if let note = style.moduleNote { output.line(style.marked(note, .faint)) }
    let width = max(24, style.width - Self.figureWidth - 4)
    func name(_ node: Int, _ note: String = "") -> String {
      let raw = graph.names.name(graph.nodes[node].identity)
      return style.colored(style.name(raw).fittedRow(to: width - note.count), raw)
        + style.marked(note, .faint)
    }
    func figures(_ texts: [String]) -> String {
      zip(texts, Self.widths).map { $0.rightAligned(to: $1) }.joined()
    }
    output.line(
      style.marked(
        figures(["flat", "flat%", "sum%", "cum", "cum%"])
          + "  function, its calls",
        .heading))
    var sum: Int64 = 0
    for block in blocks {
      let node = graph.nodes[block.node]
      func edge(_ index: Int, _ end: Int) {
        let edge = graph.edges[index]
        let share = percentage(edge.weight, of: node.cumValue)
        output.line(
          figures(["", "", "", shown(context.format(edge.weight)), share]) + "    "
            + name(end, edge.isInline ? " (inline)" : ""))
      }
      output.line()
      for caller in block.callers { edge(caller, graph.edges[caller].source) }
      sum &+= node.flatValue
      let share = context.total == 0 ? 0 : Double(node.cumValue) / Double(context.total)
      let texts = [
        shown(context.format(node.flatValue)), context.percent(node.flatValue),
        context.percent(sum), shown(context.format(node.cumValue)), context.percent(node.cumValue),
      ]
      output.line(style.share(figures(texts), share) + "  " + name(block.node))
      for callee in block.callees { edge(callee, graph.edges[callee].target) }
    }
    return output
  }

  private static let widths = [10, 8, 8, 11, 8]
  private static let figureWidth = widths.reduce(0, +)
}
