import HeapAnalysis

extension BudgetReport {
  /// The budgets that are exceeded, with the lines to blame.
  ///
  /// - Parameter version: heapscope's own.
  package func problems(version: String) -> CodeProblems {
    CodeProblems(
      version: version, profileName: profileName, budgetCount: outcomes.count,
      problems: outcomes.compactMap { outcome in
        level(of: outcome).map { problem(outcome, $0) }
      }, verdict: verdict)
  }

  private func level(of outcome: BudgetOutcome) -> CodeProblems.Level? {
    if fails(outcome) { return .error }
    return switch outcome.verdict {
    case .warned: .warning
    case .unsure: .note
    case .kept, .exceeded, .missing: nil
    }
  }

  private func problem(
    _ outcome: BudgetOutcome, _ level: CodeProblems.Level
  ) -> CodeProblems.Problem {
    CodeProblems.Problem(
      level: level,
      rule: rule(of: outcome.budget), title: outcome.budget.text, sentence: outcome.sentence,
      advice: outcome.advice,
      places: outcome.blame.map { blamed in
        let line = blamed.nearest
        return CodeProblems.Place(
          function: line.function, path: path(line.file), line: line.line, share: blamed.share)
      },
      sampleType: outcome.sampleType, unit: outcome.unit, value: outcome.value,
      share: outcome.share)
  }

  private func rule(of budget: Budget) -> CodeProblems.Rule {
    switch budget.subject {
    case .total:
      return CodeProblems.Rule(id: "total-budget", title: "memory of the whole profile")
    case .functions, .anyFunction:
      return CodeProblems.Rule(
        id: "function-budget", title: "memory of a function with what it calls")
    case .hotspot(let name):
      let rule = rules.first { $0.kind.rawValue == name } ?? rules.first { $0.id == name }
      return CodeProblems.Rule(
        id: name, title: rule?.title, cost: rule?.cost, advice: rule?.advice,
        link: rule?.links.first)
    }
  }
}
