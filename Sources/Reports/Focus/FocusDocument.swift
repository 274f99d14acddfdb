import ProfileModel
import StackGraph

extension FocusReport {
  package func document(_ context: ReportContext) -> ReportDocument {
    let strings = selection.profile.strings
    func name(_ id: StringID) -> ReportDocument.Cell { .name(Array(strings[bytesOf: id])) }
    func rows(_ paths: NamePaths) -> [[ReportDocument.Cell]] {
      // Parents precede their children.
      let tree = paths.tree(atLeast: 0)
      return (0..<tree.count).map { index in
        let parent = tree.parent(of: index)
        return [
          .integer(Int64(index)), parent < 0 ? .none : .integer(Int64(parent)),
          name(tree.name(of: index)), .value(tree.values[index]),
          context.shareCell(tree.values[index], of: passedMagnitude),
          .integer(Int64(tree.cycle(at: index)?.rounds ?? 1)),
          .integer(Int64(tree.cycle(at: index)?.nameCount ?? 0)),
        ]
      }
    }
    let columns = ["id", "parent", "name", "value", "share", "rounds", "cycle"]
    return ReportDocument(
      "focus", context,
      [
        .init(
          "matches", ["name", "flat", "flatShare", "cum", "cumShare"],
          matches.map {
            [
              name($0.name), .value($0.flat), context.shareCell($0.flat), .value($0.cum),
              context.shareCell($0.cum),
            ]
          }),
        .init(
          "passed", ["value", "share", "withoutUserCode"],
          [[.value(passed), context.shareCell(passed), .value(unblamed)]]),
        .init(
          "blame", ["function", "file", "line", "value", "share"],
          blame.map {
            [
              name($0.function), name($0.file), .integer($0.line), .value($0.value),
              context.shareCell($0.value, of: passedMagnitude),
            ]
          }),
        .init("callers", columns, rows(callers)),
        .init("callees", columns, rows(callees)),
      ])
  }
}
