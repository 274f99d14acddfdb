import ProfileModel
import StackGraph

extension ReportContext {
  /// Returns every sample with its labels and stack, as `pprof -traces`.
  package func tracesText() -> TextOutput {
    let separator = "-----------+-------------------------------------------------------"
    let samples = profile.samples
    let values = selection.values
    let divisors = selection.divisors
    var output = TextOutput()
    // pprof joins the header's lines, so an empty header is still one line.
    let labels = profileLabels()
    if labels.isEmpty { output.newline() } else { output.lines(labels) }
    // Header and trace differ from graph reports: file names stay uncut.
    let table = NodeTable(profile, cutsPrefixes: false)
    for sample in 0..<samples.count {
      let range = samples.frameRange(of: sample)
      if range.isEmpty { continue }
      output.line(separator)
      for line in labelLines(sample) { output.write(line) }
      var value = values[sample]
      if let divisor = divisors?[sample], divisor != 0 { value /= divisor }
      var text = format(value)
      for frame in samples.frames[range] {
        let nodes = table.nodeRange(of: frame.index)
        for index in nodes {
          output.right(text, 10)
          output.write("   ")
          output.write(table.printableName(table.locationNodes[index]))
          output.line(index == nodes.upperBound - 1 ? "" : " (inline)")
          text = ""
        }
      }
    }
    output.line(separator)
    return output
  }

  /// The labels of a sample as lines: texts, then numbers, each sorted.
  private func labelLines(_ sample: Int) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    var numbers: [[UInt8]] = []
    for group in profile.samples.labelGroups(of: sample) {
      let isText = group.labels[0].kind == .text
      let unit = selection.labelUnits.unit(of: group.key)
      let values = group.labels.map { label in
        isText
          ? Array(profile.strings[bytesOf: label.string])
          : Array(ScaledValue(label.number, from: unit, to: "auto").text.utf8)
      }
      var line = TextOutput()
      line.right(profile.strings[bytesOf: group.key], 10)
      line.write(":  ")
      line.write(Array(values.joined(separator: [UInt8(ascii: " ")])))
      line.newline()
      if isText { texts.append(line.bytes) } else { numbers.append(line.bytes) }
    }
    texts.sort { $0.lexicographicallyPrecedes($1) }
    numbers.sort { $0.lexicographicallyPrecedes($1) }
    return texts + numbers
  }
}
