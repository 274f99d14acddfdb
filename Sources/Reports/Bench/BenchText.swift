import Foundations
import HeapAnalysis
import ProfileModel

extension BenchReport {
  /// Returns the benchmarks side by side, then the lines of each.
  package func text(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    let files = [textName, profileName].filter { !$0.isEmpty }.map(shown)
    output.line(
      style.marked("BENCH", .heading) + "  " + files.joined(separator: " with ")
        + (oldNames.isEmpty
          ? "" : " against " + oldNames.map(shown).joined(separator: " with ")))
    if let profileNote { output.line(style.marked(profileNote, .faint)) }
    output.line()
    if let comparison {
      write(comparison, style, to: &output)
    } else {
      writeEntries(style, to: &output)
    }
    for group in split?.groups ?? [] { write(group, style, to: &output) }
    writeNotes(style, to: &output)
    if comparison != nil {
      output.line()
      output.line(style.marked(verdict, .heading))
    }
    return output.laidOut(style)
  }

  private func writeEntries(_ style: TextStyle, to output: inout TextOutput) {
    let units = units
    let entries = entries
    var rows = [["benchmark"] + units + (ratioUnit.map { ["×" + $0] } ?? [])]
    for entry in entries {
      rows.append(
        [shown(entry.name) + (entry.processors > 1 ? "-\(entry.processors)" : "")]
          + units.map { entry.median($0).map(benchNumber) ?? "" }
          + (ratioUnit == nil ? [] : [ratio(entry).map { formatted($0, "%.2f") } ?? ""]))
    }
    writeTable(rows, style, to: &output)
  }

  private func writeTable(_ rows: [[String]], _ style: TextStyle, to output: inout TextOutput) {
    guard let first = rows.first else { return }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for (index, row) in rows.enumerated() {
      let texts = row.enumerated().map { column, text in
        column == 0 ? text.padded(to: widths[0]) : text.rightAligned(to: widths[column])
      }
      let line = texts.joined(separator: "  ")
      output.line(index == 0 ? style.marked(line, .heading) : line)
    }
  }

  private func write(
    _ group: BenchmarkSplit.Group, _ style: TextStyle, to output: inout TextOutput
  ) {
    output.line()
    let figures = ["allocs/op", "B/op"].compactMap { unit in
      group.printed(unit).map { "\(benchNumber($0)) \(unit)" }
    }
    output.line(
      style.marked(shown(group.function), .heading)
        + (figures.isEmpty ? "" : ": " + figures.joined(separator: ", "))
        + (group.names.count > 1
          ? style.marked(
            "  the mean of \(group.names.count), which stacks do not tell apart", .faint) : ""))
    for line in group.loop { write(line, group, style, to: &output) }
    if !group.untold.isEmpty {
      output.line("  set-up or loop: nothing tells, as the source is not at hand")
      for line in group.untold { write(line, group, style, to: &output) }
    }
    if let (rest, text) = group.reconciliation {
      let figure = rest > 0.005 ? benchNumber(rest).rightAligned(to: 9) : "=".rightAligned(to: 9)
      output.line(style.marked("  \(figure)            \(text)", .faint))
    }
    if !group.setUp.isEmpty {
      let objects = group.setUp.reduce(0) { saturatingSum($0, $1.objects) }
      let bytes = group.setUp.reduce(0) { saturatingSum($0, $1.bytes) }
      let first = group.setUp[0]
      output.line(
        style.marked(
          "  set-up, not in these figures: \(objects) allocations, "
            + "\(ScaledValue(bytes, from: "bytes", to: "auto").text), most in "
            + "\(shown(place(first.file, first.line)))", .faint))
    }
    if !group.iterationsAreKnown {
      output.line(
        style.marked(
          "  about \(formatted(group.iterations, "%.0f")) iterations: Go prints those of the last "
            + "round alone; -benchtime=1000x makes one round", .faint))
    }
  }

  private func write(
    _ line: BenchmarkSplit.Line, _ group: BenchmarkSplit.Group, _ style: TextStyle,
    to output: inout TextOutput
  ) {
    output.line(
      "  " + benchNumber(group.perOperation(line.objects)).rightAligned(to: 9) + " "
        + benchNumber(group.perOperation(line.bytes)).rightAligned(to: 8) + " B  "
        + shown(place(line.file, line.line)) + "  "
        + style.marked(shown(benchFunction(line.function)), .user)
        + (line.kind.map { style.marked("  " + $0.rawValue, .warm) } ?? ""))
  }

  private func writeNotes(_ style: TextStyle, to output: inout TextOutput) {
    var notes: [String] = []
    if let split {
      if split.elsewhere.objects > 0 {
        notes.append(
          "on stacks without a benchmark: \(split.elsewhere.objects) allocations, "
            + ScaledValue(split.elsewhere.bytes, from: "bytes", to: "auto").text)
      }
      for file in split.unreadFiles.prefix(3) {
        notes.append("\(shown(shortPath(file))) is not at hand: --source-path tells where it is")
      }
      let kinds = Set(split.groups.flatMap(\.loop).compactMap(\.kind)).map(\.rawValue).sorted()
      if let first = kinds.first { notes.append("what to change: heapscope explain \(first)") }
    }
    if notes.isEmpty { return }
    output.line()
    for note in notes { output.line(style.marked(note, .faint)) }
  }

  // MARK: Comparison

  private func write(
    _ comparison: BenchmarkComparison, _ style: TextStyle, to output: inout TextOutput
  ) {
    var rows = [["benchmark", "old", "new", "unit", "change", "test"]]
    for row in comparison.rows {
      rows.append([
        shown(row.name) + (row.processors > 1 ? "-\(row.processors)" : ""),
        BenchmarkComparison.Row.text(row.before), BenchmarkComparison.Row.text(row.after),
        shown(row.unit), row.changeText, row.testText,
      ])
    }
    writeTable(rows, style, to: &output)
    if comparison.rows.contains(where: \.hasTooFew) {
      output.line(
        style.marked("with fewer than 4 runs nothing is found: -count=10 makes ten", .faint))
    }
    for (names, words) in [(comparison.gone, "gone"), (comparison.new, "new")]
    where !names.isEmpty {
      output.line("\(words): " + names.map(shown).joined(separator: ", "))
    }
    let changed = comparison.lines.filter { $0.change != nil }
    if changed.isEmpty { return }
    output.line()
    output.line(style.marked("lines, allocs/op", .heading))
    for row in changed { output.line(lineText(row, style)) }
  }

  private func lineText(_ row: BenchmarkComparison.LineRow, _ style: TextStyle) -> String {
    let sign = row.difference >= 0 ? "+" : ""
    let text =
      "  " + (row.isSure ? sign + benchNumber(row.difference) : "~").rightAligned(to: 9) + "  "
      + "\(benchNumber(row.objects.before)) to \(benchNumber(row.objects.after))".padded(to: 14)
      + "  " + changeWord(row).padded(to: 6) + " "
    return text
      + (row.movedFrom.map { shown(place($0.file, $0.line)) + " → " } ?? "")
      + shown(place(row.file, row.line)) + "  "
      + style.marked(shown(benchFunction(row.function)), .user)
      + style.marked("  " + shown(row.benchmark), .faint)
  }

  func changeWord(_ row: BenchmarkComparison.LineRow) -> String {
    guard let change = row.change else { return "same" }
    return row.isSure || change == .new || change == .gone ? change.rawValue : "noise"
  }
}
