import StackGraph

extension ReportContext {
  /// One row per distinct stack; the names are those of folded stacks.
  package func foldedDocument() throws -> ReportDocument {
    var rows: [[ReportDocument.Cell]] = []
    let (names, parts) = try foldedParts()
    var part = FoldedPart(parts.stacks)
    for members in 0..<parts.count {
      do throws(StackTooLong) { try part.fill(parts, members) } catch { throw ReportTooLong() }
      addRows(of: part, names, to: &rows)
    }
    return ReportDocument("folded", self, [.init("rows", ["stack", "value"], rows)])
  }

  private func addRows(
    of part: borrowing FoldedPart, _ names: FoldedNames, to rows: inout [[ReportDocument.Cell]]
  ) {
    let order = part.order
    var stack: [ReportDocument.Cell] = []
    // The number of symbols up to the end of the node at each level.
    var ends = [0]
    var walk = FoldedWalk(order.top)
    while let row = order.nodes.withUnsafeBufferPointer({ walk.next($0) }) {
      let node = order.nodes[row]
      ends.removeLast(ends.count - walk.level)
      stack.removeLast(stack.count - ends[walk.level - 1])
      for symbol in part.tree.labels[node.start..<node.start + Int(node.count)] {
        stack.append(.name(names.name(of: symbol)))
      }
      ends.append(stack.count)
      if node.childCount > 0 { continue }
      let divisor = order.divisors.isEmpty ? 0 : order.divisors[row]
      let figure = divided(divisor == 0 ? node.value : node.value / divisor)
      if figure != 0 { rows.append([.list(stack), .value(figure)]) }
    }
  }
}
