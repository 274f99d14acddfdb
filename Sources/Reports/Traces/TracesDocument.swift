import ProfileModel
import StackGraph

extension ReportContext {
  /// One row per sample, with the stack leaf first.
  package func tracesDocument() -> ReportDocument {
    let samples = profile.samples
    let values = selection.values
    let divisors = selection.divisors
    let table = NodeTable(profile)
    let shown = (0..<samples.count).filter { !samples.frameRange(of: $0).isEmpty }
    @Sendable func row(_ index: Int) -> [ReportDocument.Cell] {
      let sample = shown[index]
      var value = values[sample]
      if let divisor = divisors?[sample], divisor != 0 { value /= divisor }
      let stack = samples.frames[samples.frameRange(of: sample)].flatMap { frame in
        table.nodeRange(of: frame.index).map {
          ReportDocument.Cell.name(table.printableName(table.locationNodes[$0]))
        }
      }
      return [.value(divided(value)), .list(labelCells(sample)), .list(stack)]
    }
    return ReportDocument(
      "traces", self,
      [.init("rows", ["value", "labels", "stack"], rowCount: shown.count) { row($0) }])
  }
}
