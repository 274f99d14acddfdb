import Foundations
import ProfileModel
package import StackGraph

/// What changed between two profiles, row by row.
package struct Comparison: Sendable {
  /// How a row changed.
  package enum Change: String, CaseIterable, Sendable {
    case new, grew, shrank, gone

    /// - Returns: nil when both are equal.
    init?(before: Int64, after: Int64) {
      if before == after { return nil }
      self = before == 0 ? .new : after == 0 ? .gone : after > before ? .grew : .shrank
    }
  }

  package struct Row: Sendable {
    package var name: [UInt8]
    package var before: Int64
    package var after: Int64

    /// Nil when the profiles do not count objects.
    package var objects: (before: Int64, after: Int64)?

    /// The 95 % interval of the difference, as far as sampling goes; nil when the sampling is
    /// unknown.
    package var interval: SamplingInterval?

    /// Grows, shrinks, churns, or noise; nil where the sampling is unknown.
    package var verdict: TrendVerdict?

    /// The line, and where it stood in the earlier build; nil when it has not moved, and for rows
    /// that are not lines.
    package var move: Move?

    /// The difference is no more than chance; nil when the sampling is unknown.
    package var isNoise: Bool? { verdict.map { $0 == .noise || $0 == .churn } }

    package var objectDifference: Int64? {
      objects.map { saturatingDifference($0.after, $0.before) }
    }

    package var difference: Int64 { saturatingDifference(after, before) }

    /// After ÷ before; nil when the value before was not positive.
    package var factor: Double? {
      before <= 0 || after < 0 ? nil : Double(after) / Double(before)
    }

    package var change: Change? { Change(before: before, after: after) }
  }

  /// A line that has moved between the builds.
  package struct Move: Sendable {
    package var function: String
    package var before: LineMatching.Place
    package var after: LineMatching.Place
  }

  package let before: Selection
  package let after: Selection

  /// The rows that changed, sorted by the size of their difference.
  package let rows: [Row]

  /// How the processes that wrote the profiles are related, and which line became which.
  package let kinship: Kinship
  package let matching: LineMatching

  /// The sampling is known, so rows have verdicts.
  package let isSampled: Bool

  /// Σ of the signed values; of the means when means are compared.
  package let totals: (before: Int64, after: Int64)

  /// How the findings of `hotspots` changed; nil when they were not searched.
  package var findings: FindingComparison?

  /// Objects in all; nil when the profiles do not count them.
  package let objectTotals: (before: Int64, after: Int64)?

  /// Growth per second has a meaning: the profiles are of one process, as far as known, and their
  /// values count from its start.
  package var hasRates: Bool {
    seconds != nil && kinship.hasRates
      && after.profile.sampleKind(after.column) != .stretch
  }

  /// Seconds between the profiles; nil when one has no time, or the later one is not later.
  package var seconds: Double? {
    let times = (before.profile.figuresNanoseconds, after.profile.figuresNanoseconds)
    // Times come from the files and may be any two 64-bit numbers.
    let (interval, isTooLong) = times.1.subtractingReportingOverflow(times.0)
    if isTooLong || interval <= 0 || times.0 == 0 || times.1 == 0 { return nil }
    return Double(interval) / 1e9
  }

  /// - Parameters:
  ///   - pair: the profiles that both selections come from.
  ///   - byCum: compare cumulative values instead of flat ones.
  package init(_ pair: ProfilePair, before: Selection, after: Selection, byCum: Bool) {
    self.before = before
    self.after = after
    kinship = pair.kinship
    matching = pair.matching
    func total(_ selection: Selection) -> Int64 {
      selection.divisorColumn == nil
        ? selection.profile.signedSum(ofColumn: selection.column).net : selection.total
    }
    totals = (total(before), total(after))
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
    let sampling = ComparedSamples(
      before: sides[0], after: sides[1], isOneProcess: pair.kinship.isOneProcess ?? false)
    isSampled = sampling != nil
    let moves = Self.moves(sides[1], pair.matching)
    objectTotals =
      counts ? (sides[0].objectTotal ?? 0, sides[1].objectTotal ?? 0) : nil
    rows = values.map { name, sums in
      var row = Row(name: name, before: sums.before, after: sums.after)
      if counts { row.objects = objects[name] ?? (0, 0) }
      row.move = moves[name]
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
  /// By the name of a row that is a line: where the line stood before.
  private static func moves(_ side: ComparedSide, _ matching: LineMatching) -> [[UInt8]: Move] {
    var moves: [[UInt8]: Move] = [:]
    for (name, line) in zip(side.names, side.lines) {
      guard let line,
        let place = matching.earlierPlace(
          function: line.function, file: line.file, line: line.line)
      else { continue }
      moves[name] = Move(
        function: line.function, before: place,
        after: LineMatching.Place(file: line.file, line: line.line))
    }
    return moves
  }
}
