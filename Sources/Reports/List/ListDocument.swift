import HeapAnalysis
import ProfileModel

extension ListReport {
  /// One row per source line with samples.
  package func document(source: FindSource) -> ReportDocument {
    var rowsOfRoutine = [[[ReportDocument.Cell]]](repeating: [], count: routines.count)
    forEachFile(source) { row, source in
      let routine = routines[row]
      rowsOfRoutine[row] = routine.lines.map { line in
        var code = ReportDocument.Cell.none
        if case .lines(let text) = source, let found = text.line(line.number) {
          code = .name(Array(found))
        }
        return [
          .name(Array(routine.name)), .name(Array(routine.file)), .integer(line.number),
          .value(context.divided(line.flat)), .value(context.divided(line.cum)),
          context.shareCell(line.cum), code,
        ]
      }
    }
    return ReportDocument(
      "list", context,
      [
        .init(
          "rows", ["function", "file", "line", "flat", "cum", "cumShare", "source"],
          Array(rowsOfRoutine.joined()))
      ])
  }
}
