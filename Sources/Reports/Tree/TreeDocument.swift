import ProfileModel
import StackGraph

extension TreeReport {
  /// One row per function, and one for each of its callers and callees.
  package func document(_ name: String) -> ReportDocument {
    let graph = trimmed.graph
    var rows: [[ReportDocument.Cell]] = []
    for block in blocks {
      let node = graph.nodes[block.node]
      let nodeName = graph.names.name(node.identity)
      func edge(_ index: Int, _ end: Int, _ relation: String) {
        let edge = graph.edges[index]
        rows.append([
          .name(nodeName), .text(relation), .name(graph.names.name(graph.nodes[end].identity)),
          .flag(edge.isInline), .none, .value(context.divided(edge.weight)),
          context.shareCell(edge.weight, of: node.cumValue),
        ])
      }
      for caller in block.callers { edge(caller, graph.edges[caller].source, "caller") }
      rows.append([
        .name(nodeName), .text("self"), .name(nodeName), .flag(false),
        .value(context.divided(node.flatValue)), .value(context.divided(node.cumValue)),
        context.shareCell(node.cumValue),
      ])
      for callee in block.callees { edge(callee, graph.edges[callee].target, "callee") }
    }
    return ReportDocument(
      name, context,
      [.init("rows", ["function", "relation", "name", "inline", "flat", "cum", "share"], rows)])
  }
}
