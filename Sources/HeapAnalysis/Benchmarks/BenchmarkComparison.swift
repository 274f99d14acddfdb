import Foundations

/// How benchmarks, and the lines in them, changed from one version to another.
package struct BenchmarkComparison: Sendable {
  /// A benchmark's figures in one unit.
  package struct Row: Sendable {
    package var package: String
    package var name: String
    package var processors: Int
    package var unit: String
    package var before: BenchmarkSample
    package var after: BenchmarkSample

    /// The p-value of the Mann-Whitney test; nil when all values are equal or there are none.
    package var probability: Double?

    /// The false discovery rate of this row and all rows with a smaller p-value; see
    /// ``falseDiscoveryRates(_:)``.
    package fileprivate(set) var rate: Double?

    /// The relative change of the median: 0.1 for 10 % more; nil when the median was 0.
    package var change: Double? {
      before.median == 0
        ? (after.median == 0 ? 0 : nil) : (after.median - before.median) / before.median
    }

    package var isSure: Bool { rate.map { $0 <= BenchmarkComparison.alpha } ?? false }

    /// Either side has too few values to show any difference.
    package var hasTooFew: Bool { before.values.count < 4 || after.values.count < 4 }
  }

  /// A line of a benchmark's loop, per iteration.
  package struct LineRow: Sendable {
    package var benchmark: String
    package var function: String
    package var file: String
    package var line: Int64

    /// Where the line stood before, if it has moved.
    package var movedFrom: LineMatching.Place?
    package var objects: (before: Double, after: Double)
    package var bytes: (before: Double, after: Double)

    /// The 95 % interval of the difference in objects; nil when the sampling is unknown.
    package var interval: SamplingInterval?
    package var probability: Double?
    package fileprivate(set) var rate: Double?
    package var change: Comparison.Change?
    package var kind: HotspotKind?

    /// The difference is more than chance, by the samples or because every object was counted.
    package var isSure: Bool {
      if interval?.isPoint == true { return change != nil }
      return rate.map { $0 <= BenchmarkComparison.alpha } ?? false
    }

    package var difference: Double { objects.after - objects.before }
  }

  /// In the order of the later text.
  package private(set) var rows: [Row] = []

  /// Sorted by their part in the difference.
  package private(set) var lines: [LineRow] = []

  /// Benchmarks that only one of the two texts has.
  package private(set) var gone: [String] = []
  package private(set) var new: [String] = []

  /// The share of rows reported as different that may be false.
  static let alpha = 0.05

  /// A line with fewer objects an iteration allocates in the first rounds, not in the loop.
  private static let leastObjects = 0.005

  private struct Key: Hashable {
    var package: String
    var name: String
    var processors: Int
  }

  /// - Parameters:
  ///   - splits: of both memory profiles; the earlier one's lines are given as they are in the
  ///     later one.
  ///   - matching: where those lines stood.
  package init(
    before: [BenchmarkRun], after: [BenchmarkRun],
    splits: (before: BenchmarkSplit, after: BenchmarkSplit)? = nil,
    matching: LineMatching = LineMatching()
  ) {
    func grouped(_ runs: [BenchmarkRun]) -> (order: [Key], runs: [Key: [BenchmarkRun]]) {
      var order: [Key] = []
      var byKey: [Key: [BenchmarkRun]] = [:]
      for run in runs {
        let key = Key(package: run.package, name: run.name, processors: run.processors)
        if byKey[key] == nil { order.append(key) }
        byKey[key, default: []].append(run)
      }
      return (order, byKey)
    }
    let (old, later) = (grouped(before), grouped(after))
    for key in later.order {
      guard let runs = later.runs[key] else { continue }
      guard let earlier = old.runs[key] else {
        new.append(key.name)
        continue
      }
      for unit in Self.units(of: runs + earlier) {
        let (left, right) = (
          BenchmarkSample(earlier.compactMap { $0.values[unit] }),
          BenchmarkSample(runs.compactMap { $0.values[unit] })
        )
        if left.values.isEmpty || right.values.isEmpty { continue }
        rows.append(
          Row(
            package: key.package, name: key.name, processors: key.processors, unit: unit,
            before: left, after: right, probability: left.probability(against: right)))
      }
    }
    gone = old.order.filter { later.runs[$0] == nil }.map(\.name)
    if let splits { addLines(splits.before, splits.after, matching) }
    let rates = falseDiscoveryRates(rows.map(\.probability) + lines.map(\.probability))
    for index in rows.indices { rows[index].rate = rates[index] }
    for index in lines.indices { lines[index].rate = rates[rows.count + index] }
  }

  /// Returns all units, the usual ones first.
  package static func units(of runs: [BenchmarkRun]) -> [String] {
    let known = ["ns/op", "B/op", "allocs/op", "MB/s"]
    let all = Set(runs.flatMap(\.values.keys))
    return known.filter(all.contains) + all.subtracting(known).sorted()
  }

  private mutating func addLines(
    _ before: BenchmarkSplit, _ after: BenchmarkSplit, _ matching: LineMatching
  ) {
    func key(_ group: BenchmarkSplit.Group) -> GroupKey {
      GroupKey(package: group.package, function: group.function)
    }
    let known = Dictionary(
      before.groups.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    for group in after.groups {
      guard let earlier = known[key(group)], group.iterations > 0, earlier.iterations > 0
      else { continue }
      let old = Dictionary(
        earlier.measured.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
      let new = Dictionary(
        group.measured.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
      for place in Set(old.keys).union(new.keys) {
        let (left, right) = (old[place], new[place])
        var row = LineRow(
          benchmark: group.function, function: place.function, file: place.file, line: place.line,
          movedFrom: matching.earlierPlace(
            function: place.function, file: place.file, line: place.line),
          objects: (
            earlier.perOperation(left?.objects ?? 0), group.perOperation(right?.objects ?? 0)
          ),
          bytes: (earlier.perOperation(left?.bytes ?? 0), group.perOperation(right?.bytes ?? 0)),
          kind: right?.kind ?? left?.kind)
        if max(row.objects.before, row.objects.after) < Self.leastObjects { continue }
        row.change =
          left == nil ? .new : right == nil ? .gone : row.difference > 0 ? .grew : .shrank
        if row.difference.magnitude < Self.leastObjects { row.change = nil }
        let none = (left ?? right)?.objectSum.map { _ in
          SampledSum(missed: 0)
        }
        if let mine = right == nil ? none : right?.objectSum,
          let others = left == nil ? none : left?.objectSum
        {
          let interval = mine.scaled(by: 1 / group.iterations)
            .difference(from: others.scaled(by: 1 / earlier.iterations))
          row.interval = interval
          let half =
            row.difference > 0 ? row.difference - interval.low : interval.high - row.difference
          if half > 0 {
            row.probability = Quantiles.normalTail(Quantiles.normal * row.difference / half)
          }
        }
        lines.append(row)
      }
    }
    lines.sort {
      ($1.difference.magnitude, $0.benchmark, $0.file, $0.line, $0.function)
        < ($0.difference.magnitude, $1.benchmark, $1.file, $1.line, $1.function)
    }
  }
}
