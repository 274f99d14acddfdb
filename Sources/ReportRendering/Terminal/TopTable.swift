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
    let barWidth = max(4, min(16, style.width - 84))
    let titles = "      flat  flat%   sum%        cum   cum%  "
    output.line(style.marked(titles + String(repeating: " ", count: barWidth + 1) + "function", .heading))
    var sum: Int64 = 0
    let nameWidth = max(20, style.width - titles.count - barWidth - 1)
    for row in rows {
      sum &+= row.flat
      let weight = byCum ? row.cum : row.flat
      let share = context.total == 0 ? 0 : Double(weight.magnitude) / Double(context.total)
      output.right(context.format(row.flat), 10)
      output.write(" \(context.percent(row.flat)) \(context.percent(sum)) ")
      output.right(context.format(row.cum), 10)
      output.write(" \(context.percent(row.cum))  ")
      output.write(style.share(TextStyle.bar(share, width: barWidth), share) + " ")
      let note = row.inlineNote.map { " " + $0 } ?? ""
      output.write(shown(row.name).shortened(to: nameWidth - note.count))
      output.line(style.marked(note, .faint))
    }
    return output
  }
}
