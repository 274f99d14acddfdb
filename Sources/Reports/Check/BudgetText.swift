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
      for line in outcome.blame.prefix(Self.blameCount) {
        output.line(
          "      blame  " + percentText(line.share).rightAligned(to: 6) + "  "
            + style.marked(shown(line.function), .user) + "  \(shown(place(line)))")
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

  /// Returns a table to put into a pull request.
  package func markdown() -> TextOutput {
    var output = TextOutput()
    func cell(_ text: String) -> String {
      shown(text).replacing("|", with: "\\|").replacing("`", with: "'")
    }
    output.line("**heapscope check**: \(verdict)")
    output.line()
    output.line("| | budget | sample type | found | line to blame |")
    output.line("| --- | --- | --- | ---: | --- |")
    for outcome in outcomes {
      let line = outcome.isExceeded ? outcome.blame.first : nil
      let blame = line.map { "`\(cell($0.function))` `\(cell(place($0)))`" } ?? ""
      output.line(
        "| \(outcome.isExceeded ? "**over**" : "ok") "
          + "| `\(cell(outcome.budget.name + outcome.budget.limitText))` "
          + "| \(cell(outcome.sampleType)) | \(outcome.found) | \(blame) |")
    }
    return output
  }

  /// Returns the budgets and their blamed lines as tables.
  package func document(_ context: ReportContext) -> ReportDocument {
    var lines: [[ReportDocument.Cell]] = []
    let budgets = outcomes.map { outcome -> [ReportDocument.Cell] in
      lines += outcome.blame.map { line in
        [
          .text(outcome.budget.text), .name(Array(line.function.utf8)),
          .name(Array(line.file.utf8)), .integer(line.line), .integer(line.value),
          .share(line.share),
        ]
      }
      let subject =
        switch outcome.budget.subject {
        case .total: "total"
        case .hotspot: "hotspot"
        case .functions: "function"
        }
      return [
        .text(outcome.budget.text), .text(subject), .text(outcome.budget.name),
        .text(outcome.sampleType), .text(outcome.unit), .integer(outcome.value),
        .share(outcome.share), outcome.baseValue.map { .integer($0) } ?? .none,
        outcome.growth.flatMap { $0.isFinite ? .number($0) : nil } ?? .none,
        .flag(outcome.isExceeded), .flag(!outcome.isUnmatched),
      ]
    }
    return ReportDocument(
      "check", context,
      [
        .init(
          "budgets",
          [
            "budget", "subject", "name", "sampleType", "unit", "value", "share", "base", "growth",
            "exceeded", "matched",
          ], budgets),
        .init("blame", ["budget", "function", "file", "line", "value", "share"], lines),
      ])
  }
}
