import HeapAnalysis
import ProfileModel
import StackGraph

extension TopReport {
  /// How many lines of a screen are reserved for the next prompt.
  private static let promptLines = 2

  /// Returns the table for a terminal: the same figures aligned, the user's own functions in
  /// colour, and, if there is room, a bar for the column that the rows are sorted by.
  ///
  /// - Parameter fitsScreen: leaves out rows for which the screen has no lines.
  package func table(_ style: TextStyle, fitsScreen: Bool) -> TextOutput {
    var output = TextOutput()
    for (index, line) in context.reportLabels(trimmed).enumerated() {
      let text = shown(line)
      output.line(index == 0 ? style.marked(text, .heading) : style.marked(text, .faint))
    }
    if let note = style.moduleNote { output.line(style.marked(note, .faint)) }
    let byCum = context.trimming.order == .cum
    var table = TextTable(columns(style), rest: "function")
    let headLines = output.bytes.count { $0 == UInt8(ascii: "\n") } + 1
    let shownRows = rows.prefix(
      fitsScreen ? rowCount(style, headLines: headLines, byCum: byCum) : rows.count)
    var sum: Int64 = 0
    for row in shownRows {
      sum &+= row.flat
      let weight = byCum ? row.cum : row.flat
      let share = context.total == 0 ? 0 : Double(weight.magnitude) / Double(context.total)
      var cells = [
        shown(context.format(row.flat)), context.percent(row.flat), context.percent(sum),
        shown(context.format(row.cum)), context.percent(row.cum),
      ]
      if showsErrors {
        cells += [errors?.flat[row.node.index], errors?.cum[row.node.index]]
          .map { shown(intervalText($0)) }
      }
      if style.hasBars { cells.append(TextStyle.bar(share, width: barWidth(style))) }
      let note = row.inlineNote.map { " " + $0 } ?? ""
      table.add(
        cells,
        marks: [(byCum ? 4 : 1): { style.share($0, share) }, barColumn: { style.share($0, share) }]
      ) { width in
        let name = style.name(row.name).fittedRow(to: width - note.count)
        return style.colored(name, row.name) + style.marked(note, .faint)
      }
    }
    table.write(style, to: &output)
    writeRest(shownRows.count, style, to: &output)
    return output
  }

  private var barColumn: Int { showsErrors ? 7 : 5 }

  private func barWidth(_ style: TextStyle) -> Int { style.width >= 120 ? 16 : 8 }

  private func columns(_ style: TextStyle) -> [TextTable.Column] {
    var titles = ["flat", "flat%", "sum%", "cum", "cum%"]
    if showsErrors { titles += ["flat 95 %", "cum 95 %"] }
    return titles.map { .figures($0) } + (style.hasBars ? [.words("")] : [])
  }

  /// How many rows to show: as many as the screen has lines for, and none whose sort column is 0.
  private func rowCount(_ style: TextStyle, headLines: Int, byCum: Bool) -> Int {
    let filled = byCum ? rows.count : (rows.lastIndex { $0.flat != 0 } ?? -1) + 1
    guard let height = style.height, headLines + filled + Self.promptLines > height else {
      return filled
    }
    return min(filled, max(5, height - headLines - Self.promptLines - 1))
  }

  private func writeRest(_ count: Int, _ style: TextStyle, to output: inout TextOutput) {
    let rest = rows.count - count
    if rest == 0 { return }
    let isEmptyRest = rows[count...].allSatisfy { $0.flat == 0 }
    let what = isEmptyRest && context.trimming.order != .cum ? " with flat 0 (--cum)" : ""
    output.line(
      style.marked("\(rest) more row\(rest == 1 ? "" : "s")\(what); --nodecount=0 for all", .faint))
  }
}
