import ProfileModel
package import StackGraph

/// What changed between two profiles, row by row.
package struct Comparison: Sendable {
  /// How a row changed.
  package enum Change: String, CaseIterable, Sendable {
    case new, grew, shrank, gone
  }

  package struct Row: Sendable {
    package var name: [UInt8]
    package var before: Int64
    package var after: Int64

    package var difference: Int64 { after &- before }

    /// After ÷ before; nil where there was nothing before.
    package var factor: Double? { before == 0 ? nil : Double(after) / Double(before) }

    package var change: Change? {
      if before == after { return nil }
      if before == 0 { return .new }
      if after == 0 { return .gone }
      return after.magnitude > before.magnitude ? .grew : .shrank
    }
  }

  package let before: Selection
  package let after: Selection

  /// The rows that changed, by the size of their difference.
  package let rows: [Row]

  /// - Parameter byCum: compares cumulative values instead of flat ones.
  package init(before: Selection, after: Selection, byCum: Bool) {
    self.before = before
    self.after = after
    var values: [[UInt8]: (before: Int64, after: Int64)] = [:]
    for (selection, isAfter) in [(before, false), (after, true)] {
      let builder = GraphBuilder(selection)
      let nodes = builder.nodeValues()
      for node in 0..<builder.table.count {
        let value = byCum ? nodes.cum[node] : nodes.flat[node]
        if value == 0 { continue }
        let name = builder.table.printableName(NodeID(node))
        if isAfter {
          values[name, default: (0, 0)].after &+= value
        } else {
          values[name, default: (0, 0)].before &+= value
        }
      }
    }
    rows = values.map { Row(name: $0.key, before: $0.value.before, after: $0.value.after) }
      .filter { $0.difference != 0 }
      .sorted {
        $0.difference.magnitude == $1.difference.magnitude
          ? $0.name.lexicographicallyPrecedes($1.name)
          : $0.difference.magnitude > $1.difference.magnitude
      }
  }
}
