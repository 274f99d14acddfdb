import ProfileModel
import StackGraph

extension ReportContext {
  /// The nodes and edges that `dot` or `callgrind` shows.
  func graphDocument(_ name: String, _ trimmed: TrimmedGraph) -> ReportDocument {
    let graph = trimmed.graph
    var numbers: [Int: Int64] = [:]
    for (index, node) in graph.order.enumerated() { numbers[node] = Int64(index) }
    let nodes = graph.order.map { index -> [ReportDocument.Cell] in
      let node = graph.nodes[index]
      return [
        .integer(numbers[index] ?? -1), .name(graph.names.name(node.identity)),
        .value(divided(node.flatValue)), shareCell(node.flatValue),
        .value(divided(node.cumValue)), shareCell(node.cumValue),
      ]
    }
    var edges: [[ReportDocument.Cell]] = []
    for node in graph.order {
      for index in graph.nodes[node].outEdges {
        let edge = graph.edges[index]
        guard let source = numbers[edge.source], let target = numbers[edge.target] else { continue }
        edges.append([
          .integer(source), .integer(target), .value(divided(edge.weight)), shareCell(edge.weight),
          .flag(edge.isInline), .flag(edge.isResidual),
        ])
      }
    }
    return ReportDocument(
      name, self,
      [
        .init("nodes", ["id", "name", "flat", "flatShare", "cum", "cumShare"], nodes),
        .init("edges", ["from", "to", "value", "share", "inline", "residual"], edges),
      ])
  }
}

extension DotReport {
  package func document() -> ReportDocument { context.graphDocument("dot", trimmed) }
}
