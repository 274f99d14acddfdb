import Foundations

/// What each process of a build has of one row.
struct FleetColumn {
  /// Rows of the fleet's processes.
  let processes: [Int]
  let cells: [FleetCell]

  init(_ group: [Int], _ all: [FleetProcess], _ cell: (FleetProcess) -> FleetCell) {
    processes = group
    cells = group.map { cell(all[$0]) }
  }

  var spread: Fleet.Spread { Fleet.Spread(sorted: cells.map(\.value).sorted()) }

  /// The process that has most; of several the first.
  var largest: Int {
    let place = cells.indices.max { (cells[$0].value, $1) < (cells[$1].value, $0) } ?? 0
    return processes[place]
  }
}

/// Says which processes have more or less of a row than chance explains
/// (docs/statistics.md, "Processes side by side").
struct FleetJudge {
  /// The probability with which a process is called an outlier, on either side, though it is
  /// as the others.
  private let tail: Double

  /// So many of the others' standard deviations a process may be away.
  private let deviations: Double

  /// The median absolute deviation of normal values is this part of the standard one.
  private static let madOfNormal = 0.6745

  init(processCount: Int, tail: Double) {
    self.tail = tail
    deviations = Quantiles.student(tail: tail, degreesOfFreedom: processCount - 1)
  }

  func outliers(_ column: FleetColumn) -> [Fleet.Outlier] {
    // Each process is one of many runs of the program: how many objects it has is chance too.
    let sums = column.cells.map { $0.sum?.ofAnyRun }
    let order = sums.indices.sorted {
      (column.cells[$0].value, $0) < (column.cells[$1].value, $1)
    }
    let middle = order[order.count / 4..<order.count - order.count / 4]
    var pooled: SampledSum?
    for place in middle {
      guard let sum = sums[place] else { return [] }
      pooled = pooled.map { $0 + sum } ?? sum
    }
    guard let pooled else { return [] }
    let reference = pooled.scaled(by: 1 / Double(middle.count))
    let spread = spread(sums.map { $0?.estimate ?? 0 }, pooled.variance / Double(middle.count))
    let median = column.spread.median
    var result: [Fleet.Outlier] = []
    for (place, sum) in sums.enumerated() {
      guard let sum else { continue }
      let difference = sum.estimate - reference.estimate
      // No interval is narrower than this, and to compute one takes time.
      if difference.magnitude <= max(deviations * spread, 2 * sum.variance.squareRoot()) {
        continue
      }
      let interval = sum.difference(from: reference, tail: tail)
      let room = difference > 0 ? difference - interval.low : interval.high - difference
      let fence = deviations * spread
      if difference.magnitude <= (room * room + fence * fence).squareRoot() { continue }
      let value = column.cells[place].value
      result.append(
        Fleet.Outlier(
          process: column.processes[place], value: value,
          excess: saturatingDifference(value, median), interval: interval))
    }
    return result.sorted {
      let excesses = ($0.excess.magnitude, $1.excess.magnitude)
      return excesses.0 == excesses.1 ? $0.process < $1.process : excesses.0 > excesses.1
    }
  }

  /// How far the processes differ in truth: what is left of their spread without what sampling
  /// explains. A few outliers do not change it.
  private func spread(_ values: [Double], _ sampled: Double) -> Double {
    let center = median(values)
    let deviation = median(values.map { ($0 - center).magnitude }) / Self.madOfNormal
    return max(0, deviation * deviation - sampled).squareRoot()
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
