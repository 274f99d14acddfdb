extension TagsReport {
  /// Returns the labels for a terminal: the values in line, those with nothing counted alone.
  package func table(_ style: TextStyle) -> TextOutput {
    var output = TextOutput()
    func share(_ value: Int64) -> Double {
      context.total == 0 ? 0 : Double(value.magnitude) / Double(context.total)
    }
    for (index, key) in keys.enumerated() {
      if index > 0 { output.line() }
      output.line(
        style.marked(shown(key.name), .heading)
          + "  \(shown(context.format(key.total))) of \(shown(context.format(context.total)))"
          + ", \(context.percent(key.total).drop { $0 == " " })")
      let values = key.values.filter { $0.weight != 0 }
      var table = TextTable([.figures(""), .figures("")], indent: 2)
      for value in values {
        table.add(
          [shown(context.format(value.weight)), context.percent(value.weight)],
          marks: [1: { style.share($0, share(value.weight)) }]
        ) { _ in shown(value.text) }
      }
      table.write(style, to: &output)
      let rest = key.values.count - values.count
      if rest > 0 {
        output.line(style.marked("  and \(rest) value\(rest == 1 ? "" : "s") with 0", .faint))
      }
    }
    return output.laidOut(style)
  }
}
