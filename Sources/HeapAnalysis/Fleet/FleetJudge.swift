import Foundations
import Glibc

/// The amounts of one row in all processes of a build.
struct FleetColumn {
  /// Rows of the fleet's processes.
  let processes: [Int]
  let cells: [FleetCell]

  init(_ group: [Int], _ all: [FleetProcess], _ cell: (FleetProcess) -> FleetCell) {
    processes = group
    cells = group.map { cell(all[$0]) }
  }

  var spread: Fleet.Spread { Fleet.Spread(sorted: cells.map(\.value).sorted()) }

  /// The process with the most; the first of several.
  var largest: Int {
    let place = cells.indices.max { (cells[$0].value, $1) < (cells[$1].value, $0) } ?? 0
    return processes[place]
  }
}

/// Finds processes that have more or less of a row than chance explains (docs/statistics.md,
/// "Processes side by side").
struct FleetJudge {
  /// The probability, on either side, of calling an ordinary process an outlier.
  private let tail: Double

  /// By how many processes were set aside before: the most standard deviations of the rest that a
  /// process may be away from their mean.
  private let deviations: [Double]

  init(processCount: Int, tail: Double) {
    self.tail = tail
    // What a quarter of the processes has is no exception.
    deviations = (0..<max(1, processCount / 4)).map { aside in
      let rest = processCount - aside - 1
      return Quantiles.student(tail: tail, degreesOfFreedom: rest - 1)
        * (1 + 1 / Double(rest)).squareRoot()
    }
  }

  func outliers(_ column: FleetColumn) -> [Fleet.Outlier] {
    // Each process is one of many possible runs, so its number of objects is chance too.
    let sums = column.cells.compactMap { $0.sum?.ofAnyRun }
    let estimates = sums.map(\.estimate)
    let total = estimates.reduce(0, +)
    guard sums.count == column.cells.count, total > 0 else { return [] }
    // Adding the worth of one sampled object gives processes without any a logarithm.
    let worth = sums.reduce(0) { $0 + $1.variance } / total
    // Processes differ by factors, which logarithms make even. But logarithms exaggerate the
    // differences between processes with almost nothing.
    let apart = extremes(estimates.map { log($0 + worth) }).intersection(extremes(estimates))
    if apart.isEmpty { return [] }
    let reference = middleHalf(sums)
    let median = column.spread.median
    return apart.compactMap { place in
      let interval = sums[place].difference(from: reference, tail: tail)
      if interval.low <= 0, interval.high >= 0 { return nil }
      let value = column.cells[place].value
      return Fleet.Outlier(
        process: column.processes[place], value: value, excess: saturatingDifference(value, median),
        interval: interval)
    }.sorted {
      let excesses = ($0.excess.magnitude, $1.excess.magnitude)
      return excesses.0 == excesses.1 ? $0.process < $1.process : excesses.0 > excesses.1
    }
  }

  /// Returns the values that are too far from the others for a normal distribution.
  ///
  /// This is the generalized test of extreme studentized deviates (Rosner 1983). It sets values
  /// aside one after another, always the one farthest from the mean of the rest, and compares it
  /// with the rest, so that outliers do not hide one another. All values up to the last one that is
  /// too far are outliers.
  private func extremes(_ values: [Double]) -> Set<Int> {
    var order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }[...]
    var sum = values.reduce(0, +)
    var aside: [Int] = []
    for _ in deviations {
      let mean = sum / Double(order.count)
      guard let low = order.first, let high = order.last else { break }
      let isHigh = values[high] - mean >= mean - values[low]
      let farthest = isHigh ? order.removeLast() : order.removeFirst()
      aside.append(farthest)
      sum -= values[farthest]
    }
    var rest = RunningVariance()
    for place in order { rest.add(values[place]) }
    // Backwards from the last one, since subtracting large values from a sum of squares would be
    // inexact.
    while let place = aside.last {
      let distance = (values[place] - rest.mean).magnitude
      if distance > deviations[aside.count - 1] * rest.standardDeviation { break }
      rest.add(values[place])
      aside.removeLast()
    }
    return Set(aside)
  }

  /// The mean of the processes between the quartiles.
  private func middleHalf(_ sums: [SampledSum]) -> SampledSum {
    let sorted = sums.sorted { $0.estimate < $1.estimate }
    let middle = sorted[sorted.count / 4..<sorted.count - sorted.count / 4]
    return middle.dropFirst().reduce(middle[middle.startIndex], +)
      .scaled(by: 1 / Double(middle.count))
  }
}

/// Mean and variance of values added one by one (Welford 1962).
private struct RunningVariance {
  private(set) var mean = 0.0
  private var squares = 0.0
  private var count = 0.0

  /// Needs at least two values.
  var standardDeviation: Double { (squares / (count - 1)).squareRoot() }

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
  }
}
