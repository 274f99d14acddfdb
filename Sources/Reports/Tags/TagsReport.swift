import Foundations
import Glibc
import ProfileModel
import StackGraph

/// The labels of a profile with the sum of each value, as `pprof -tags` shows them.
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

  /// Sorted by name; the values by weight.
  package let keys: [Key]

  package init(_ context: ReportContext) {
    self.context = context
    let profile = context.profile
    let values = context.selection.values
    let unit = context.selection.options.unit
    // By number first, so that each text is composed once.
    var ofLabel: [Label: Int64] = [:]
    let samples = profile.samples
    for sample in 0..<samples.labelEnds.count {
      for index in samples.labelRange(of: sample) {
        ofLabel[samples.labels[index], default: 0].addSaturating(values[sample])
      }
    }
    var rows: [StringID: Int] = [:]
    var lists: [(key: StringID, values: [Value])] = []
    for (label, weight) in ofLabel {
      let row = rows[label.key] ?? lists.count
      if row == lists.count {
        rows[label.key] = row
        lists.append((label.key, []))
      }
      let text: [UInt8]
      if label.kind == .text {
        text = Array(profile.strings[bytesOf: label.string])
      } else {
        let scaled = ScaledValue(
          label.number, from: context.selection.labelUnits.unit(of: label.key), to: unit)
        text = Array(scaled.text.utf8)
      }
      lists[row].values.append(Value(text: text, weight: weight))
    }
    keys = lists.map { key, values in
      var total: Int64 = 0
      // Different numbers may have the same text.
      var merged: [Value] = []
      for value in values.count < 2 ? values : values.sorted(by: { precedes($0.text, $1.text) }) {
        total.addSaturating(value.weight)
        if merged.last?.text == value.text {
          merged[merged.count - 1].weight.addSaturating(value.weight)
        } else {
          merged.append(value)
        }
      }
      merged.sort {
        $0.weight.magnitude == $1.weight.magnitude
          ? precedes($0.text, $1.text) : $0.weight.magnitude > $1.weight.magnitude
      }
      return Key(name: Array(profile.strings[bytesOf: key]), total: total, values: merged)
    }.sorted { precedes($0.name, $1.name) }
  }

  /// Returns pprof's text.
  package func text() -> TextOutput {
    var output = TextOutput()
    let total = context.total
    // Most neighbouring values have the same weight.
    var last: (value: Int64, text: String, share: String)?
    func texts(_ value: Int64) -> (value: Int64, text: String, share: String) {
      if let last, last.value == value { return last }
      let share = total > 0 ? " (\(percentage(value, of: total)))" : ""
      let texts = (value, context.inertFormat(value), share)
      last = texts
      return texts
    }
    func weight(_ value: Int64) -> String { texts(value).text + texts(value).share + ":" }
    let totalText = context.inertFormat(total)
    for key in keys {
      // Right-aligned columns with a blank before each cell; the first is as wide as the key, the
      // second as its widest weight.
      let title = inert(key.name[...]) + [UInt8(ascii: ":")]
      let titleWidth = characterCount(title) + 1
      let weights = key.values.map { weight($0.weight) }
      let weightWidth = (weights.map(\.unicodeScalars.count).max() ?? 0) + 1
      output.right(title, titleWidth)
      output.write(" Total \(texts(key.total).text) of \(totalText)\(texts(key.total).share)")
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

/// Compares all bytes at once: a profile may have a million labels.
private func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  let order = memcmp(left, right, min(left.count, right.count))
  return order == 0 ? left.count < right.count : order < 0
}

extension Int64 {
  /// A sample may have a key twice, so these sums can exceed the profile's total.
  fileprivate mutating func addSaturating(_ value: Int64) {
    let (sum, overflow) = addingReportingOverflow(value)
    self = overflow ? (value < 0 ? .min : .max) : sum
  }
}
