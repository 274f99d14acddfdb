import Foundations
import HeapAnalysis

extension BenchReport {
  /// Returns the form for a pull request: the verdict, the benchmarks and the lines.
  package func markdown() -> TextOutput {
    var output = TextOutput()
    func cell(_ text: String) -> String {
      shown(text).replacing("|", with: "\\|").replacing("`", with: "'")
    }
    func row(_ cells: [String]) { output.line("| " + cells.joined(separator: " | ") + " |") }
    func code(_ text: String) -> String { "`\(cell(text))`" }
    output.line("**heapscope bench**: \(verdict)")
    output.line()
    if let comparison {
      row(["benchmark", "unit", "old", "new", "change", "test"])
      output.line("| --- | --- | ---: | ---: | ---: | --- |")
      for change in comparison.rows {
        row([
          code(change.name), cell(change.unit), BenchmarkComparison.Row.text(change.before),
          BenchmarkComparison.Row.text(change.after),
          change.isSure ? "**\(change.changeText)**" : change.changeText, change.testText,
        ])
      }
      let changed = comparison.lines.filter { $0.change != nil }
      if !changed.isEmpty {
        output.line()
        row(["line", "allocs/op old", "new", "", "benchmark", "finding"])
        output.line("| --- | ---: | ---: | --- | --- | --- |")
        for change in changed.prefix(Self.lineLimit) {
          row([
            code(place(change.file, change.line)) + " " + code(benchFunction(change.function)),
            benchNumber(change.objects.before), benchNumber(change.objects.after),
            change.isSure ? "**\(changeWord(change))**" : changeWord(change),
            code(change.benchmark), cell(change.kind?.rawValue ?? ""),
          ])
        }
        if changed.count > Self.lineLimit {
          output.line()
          output.line("and \(changed.count - Self.lineLimit) more lines")
        }
      }
    } else {
      let units = units
      row(["benchmark"] + units.map(cell) + (ratioUnit.map { ["×" + $0] } ?? []))
      output.line(
        "| --- |" + units.map { _ in " ---: |" }.joined() + (ratioUnit == nil ? "" : " ---: |"))
      for entry in entries {
        row(
          [code(entry.name)] + units.map { entry.median($0).map(benchNumber) ?? "" }
            + (ratioUnit == nil ? [] : [ratio(entry).map { formatted($0, "%.2f") } ?? ""]))
      }
      let groups = split?.groups.filter { !$0.loop.isEmpty } ?? []
      if !groups.isEmpty {
        output.line()
        row(["benchmark", "line", "allocs/op", "B/op", "finding"])
        output.line("| --- | --- | ---: | ---: | --- |")
        for group in groups {
          for line in group.loop.prefix(Self.lineLimit) {
            row([
              code(group.function),
              code(place(line.file, line.line)) + " " + code(benchFunction(line.function)),
              benchNumber(group.perOperation(line.objects)),
              benchNumber(group.perOperation(line.bytes)), cell(line.kind?.rawValue ?? ""),
            ])
          }
        }
      }
    }
    if let profileNote {
      output.line()
      output.line("- " + cell(profileNote))
    }
    return output
  }

  /// Nobody reads a comment with more lines.
  private static let lineLimit = 20
}
