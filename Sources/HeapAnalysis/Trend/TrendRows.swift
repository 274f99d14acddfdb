import Foundations
import ProfileModel

/// Groups the stacks of a series into rows.
struct TrendRows {
  private let series: SnapshotSeries
  private let granularity: Trend.Granularity
  private let seconds: [Double]
  private let bins: TrendBins

  /// The sample type counts bytes.
  let countsBytes: Bool

  /// By stack: its size classes.
  private let classesOfStack: [[Int]]

  /// The largest number of paths, from blame to leaf, that a row lists.
  private static let pathCount = 3

  private struct Key: Hashable {
    /// Rows of the series' texts.
    var function: Int32
    var file: Int32
    var line: Int64 = 0
    var stack = -1
  }

  private struct Group {
    var stacks: [Int] = []
  }

  init(_ series: SnapshotSeries, _ granularity: Trend.Granularity) {
    self.series = series
    self.granularity = granularity
    countsBytes = series.unit == "bytes"
    let first = series.times.first ?? 0
    bins = TrendBins(snapshots: series.count, stacks: series.stacks.count)
    seconds = series.times.map { (Double($0) - Double(first)) / 1e9 }
    var classes = [[Int]](repeating: [], count: series.stacks.count)
    for (row, sizeClass) in series.classes.enumerated() { classes[sizeClass.stack].append(row) }
    classesOfStack = classes
  }

  /// The rows, by growth.
  func rows() -> [Trend.Row] {
    var groups: [Key: Group] = [:]
    var functions: [Key: Group] = [:]
    for (stack, entry) in series.stacks.enumerated() {
      guard let blame = entry.blame ?? (granularity == .stacks ? 0 : nil),
        blame < entry.lines.count
      else { continue }
      let line = series.lines[Int(entry.lines[blame])]
      let function = Key(function: line.function, file: line.file)
      functions[function, default: Group()].stacks.append(stack)
      var key = function
      if granularity != .functions { key.line = line.line }
      if granularity == .stacks { key.stack = stack }
      groups[key, default: Group()].stacks.append(stack)
    }
    // A map grows in steps, so a line may pause while its function leaks.
    var leaks: [Key: Bool] = [:]
    return groups.map { key, group in
      var row = row(key, group)
      if granularity != .functions, row.verdict == .warmUp || row.verdict == .grows {
        let function = Key(function: key.function, file: key.file)
        let leaksAsWhole =
          leaks[function] ?? (functions[function].map { verdict(of: $0) == .leak } ?? false)
        leaks[function] = leaksAsWhole
        if leaksAsWhole {
          row.verdict = row.live.fit.isAboveNone ? .leak : .grows
          row.isPartOfLeak = true
        }
      }
      return row
    }.sorted {
      ($1.growth, $0.function, $0.file, $0.line) != ($0.growth, $1.function, $1.file, $1.line)
        ? ($1.growth, $0.function, $0.file, $0.line) < ($0.growth, $1.function, $1.file, $1.line)
        : $0.stack.lexicographicallyPrecedes($1.stack)
    }
  }

  /// Fits a line to values.
  ///
  /// - Parameter classes: rows of the series' size classes that make up the values.
  func measure(
    _ values: [Int64], classes: [Int], countsBytes: Bool, allocated: Double? = nil
  ) -> (measure: Trend.Course, judge: TrendJudge) {
    let cohorts = series.period == nil ? nil : series.cohorts(ofClasses: classes)
    var missed = Double(series.period ?? 0)
    if missed <= 1 { missed = 0 }
    if !countsBytes, missed > 0 {
      // In objects, the smallest sampled ones stand for the most.
      missed = cohorts?.map { 1 / $0.probability }.max() ?? 0
    }
    let input = TrendFit.Input(
      bins: bins, values: bins.means(values.map { Double($0) }), times: bins.means(seconds),
      processes: series.processes,
      cohorts: cohorts, missed: missed, countsBytes: countsBytes)
    let fit = TrendFit(input)
    return (
      Trend.Course(values: values, fit: fit),
      TrendJudge(
        input: input, fit: fit, allocated: allocated, mayLeak: series.mayLeak)
    )
  }

  private func sums(_ columns: [[Int64]], _ stacks: [Int]) -> [Int64] {
    series.times.indices.map { snapshot in
      stacks.reduce(0) { $0 &+ columns[$1][snapshot] }
    }
  }

  /// The bytes that some stacks allocated from the first snapshot to the last.
  func allocated(_ stacks: [Int]) -> Int64? {
    guard series.isOneProcess == true, series.countsAllocated else { return nil }
    let sums = sums(series.allocated, stacks)
    return saturatingDifference(sums.last ?? 0, sums.first ?? 0)
  }

  private func verdict(of group: Group) -> TrendVerdict {
    measure(
      sums(series.values, group.stacks), classes: group.stacks.flatMap { classesOfStack[$0] },
      countsBytes: countsBytes
    ).judge.verdict
  }

  private func row(_ key: Key, _ group: Group) -> Trend.Row {
    let classes = group.stacks.flatMap { classesOfStack[$0] }
    let allocated = allocated(group.stacks)
    let (live, judge) = measure(
      sums(series.values, group.stacks), classes: classes, countsBytes: countsBytes,
      allocated: allocated.map { Double($0) })
    let objects =
      series.objectTotals.isEmpty
      ? nil
      : measure(sums(series.objects, group.stacks), classes: classes, countsBytes: false).measure
    var row = Trend.Row(
      function: series.texts[Int(key.function)], file: series.texts[Int(key.file)], line: key.line,
      stack: key.stack < 0 ? [] : names(series.stacks[key.stack].lines.reversed()), live: live,
      objects: objects, allocated: allocated, verdict: judge.verdict,
      paths: paths(group.stacks, growth: live.growth))
    row.isFlattening = judge.isFlattening
    row.earlier = series.matching.earlierPlace(
      function: row.function, file: row.file, line: row.line)
    return row
  }

  private func names(_ lines: some Sequence<Int32>) -> [String] {
    lines.map { series.texts[Int(series.lines[Int($0)].function)] }
  }

  /// The paths from the line to blame to the leaf with the largest growth.
  private func paths(_ stacks: [Int], growth: Int64) -> [Finding.Path] {
    guard growth > 0 else { return [] }
    var sums: [[String]: Int64] = [:]
    for stack in stacks {
      let values = series.values[stack]
      let change = saturatingDifference(values[series.count - 1], values[0])
      let lines = series.stacks[stack].lines
      let path = names(lines[...(series.stacks[stack].blame ?? lines.count - 1)].reversed())
      let names = path.withoutRepeats
      sums[names] = saturatingSum(sums[names] ?? 0, change)
    }
    return sums.filter { $0.value > 0 }.sorted {
      $0.value == $1.value
        ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
    }.prefix(Self.pathCount).map {
      Finding.Path(functions: $0.key, share: Double($0.value) / Double(growth))
    }
  }
}

extension [String] {
  /// Without consecutive equal names: direct recursion shows once.
  fileprivate var withoutRepeats: [String] {
    var result: [String] = []
    for name in self where name != result.last { result.append(name) }
    return result
  }
}
