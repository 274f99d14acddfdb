import Foundations
import HeapAnalysis
import ProfileModel

extension BudgetReport {
  /// The most lines to blame shown for one budget.
  private static let blameCount = 4

  /// Returns one line per budget, and the lines to blame for those that are exceeded.
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
    let states = outcomes.map(state)
    let stateWidth = states.map(\.text.count).max() ?? 0
    for (index, outcome) in outcomes.enumerated() {
      output.line(
        style.marked(states[index].text.padded(to: stateWidth), states[index].mark) + "  "
          + names[index].padded(to: nameWidth) + "  "
          + style.marked(types[index].padded(to: typeWidth), .faint) + "  "
          + (outcome.isUnmatched ? "no such function" : outcome.found))
      if outcome.verdict == .kept || outcome.verdict == .missing { continue }
      let range = outcome.rangeText
      let doubt = outcome.doubtText
      if range != nil || doubt != nil {
        output.line(
          style.marked(
            (outcome.doubt == .cutStacks ? "      cut    " : "      95 %   ")
              + [range, doubt].compactMap(\.self).joined(separator: ": "),
            doubt == nil ? .faint : .warm))
      }
      if outcome.verdict == .unsure { continue }
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
    for note in notes { output.line(style.marked(shown(note), .faint)) }
    output.line(style.marked(verdict, failed.isEmpty ? .good : .hot))
    return output
  }

  private func state(_ outcome: BudgetOutcome) -> (text: String, mark: TextStyle.Mark) {
    switch outcome.verdict {
    case .exceeded: ("over", .hot)
    case .warned: ("warn", .warm)
    case .unsure: ("unsure", failsUnsure ? .hot : .warm)
    case .missing: ("none", allowsUnmatched ? .warm : .hot)
    case .kept: outcome.isUnmatched ? ("none", .warm) : ("ok", .good)
    }
  }
}
