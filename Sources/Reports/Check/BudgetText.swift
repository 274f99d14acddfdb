import Foundations
import HeapAnalysis
import ProfileModel

extension BudgetReport {
  /// The most lines to blame that are shown of one budget.
  private static let blameCount = 4

  /// Returns one line a budget, and the lines to blame where it is exceeded.
  package func text(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    output.line(
      style.marked("CHECK", .heading) + "  \(shown(profileName))"
        + (baseName.map { " against \(shown($0))" } ?? ""))
    output.line()
    let names = outcomes.map { shown($0.budget.name + " " + $0.budget.limitText) }
    let types = outcomes.map { shown($0.sampleType) }
    let nameWidth = min(names.map(\.count).max() ?? 0, 48)
    let typeWidth = types.map(\.count).max() ?? 0
    for (index, outcome) in outcomes.enumerated() {
      output.line(
        state(outcome, style) + "  "
          + names[index].padded(to: nameWidth) + "  "
          + style.marked(types[index].padded(to: typeWidth), .faint) + "  "
          + (outcome.isUnmatched ? "no such function" : outcome.found))
      guard outcome.isExceeded else { continue }
      for blamed in outcome.blame.prefix(Self.blameCount) {
        let line = blamed.nearest
        output.line(
          "      blame  " + percentText(blamed.share).rightAligned(to: 6) + "  "
            + style.marked(shown(line.function), .user) + "  \(shown(place(line)))"
            + (blamed.first.rest.map { style.marked("  " + $0, .faint) } ?? ""))
      }
      if outcome.blame.count > Self.blameCount {
        output.line(
          style.marked(
            "             and \(outcome.blame.count - Self.blameCount) more lines", .faint))
      }
      if let advice = outcome.advice {
        output.line("      fix    " + style.marked(shown(advice), .good))
      }
    }
    output.line()
    output.line(style.marked(verdict, exceeded.isEmpty ? .good : .hot))
    return output
  }

  private func state(_ outcome: BudgetOutcome, _ style: TextStyle) -> String {
    if outcome.isExceeded { return style.marked("over", .hot) }
    return outcome.isUnmatched ? style.marked("none", .warm) : style.marked("ok  ", .good)
  }
}
