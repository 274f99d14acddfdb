import Foundations
import ProfileModel
package import StackGraph

/// What changed between two profiles, row by row.
package struct Comparison: Sendable {
  /// How a row changed.
  package enum Change: String, CaseIterable, Sendable {
    case new, grew, shrank, gone
  }

  package struct Row: Sendable {
    package var name: [UInt8]
    package var before: Int64
    package var after: Int64

    /// Nil where objects are not counted beside the values.
    package var objects: (before: Int64, after: Int64)?

    /// The 95 % interval of the difference, as far as sampling goes; nil where that
    /// is unknown.
    package var interval: SamplingInterval?

    /// Grows, shrinks, churns, or noise; nil where the sampling is unknown.
    package var verdict: TrendVerdict?

    package var objectDifference: Int64? {
      objects.map { saturatingDifference($0.after, $0.before) }
    }

    package var difference: Int64 { saturatingDifference(after, before) }

    /// After ÷ before; nil where there was nothing before.
    package var factor: Double? { before == 0 ? nil : Double(after) / Double(before) }

    package var change: Change? {
      if before == after { return nil }
      if before == 0 { return .new }
      if after == 0 { return .gone }
      return after.magnitude > before.magnitude ? .grew : .shrank
    }
  }

  package let before: Selection
  package let after: Selection

  /// The rows that changed, by the size of their difference.
  package let rows: [Row]

  /// Both come from one process, as far as their counts tell; nil where that is
  /// unknown.
  package let isOneProcess: Bool?

  /// Objects in all; nil where they are not counted beside the values.
  package let objectTotals: (before: Int64, after: Int64)?

  /// Seconds from the one to the other; nil where a profile does not say when it
  /// was taken, or the later one is not later.
  package var seconds: Double? {
    let times = (before.profile.timeNanoseconds, after.profile.timeNanoseconds)
    // Times are a file's word: any two 64-bit numbers.
    let (interval, isTooLong) = times.1.subtractingReportingOverflow(times.0)
    if isTooLong || interval <= 0 || times.0 == 0 || times.1 == 0 { return nil }
    return Double(interval) / 1e9
  }

  /// - Parameter byCum: compares cumulative values instead of flat ones.
  package init(before: Selection, after: Selection, byCum: Bool) {
    self.before = before
    self.after = after
    var values: [[UInt8]: (before: Int64, after: Int64)] = [:]
    var objects: [[UInt8]: (before: Int64, after: Int64)] = [:]
    func add(_ value: Int64, to sums: inout (before: Int64, after: Int64), _ isAfter: Bool) {
      if isAfter { sums.after &+= value } else { sums.before &+= value }
    }
    let sides = [before, after].map { ComparedSide($0, byCum: byCum) }
    for (side, isAfter) in zip(sides, [false, true]) {
      for node in side.names.indices {
        let name = side.names[node]
        if side.values[node] != 0 {
          add(side.values[node], to: &values[name, default: (0, 0)], isAfter)
        }
        if let counts = side.objects, counts[node] != 0 {
          add(counts[node], to: &objects[name, default: (0, 0)], isAfter)
        }
      }
    }
    let counts = sides.allSatisfy { $0.objects != nil }
    let sampling = ComparedSamples(before: sides[0], after: sides[1])
    isOneProcess = sampling?.isOneProcess
    objectTotals =
      counts ? (sides[0].objectTotal ?? 0, sides[1].objectTotal ?? 0) : nil
    rows = values.map { name, sums in
      var row = Row(name: name, before: sums.before, after: sums.after)
      if counts { row.objects = objects[name] ?? (0, 0) }
      if row.difference != 0, let sampling {
        (row.interval, row.verdict) = sampling.judge(row)
      }
      return row
    }
    .filter { $0.difference != 0 }
    .sorted {
      $0.difference.magnitude == $1.difference.magnitude
        ? $0.name.lexicographicallyPrecedes($1.name)
        : $0.difference.magnitude > $1.difference.magnitude
    }
  }
}
