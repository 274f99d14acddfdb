import HeapAnalysis

extension BudgetReport {
  /// Returns a table for a pull request.
  package func markdown() -> TextOutput {
    var output = TextOutput()
    func cell(_ text: String) -> String {
      shown(text).replacing("|", with: "\\|").replacing("`", with: "'")
    }
    output.line("**heapscope check**: \(verdict)")
    output.line()
    output.line("| | budget | sample type | found | 95 % | line to blame |")
    output.line("| --- | --- | --- | ---: | ---: | --- |")
    for outcome in outcomes {
      let isShown = fails(outcome) || outcome.verdict == .warned
      let line = isShown ? outcome.blame.first?.nearest : nil
      let blame = line.map { "`\(cell($0.function))` `\(cell(place($0)))`" } ?? ""
      output.line(
        "| \(state(outcome)) "
          + "| `\(cell(outcome.budget.name + outcome.budget.limitText))` "
          + "| \(cell(outcome.sampleType)) | \(cell(found(outcome))) "
          + "| \(cell(outcome.rangeText ?? "")) | \(blame) |")
    }
    let doubts = outcomes.compactMap { outcome in
      outcome.doubtText.map { "`\(cell(outcome.budget.text))`: \(cell($0))" }
    }
    let lines = doubts + notes.map(cell)
    if !lines.isEmpty { output.line() }
    for line in lines { output.line("- " + line) }
    return output
  }

  private func found(_ outcome: BudgetOutcome) -> String {
    outcome.isUnmatched ? "no such function" : outcome.found
  }

  private func state(_ outcome: BudgetOutcome) -> String {
    switch outcome.verdict {
    case .exceeded: "**over**"
    case .warned: "warn"
    case .unsure: failsUnsure ? "**unsure**" : "unsure"
    case .missing: allowsUnmatched ? "none" : "**none**"
    case .kept: "ok"
    }
  }
}
