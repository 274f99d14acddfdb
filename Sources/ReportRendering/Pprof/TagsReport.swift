import ProfileModel
import StackGraph

/// The labels of a profile with what each value adds up to, as `pprof -tags`.
package struct TagsReport: Sendable {
  package struct Value: Sendable {
    package var text: [UInt8]
    package var weight: Int64
  }

  package struct Key: Sendable {
    package var name: [UInt8]
    package var total: Int64
    package var values: [Value]
  }

  package let context: ReportContext

  /// By name; the values by weight.
  package let keys: [Key]

  package init(_ context: ReportContext) {
    self.context = context
    let profile = context.profile
    let values = context.selection.values
    let unit = context.selection.options.unit
    var sums: [[UInt8]: [[UInt8]: Int64]] = [:]
    func add(_ key: [UInt8], _ text: [UInt8], _ weight: Int64) {
      sums[key, default: [:]][text, default: 0].addSaturating(weight)
    }
    // Labels first, as numbers: each text is put together once.
    var ofLabel: [Label: Int64] = [:]
    let samples = profile.samples
    for sample in 0..<samples.labelEnds.count {
      for index in samples.labelRange(of: sample) {
        ofLabel[samples.labels[index], default: 0].addSaturating(values[sample])
      }
    }
    for (label, weight) in ofLabel {
      let key = Array(profile.strings[bytesOf: label.key])
      if label.kind == .text {
        add(key, Array(profile.strings[bytesOf: label.string]), weight)
      } else {
        let scaled = ScaledValue(
          label.number, from: context.selection.labelUnits.unit(of: label.key), to: unit)
        add(key, Array(scaled.text.utf8), weight)
      }
    }
    keys = sums.map { key, texts in
      var total: Int64 = 0
      for weight in texts.values { total.addSaturating(weight) }
      let list = texts.map { Value(text: $0.key, weight: $0.value) }
      return Key(
        name: key, total: total,
        values: list.sorted {
          $0.weight.magnitude == $1.weight.magnitude
            ? $0.text.lexicographicallyPrecedes($1.text)
            : $0.weight.magnitude > $1.weight.magnitude
        })
    }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Returns pprof's text.
  package func text() -> TextOutput {
    var output = TextOutput()
    let total = context.total
    func weight(_ value: Int64) -> String {
      context.format(value) + (total > 0 ? " (\(percentage(value, of: total))):" : ":")
    }
    for key in keys {
      // Right-aligned columns with one blank before each cell; the first is as
      // wide as the key, the second as its widest weight.
      let title = controlsEscaped(key.name[...]) + [UInt8(ascii: ":")]
      let titleWidth = characterCount(title) + 1
      let weights = key.values.map { weight($0.weight) }
      let weightWidth = (weights.map(\.unicodeScalars.count).max() ?? 0) + 1
      output.right(title, titleWidth)
      output.write(" Total \(context.format(key.total)) of \(context.format(total))")
      if total > 0 { output.write(" (\(percentage(key.total, of: total)))") }
      output.newline()
      for (value, weight) in zip(key.values, weights) {
        output.blanks(titleWidth)
        output.right(weight, weightWidth)
        output.write(" ")
        output.name(value.text)
        output.newline()
      }
      output.newline()
    }
    return output
  }
}

extension Int64 {
  /// A sample may carry a key twice, so these sums can pass the profile's total.
  fileprivate mutating func addSaturating(_ value: Int64) {
    let (sum, overflow) = addingReportingOverflow(value)
    self = overflow ? (value < 0 ? .min : .max) : sum
  }
}
