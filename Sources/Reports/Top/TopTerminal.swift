import HeapAnalysis
import ProfileModel
import StackGraph

extension TopReport {
  /// Returns the table for a terminal: the same figures, aligned, with a bar of
  /// the column that the rows are sorted by.
  package func table(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    for (index, line) in context.reportLabels(trimmed).enumerated() {
      let text = shown(line)
      output.line(index == 0 ? style.marked(text, .heading) : style.marked(text, .faint))
    }
    let byCum = context.trimming.order == .cum
    var sum: Int64 = 0
    let cells = rows.map { row in
      sum &+= row.flat
      let figures = [
        shown(context.format(row.flat)), context.percent(row.flat), context.percent(sum),
        shown(context.format(row.cum)), context.percent(row.cum),
      ]
      if !showsErrors { return figures }
      return figures
        + [errors?.flat[row.node.index], errors?.cum[row.node.index]]
        .map { shown(intervalText($0)) }
    }
    let titles =
      ["flat", "flat%", "sum%", "cum", "cum%"] + (showsErrors ? ["flat 95 %", "cum 95 %"] : [])
    let widths = titles.indices.map { column in
      cells.reduce(titles[column].count) { max($0, $1[column].count) }
    }
    func aligned(_ texts: [String]) -> String {
      zip(texts, widths).map { $0.rightAligned(to: $1) }.joined(separator: "  ")
    }
    let figures = widths.reduce(0, +) + 2 * widths.count
    let barWidth = max(4, min(16, style.width - figures - 44))
    let nameWidth = max(20, style.width - figures - barWidth - 2)
    output.line(
      style.marked(
        aligned(titles) + "  " + String(repeating: " ", count: barWidth + 2) + "function",
        .heading))
    for (row, texts) in zip(rows, cells) {
      let weight = byCum ? row.cum : row.flat
      let share = context.total == 0 ? 0 : Double(weight.magnitude) / Double(context.total)
      output.write(aligned(texts) + "  ")
      output.write(style.share(TextStyle.bar(share, width: barWidth), share) + "  ")
      let note = row.inlineNote.map { " " + $0 } ?? ""
      output.write(shown(row.name).shortened(to: nameWidth - note.count))
      output.line(style.marked(note, .faint))
    }
    return output
  }
}
