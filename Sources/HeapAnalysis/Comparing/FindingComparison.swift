import Foundations

/// How each pattern changed from one profile to another.
package struct FindingComparison: Sendable {
  package struct Row: Sendable {
    package var kind: HotspotKind
    package var title: String

    /// Values in the unit of the reports' sample type, and shares of their totals.
    package var before: Int64
    package var after: Int64
    package var shareBefore: Double
    package var shareAfter: Double

    /// The line that changed most; nil when none is to blame.
    package var line: BlamedLine?

    /// How many other lines changed.
    package var otherLineCount: Int

    /// The difference is no more than chance; nil when the sampling is unknown.
    package var isNoise: Bool?

    package var difference: Int64 { saturatingDifference(after, before) }
    package var change: Comparison.Change? { Comparison.Change(before: before, after: after) }
  }

  package let sampleType: String
  package let unit: String
  package let totalBefore: Int64
  package let totalAfter: Int64

  /// Sorted by the size of their difference.
  package let rows: [Row]

  /// Patterns with a smaller share of both totals are left out, as in `hotspots`.
  private static let minimumShare = HotspotOptions().minimumShare

  /// - Parameters:
  ///   - before: all findings, however small, with all their lines to blame.
  ///   - after: the same for the other profile and the same sample type.
  package init(before: HotspotReport, after: HotspotReport) {
    sampleType = after.sampleType
    unit = after.unit
    totalBefore = before.total
    totalAfter = after.total
    var kinds: [HotspotKind: (before: Finding?, after: Finding?)] = [:]
    for finding in before.findings { kinds[finding.kind, default: (nil, nil)].before = finding }
    for finding in after.findings { kinds[finding.kind, default: (nil, nil)].after = finding }
    // The most that an unseen block counts: a pattern that is absent may have been missed.
    let period = after.unit == "bytes" ? after.period ?? before.period ?? 0 : 0
    let none = SampledSum(missed: period > 1 ? Double(period) : 0)
    rows = kinds.values.compactMap { Self.row($0.before, $0.after, none) }.sorted {
      ($1.difference.magnitude, $0.kind.rawValue) < ($0.difference.magnitude, $1.kind.rawValue)
    }
  }

  private static func row(_ before: Finding?, _ after: Finding?, _ none: SampledSum) -> Row? {
    guard let some = after ?? before,
      max(before?.share.magnitude ?? 0, after?.share.magnitude ?? 0) >= minimumShare
    else { return nil }
    struct Key: Hashable {
      var function: String
      var file: String
      var line: Int64
    }
    var lines: [Key: (before: Int64, after: Int64, line: BlamedLine)] = [:]
    for (finding, isAfter) in [(before, false), (after, true)] {
      for line in finding?.blame ?? [] {
        let key = Key(function: line.function, file: line.file, line: line.line)
        var sums = lines[key] ?? (0, 0, line)
        if isAfter {
          sums.after = saturatingSum(sums.after, line.value)
        } else {
          sums.before = saturatingSum(sums.before, line.value)
        }
        lines[key] = sums
      }
    }
    let changed = lines.values.filter { $0.before != $0.after }.sorted {
      let (left, right) = (
        saturatingDifference($0.after, $0.before).magnitude,
        saturatingDifference($1.after, $1.before).magnitude
      )
      if left != right { return left > right }
      return ($0.line.function, $0.line.file, $0.line.line)
        < ($1.line.function, $1.line.file, $1.line.line)
    }
    return Row(
      kind: some.kind, title: some.title, before: before?.value ?? 0, after: after?.value ?? 0,
      shareBefore: before?.share ?? 0, shareAfter: after?.share ?? 0,
      line: changed.first?.line ?? some.blame.first, otherLineCount: max(0, changed.count - 1),
      isNoise: isNoise(before, after, none))
  }

  private static func isNoise(
    _ before: Finding?, _ after: Finding?, _ none: SampledSum
  ) -> Bool? {
    switch (before?.error?.value, after?.error?.value) {
    case (let old?, let new?): return !new.differs(from: old)
    case (let old?, nil): return after == nil ? !none.differs(from: old) : nil
    case (nil, let new?): return before == nil ? !new.differs(from: none) : nil
    case (nil, nil): return nil
    }
  }
}
