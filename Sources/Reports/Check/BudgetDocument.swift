import HeapAnalysis

extension BudgetReport {
  /// Returns the budgets and their blamed lines as tables.
  package func document(_ context: ReportContext) -> ReportDocument {
    var lines: [[ReportDocument.Cell]] = []
    let budgets = outcomes.map { outcome -> [ReportDocument.Cell] in
      lines += outcome.blame.map { line in
        [
          .text(outcome.budget.text), .name(Array(line.function.utf8)),
          .name(Array(line.file.utf8)), .integer(line.line), .integer(line.value),
          .share(line.share),
          .list(line.callerCells),
        ]
      }
      let subject =
        switch outcome.budget.subject {
        case .total: "total"
        case .hotspot: "hotspot"
        case .functions: "function"
        case .anyFunction: "any"
        }
      return [
        .text(outcome.budget.text), .text(subject), .text(outcome.budget.name),
        .text(outcome.sampleType), .text(outcome.unit), .integer(outcome.value),
        .share(outcome.share), outcome.baseValue.map { .integer($0) } ?? .none,
        outcome.growth.flatMap { $0.isFinite ? .number($0) : nil } ?? .none,
        .flag(outcome.isExceeded), .flag(!outcome.isUnmatched), .flag(outcome.isWeak),
        .text(outcome.verdict.rawValue), .flag(fails(outcome)), number(outcome.range?.low),
        number(outcome.range?.high), needed(outcome), .integer(outcome.accepted),
        .integer(outcome.hidden), outcome.function.map { .name(Array($0.utf8)) } ?? .none,
      ]
    }
    return ReportDocument(
      "check", context,
      [
        .init(
          "budgets",
          [
            "budget", "subject", "name", "sampleType", "unit", "value", "share", "base", "growth",
            "exceeded", "matched", "weak", "verdict", "fails", "low", "high", "neededFactor",
            "accepted", "hidden", "function",
          ], budgets),
        .init("blame", ["budget", "function", "file", "line", "value", "share", "callers"], lines),
      ])
  }

  private func number(_ value: Double?) -> ReportDocument.Cell {
    value.flatMap { $0.isFinite ? .number($0) : nil } ?? .none
  }

  private func needed(_ outcome: BudgetOutcome) -> ReportDocument.Cell {
    guard case .samples(let times) = outcome.doubt else { return .none }
    return number(times)
  }
}
