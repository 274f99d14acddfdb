import Foundations
import ProfileModel

/// Many processes side by side, grouped by build.
package struct Fleet: Sendable {
  /// How the values of a build's processes spread: quartiles and extremes.
  package struct Spread: Sendable, Equatable {
    package let lowest: Int64
    package let lowerQuartile: Int64
    package let median: Int64
    package let upperQuartile: Int64
    package let highest: Int64

    /// - Parameter values: at least one, sorted.
    init(sorted values: [Int64]) {
      func quantile(_ part: Double) -> Int64 {
        let place = part * Double(values.count - 1)
        let low = Int(place)
        let next = values[min(low + 1, values.count - 1)]
        return Int64(
          nearest: Double(values[low]) + (place - Double(low))
            * (Double(next) - Double(values[low])))
      }
      lowest = values[0]
      lowerQuartile = quantile(0.25)
      median = quantile(0.5)
      upperQuartile = quantile(0.75)
      highest = values[values.count - 1]
    }
  }

  /// A process with more, or less, than sampling and the spread of the others explain.
  package struct Outlier: Sendable {
    /// A row of ``Fleet/processes``.
    package let process: Int
    package let value: Int64

    /// How far it is above the median.
    package let excess: Int64

    /// The interval of the difference to the middle half of the others, as far as sampling goes.
    package let interval: SamplingInterval
  }

  package struct Row: Sendable {
    package let row: FleetCensus.Row

    /// A row of ``Fleet/builds``.
    package let build: Int
    package let spread: Spread

    /// A row of ``Fleet/processes``: the process with the most.
    package let largest: Int

    /// How many processes have any of it.
    package let processCount: Int

    /// Farthest from the others first.
    package let outliers: [Outlier]
  }

  package struct Build: Sendable {
    package let program: String
    package let buildID: String

    /// The versions that the origins of its processes name, each once.
    package let versions: [String]

    /// Rows of ``Fleet/processes``.
    package let processes: [Int]
    package let total: Spread
    package let outliers: [Outlier]

    /// Why no process is judged an outlier; nil when outliers are judged.
    package let unjudged: Unjudged?
  }

  package enum Unjudged: String, Sendable {
    case fewProcesses = "few-processes"
    case unknownSampling = "unknown-sampling"
  }

  /// A process with more than the others, and the rows where it has more.
  package struct Suspect: Sendable {
    package let process: Int

    /// How far its outliers are above the medians, summed.
    package let excess: Int64

    /// Rows of ``Fleet/rows``, the largest excess first; empty when only the total shows it.
    package let rows: [(row: Int, outlier: Outlier)]
  }

  package let census: FleetCensus
  package var processes: [FleetProcess] { census.processes }

  /// The build with the most processes first.
  package private(set) var builds: [Build] = []

  /// The row with the largest median or outlier first.
  package private(set) var rows: [Row] = []

  /// Which processes to look at first.
  package private(set) var suspects: [Suspect] = []

  /// With fewer processes in a build, their spread is unknown: only a process dozens of times as
  /// large as the rest would be more than chance.
  package static let fewestProcesses = 6

  /// How often a fleet of equal processes has any outlier at all.
  private static let falseAlarms = 0.05

  package init(_ census: FleetCensus) {
    self.census = census
    let groups = Self.groups(of: census.processes)
    let judged = groups.filter { Self.unjudged($0, census) == nil }
    // Each process is tested in each row of its build, and in the total.
    let questions = judged.reduce(0) {
      $0 + $1.count * (Self.rows(of: $1, census).count + 1)
    }
    let tail = Self.falseAlarms / 2 / Double(max(1, questions))
    for (number, group) in groups.enumerated() {
      let unjudged = Self.unjudged(group, census)
      let judge = unjudged == nil ? FleetJudge(processCount: group.count, tail: tail) : nil
      addRows(group, number, judge)
      let total = FleetColumn(group, census.processes, \.total)
      builds.append(
        Build(
          program: census.processes[group[0]].program, buildID: census.processes[group[0]].buildID,
          versions: Set(group.compactMap { census.processes[$0].origin[.version] }).sorted(),
          processes: group, total: total.spread, outliers: judge?.outliers(total) ?? [],
          unjudged: unjudged))
    }
    sortRows()
    findSuspects()
  }

  /// Groups the processes by program and build.
  private static func groups(of processes: [FleetProcess]) -> [[Int]] {
    var numbers: [[String]: Int] = [:]
    var groups: [[Int]] = []
    for (index, process) in processes.enumerated() {
      let build = process.buildID.isEmpty ? process.origin[.version] ?? "" : process.buildID
      let key = [process.origin[.service] ?? "", process.program, build]
      if let number = numbers[key] {
        groups[number].append(index)
      } else {
        numbers[key] = groups.count
        groups.append([index])
      }
    }
    return groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
  }

  private static func unjudged(_ group: [Int], _ census: FleetCensus) -> Unjudged? {
    if group.count < fewestProcesses { return .fewProcesses }
    return group.allSatisfy { census.processes[$0].total.sum != nil } ? nil : .unknownSampling
  }

  /// The rows that any of the processes has.
  private static func rows(of group: [Int], _ census: FleetCensus) -> [Int32] {
    group.reduce(into: Set<Int32>()) { $0.formUnion(census.processes[$1].cells.keys) }.sorted()
  }

  private mutating func addRows(_ group: [Int], _ build: Int, _ judge: FleetJudge?) {
    for row in Self.rows(of: group, census) {
      let column = FleetColumn(group, processes) { $0.cells[row] ?? FleetCell(sum: $0.nothing) }
      guard column.cells.contains(where: { $0.value != 0 }) else { continue }
      rows.append(
        Row(
          row: census.rows[Int(row)], build: build, spread: column.spread, largest: column.largest,
          processCount: column.cells.count { $0.value != 0 },
          outliers: judge?.outliers(column) ?? []))
    }
  }

  private mutating func sortRows() {
    func weight(_ row: Row) -> Int64 {
      max(row.spread.median.magnitudeAsInt, row.outliers.first?.excess.magnitudeAsInt ?? 0)
    }
    rows.sort { left, right in
      let weights = (weight(left), weight(right))
      if weights.0 != weights.1 { return weights.0 > weights.1 }
      if left.spread.highest != right.spread.highest {
        return left.spread.highest > right.spread.highest
      }
      let keys = [left, right].map { [$0.row.function, $0.row.file, $0.row.finding] }
      if keys[0] != keys[1] { return keys[0].lexicographicallyPrecedes(keys[1]) }
      return (left.row.line, left.build) < (right.row.line, right.build)
    }
  }

  private mutating func findSuspects() {
    var ofProcess: [Int: [(row: Int, outlier: Outlier)]] = [:]
    for (number, row) in rows.enumerated() {
      for outlier in row.outliers where outlier.excess > 0 {
        ofProcess[outlier.process, default: []].append((number, outlier))
      }
    }
    var totals: [Int: Int64] = [:]
    for outlier in builds.flatMap(\.outliers) where outlier.excess > 0 {
      totals[outlier.process] = outlier.excess
    }
    suspects = Set(ofProcess.keys).union(totals.keys).map { process in
      let rows = (ofProcess[process] ?? []).sorted {
        ($1.outlier.excess, $0.row) < ($0.outlier.excess, $1.row)
      }
      // Rows are disjoint, so their excesses add up.
      let sum = rows.reduce(0.0) { $0 + Double($1.outlier.excess) }
      return Suspect(
        process: process, excess: rows.isEmpty ? totals[process] ?? 0 : Int64(nearest: sum),
        rows: rows)
    }.sorted { ($1.excess, $0.process) < ($0.excess, $1.process) }
  }
}

extension Int64 {
  fileprivate var magnitudeAsInt: Int64 { Int64(clamping: magnitude) }
}
