import HeapAnalysis

extension BudgetReport {
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
      let line = outcome.isExceeded ? outcome.blame.first?.nearest : nil
      let blame = line.map { "`\(cell($0.function))` `\(cell(place($0)))`" } ?? ""
      output.line(
        "| \(outcome.isExceeded ? "**over**" : "ok") "
          + "| `\(cell(outcome.budget.name + outcome.budget.limitText))` "
          + "| \(cell(outcome.sampleType)) | \(outcome.found) | \(blame) |")
    }
    return output
  }
}
