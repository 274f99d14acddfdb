import Foundations
import Glibc
package import ProfileModel
package import StackGraph

/// What every report is made from: the selection, and the format of its values.
package struct ReportContext: Sendable {
  package let selection: Selection
  package var builder: GraphBuilder
  package var trimming: TrimOptions

  /// The unit that values are shown in; ``chooseUnit(for:isCallgrind:)`` sets it.
  package private(set) var outputUnit: String
  package var hidesHeader = false

  /// The unit contains something that ``inert(_:beginsLine:)`` escapes.
  private let unitActs: Bool

  package init(
    _ selection: Selection, trimming: TrimOptions = TrimOptions(), keepsObjectFiles: Bool = false
  ) {
    self.selection = selection
    self.trimming = trimming
    builder = GraphBuilder(selection, keepsObjectFiles: keepsObjectFiles)
    outputUnit = selection.options.unit
    unitActs = inert(Array(selection.unit.utf8)[...]).count != selection.unit.utf8.count
  }

  package var profile: Profile { selection.profile }
  package var total: Int64 { selection.total }
  package var sampleUnit: String { selection.unit }

  /// `divide_by` by itself, for loops over all samples.
  struct Division: Sendable {
    fileprivate let ratio: Double

    func callAsFunction(_ value: Int64) -> Int64 {
      ratio > 0 && ratio != 1 ? Int64(clamping: Double(value) * ratio) : value
    }
  }

  var division: Division { Division(ratio: 1 / selection.options.divideBy) }

  /// Applies `divide_by`, truncating.
  package func divided(_ value: Int64) -> Int64 { division(value) }

  /// Returns a value in the report's unit.
  package func format(_ value: Int64) -> String {
    ScaledValue(divided(value), from: sampleUnit, to: outputUnit).text
  }

  /// The same for reports in pprof's format: an unknown unit is a text from the profile.
  func inertFormat(_ value: Int64) -> String {
    let text = format(value)
    if !unitActs { return text }
    return String(decoding: inert(Array(text.utf8)[...]), as: UTF8.self)
  }

  package func percent(_ value: Int64) -> String { percentage(value, of: total) }

  /// Chooses one unit for a report whose unit is `minimum`, so that its smallest value is still
  /// visible (docs/pprof-semantics.md, section 13).
  package mutating func chooseUnit(for graph: CallGraph, isCallgrind: Bool = false) {
    guard selection.options.unit == "minimum", !graph.order.isEmpty else { return }
    var smallest: Int64 = 0
    for index in graph.order {
      let node = graph.nodes[index]
      let value = node.flatValue == 0 ? abs(node.cumValue) : abs(node.flatValue)
      if value > 0, smallest == 0 || value < smallest { smallest = value }
    }
    var largest = total
    if smallest == 0 { smallest = largest }
    smallest = divided(smallest)
    largest = divided(largest)
    func unit(_ value: Int64) -> String {
      ScaledValue(value, from: sampleUnit, to: "minimum").unit
    }
    var chosen = unit(smallest)
    let hundredfold = smallest.multipliedReportingOverflow(by: 100)
    if chosen != unit(largest), !hundredfold.overflow, hundredfold.partialValue < largest,
      !isCallgrind
    {
      chosen = unit(hundredfold.partialValue)
    }
    outputUnit = chosen.isEmpty ? sampleUnit : chosen
  }
}
