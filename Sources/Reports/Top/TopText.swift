import Foundations
import HeapAnalysis
import StackGraph

extension TopReport {
  /// Returns pprof's text.
  package func text() -> TextOutput {
    var output = TextOutput()
    output.lines(context.reportLabels(trimmed))
    let intervals = rows.map { row in
      [errors?.flat[row.node.index], errors?.cum[row.node.index]].map(intervalText)
    }
    let widths = [0, 1].map { column in intervals.reduce(10) { max($0, $1[column].count) } }
    output.write("      flat  flat%   sum%        cum   cum%")
    if showsErrors {
      output.write("  " + "flat 95 %".rightAligned(to: widths[0]))
      output.write("  " + "cum 95 %".rightAligned(to: widths[1]))
    }
    output.newline()
    var sum: Int64 = 0
    for (index, row) in rows.enumerated() {
      sum &+= row.flat
      output.right(context.inertFormat(row.flat), 10)
      output.write(" \(context.percent(row.flat)) \(context.percent(sum)) ")
      output.right(context.inertFormat(row.cum), 10)
      output.write(" \(context.percent(row.cum))  ")
      if showsErrors {
        output.right(intervals[index][0], widths[0])
        output.right("  " + intervals[index][1].rightAligned(to: widths[1]) + "  ", 0)
      }
      output.name(row.name)
      if let note = row.inlineNote { output.write(" " + note) }
      output.newline()
    }
    return output
  }
}
