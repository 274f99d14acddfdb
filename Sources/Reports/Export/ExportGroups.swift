import Foundations
import HeapAnalysis
import ProfileModel

/// Samples of a profile that form one row.
struct ExportGroup {
  /// The first of them.
  let sample: Int
  let origin: Int

  /// A row of ``ExplainedSamples/lines``, or -1.
  let line: Int32

  /// The first rule of the finding, or -1.
  let rule: Int8

  /// By column.
  var values: [Int64]

  /// By column; nil when unknown.
  var sums: [SampledSum?]
}

extension ExportTexts {
  private struct Key: Hashable {
    var origin: Int
    var line: Int32
    var rule: Int8

    /// Classes of the frames, if stacks are distinguished.
    var stack: [Int32]
  }

  /// Adds up the samples; rows are in the order of their first sample.
  func groups() -> [ExportGroup] {
    let classes = unit == .stack ? locationClasses() : []
    let lineClasses = lineClasses()
    // A finding has all rules of its kind.
    let kinds = explained.rules.map { rule in
      Int8(explained.rules.firstIndex { $0.kind == rule.kind } ?? 0)
    }
    var rows: [Key: Int] = [:]
    var groups: [ExportGroup] = []
    for sample in 0..<samples.count {
      let line = explained.lineOfSample[sample]
      let rule = explained.ruleOfSample[sample]
      let key = Key(
        origin: origin(ofSample: sample),
        line: unit == .finding || line < 0 ? -1 : lineClasses[Int(line)],
        rule: rule < 0 ? -1 : unit == .stack ? rule : kinds[Int(rule)],
        stack: unit == .stack
          ? samples.frames[samples.frameRange(of: sample)].map { classes[$0.index] } : [])
      let row = rows[key] ?? groups.count
      if row == groups.count {
        rows[key] = row
        groups.append(
          ExportGroup(
            sample: sample, origin: key.origin, line: key.line, rule: key.rule,
            values: samples.values.map { _ in 0 },
            sums: samples.values.indices.map { explained.sampling?.emptySum(ofColumn: $0) }))
      }
      add(sample, to: &groups[row])
    }
    return groups
  }

  private func add(_ sample: Int, to group: inout ExportGroup) {
    for column in samples.values.indices {
      group.values[column] = saturatingSum(group.values[column], samples.values[column][sample])
      if let sampling = explained.sampling, var sum = group.sums[column] {
        // With the sum as its only owner, the table of sizes grows in place.
        group.sums[column] = nil
        let fits = sampling.add(sample: sample, ofColumn: column, in: profile, to: &sum)
        group.sums[column] = fits ? sum : nil
      }
    }
  }

  /// By blamed line: the first with the same function and file, when lines do not count.
  private func lineClasses() -> [Int32] {
    if unit != .function { return explained.lines.indices.map { Int32($0) } }
    var first = NumberRows()
    var lines: [Int32] = []
    return explained.lines.enumerated().map { index, line in
      let row = first.row(UInt64(line.function.rawValue) << 32 | UInt64(line.file.rawValue))
      if row == lines.count { lines.append(Int32(index)) }
      return lines[row]
    }
  }

  /// By location: a number for those with the same text.
  private func locationClasses() -> [Int32] {
    var numbers: [[UInt8]: Int32] = [:]
    return (0..<profile.locations.count).map { location in
      let text = Array(
        names.bytes[names.range(location)] + lines.bytes[lines.range(location)])
      if let known = numbers[text] { return known }
      let number = Int32(numbers.count)
      numbers[text] = number
      return number
    }
  }
}
