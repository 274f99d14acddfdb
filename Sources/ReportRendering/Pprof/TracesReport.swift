import ProfileModel
import StackGraph

extension ReportContext {
  /// Returns every sample with its labels and stack, as `pprof -traces`.
  ///
  /// - Parameter drain: takes the text as it comes; what is left is returned.
  package func tracesText(
    drain: ((UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws -> TextOutput {
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
    var names = [[UInt8]?](repeating: nil, count: table.count)
    for sample in 0..<samples.count {
      let range = samples.frameRange(of: sample)
      if range.isEmpty { continue }
      output.line(separator)
      for line in labelLines(sample) { output.write(line) }
      var value = values[sample]
      if let divisor = divisors?[sample], divisor != 0 { value /= divisor }
      var text = format(value)
      for index in range {
        let nodes = table.nodeRange(of: samples.frames[index].index)
        for index in nodes {
          let node = table.locationNodes[index]
          let name = names[node.index] ?? table.printableName(node)
          names[node.index] = name
          output.right(text, 10)
          output.write("   ")
          output.write(name)
          output.line(index == nodes.upperBound - 1 ? "" : " (inline)")
          text = ""
        }
        try output.flush(to: drain)
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
