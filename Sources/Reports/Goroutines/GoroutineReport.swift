import Foundations
package import GoroutineDump
import LogText
package import Ownership
package import ProfileModel

/// What goroutines wait for and where, and which of them pile up.
package struct GoroutineReport: Sendable {
  package let series: GoroutineSeries

  /// Groups of the last moment, the largest first; then those that have ended.
  package let rows: [Row]

  /// The rows show changes, not a moment of a program: counts have a sign.
  package let isDifference: Bool

  /// The snapshots of each moment, one per process.
  let moments: [[Int]]

  /// The module of the user's code; empty when unknown.
  package let modulePath: String

  /// The names that distinguish the processes.
  let processNames: [String]

  /// Who waits for whom in the last moment.
  package let waits: WaitGraph

  /// Traces of one goroutine alone, the most frequent first.
  package let events: [EventRow]

  package struct EventRow: Sendable {
    package let event: GoroutineEvent
    package let blame: SourceLine?
  }

  /// One group, with the line to look at.
  package struct Row: Sendable {
    package let group: GoroutineGroup
    package let count: Int

    /// The details of the goroutines of the last moment.
    package let details: GoroutineGroup.Details
    package let growth: GoroutineGrowth

    /// The user's own line that waits, or that started what waits in others' code.
    package let blame: SourceLine?

    /// The line is the one that started the goroutine.
    package let blamesCreator: Bool

    /// The lines that started them, the most frequent first.
    package let creators: [(line: SourceLine, count: Int)]

    /// The dump itself shows that nothing can wake them. `select {}` is meant to wait.
    package var isStuck: Bool {
      details.leakedCount > 0
        || group.state.kind == .forever && group.state.text.hasPrefix("chan ")
    }
  }

  /// - Parameter options: the user's options for own code.
  package init(_ series: GoroutineSeries, options: OwnershipOptions) {
    let series = series.settled
    self.series = series
    moments = series.moments
    processNames = series.processes.map { $0.isEmpty ? "without a name" : $0 }.distinguished
    let last = moments.last ?? []
    waits = WaitGraph(series, in: last)
    let ownership = Ownership(series.names, options)
    modulePath = ownership.judgesStandard ? "" : ownership.modulePath
    let blamer = Blamer(series.names.locations, ownership.blame)
    func isSurest(_ line: SourceLine?) -> Bool {
      line.map { ownership.blame.ranks[$0.function.index] == .surest } ?? false
    }
    isDifference = series.snapshots.last?.isDifference ?? false
    // A difference does not say how many there were.
    let isSeries = !series.snapshots.contains(where: \.isDifference)
    let seconds = Self.seconds(series)
    let moments = moments
    let rows = series.groups.map { group in
      let details = group.details(of: last)
      let creators = details.creators
        .map { (line: series.line(of: $0.key), count: $0.value) }
        .sorted {
          ($1.count, $0.line.function.index, $0.line.line)
            < ($0.count, $1.line.function.index, $1.line.line)
        }
      var blame = blamer.place(in: group.stack).map { series.names.locations.lines[$0.line] }
      let starter = creators.first?.line
      let blamesCreator = !isSurest(blame) && isSurest(starter)
      if blamesCreator { blame = starter }
      return Row(
        group: group, count: series.count(of: group, in: last), details: details,
        growth: GoroutineGrowth(
          moments: moments.count, seconds: seconds,
          canLeak: isSeries && group.state.kind.canLeak
        ) { series.count(of: group, in: moments[$0]) },
        blame: blame, blamesCreator: blamesCreator, creators: creators)
    }
    // The order of the dump breaks ties.
    self.rows = rows.enumerated().sorted {
      ($1.element.count.magnitude, $1.element.growth.first, $0.offset)
        < ($0.element.count.magnitude, $0.element.growth.first, $1.offset)
    }.map(\.element)
    events = Self.eventRows(series, blamer, ownership)
    let (more, fewer) = change
    whole = max(1, isDifference ? saturatingSum(more, fewer) : total)
  }

  package var total: Int { total(of: moments.last ?? []) }

  func total(of moment: [Int]) -> Int {
    moment.reduce(0) { saturatingSum($0, series.snapshots[$1].total) }
  }

  /// How many of a row there were in each moment.
  func counts(of row: Row) -> [Int] { moments.map { series.count(of: row.group, in: $0) } }

  /// The processes of a row's goroutines in the last moment, with their counts.
  func processes(of row: Row) -> [(name: String, count: Int)] {
    (moments.last ?? []).compactMap { snapshot in
      let count = row.group.count(in: snapshot)
      return count == 0 ? nil : (processNames[series.snapshots[snapshot].process], count)
    }
  }

  /// How many more and how many fewer there are, if it is a difference.
  package var change: (more: Int, fewer: Int) {
    present.reduce(into: (0, 0)) { sums, row in
      if row.count > 0 {
        sums.0 = saturatingSum(sums.0, row.count)
      } else {
        sums.1 = saturatingSum(sums.1, Int(clamping: row.count.magnitude))
      }
    }
  }

  /// The whole for shares: all goroutines, or all that came and went. Stored, since every row needs
  /// it.
  private(set) var whole = 1

  /// Those of the last moment.
  package var present: [Row] { Array(rows.prefix { $0.count != 0 }) }

  /// Groups that grow, the largest growth first.
  package var growing: [Row] {
    rows.enumerated().filter(\.element.growth.isSuspect).sorted {
      ($1.element.growth.growth, $0.offset) < ($0.element.growth.growth, $1.offset)
    }.map(\.element)
  }

  package var stuck: [Row] { present.filter(\.isStuck) }

  package struct StateRow: Sendable {
    package let kind: GoroutineState.Kind
    package var count = 0
    package var longestMinutes: UInt64 = 0
  }

  /// The goroutines of the last moment by state, the most frequent first.
  package var states: [StateRow] {
    var rows: [GoroutineState.Kind: StateRow] = [:]
    for row in present {
      let kind = row.group.state.kind
      var state = rows[kind] ?? StateRow(kind: kind)
      state.count = saturatingSum(state.count, row.count)
      state.longestMinutes = max(state.longestMinutes, row.details.longestMinutes)
      rows[kind] = state
    }
    return rows.values.filter { $0.count != 0 }.sorted {
      ($1.count.magnitude, $0.kind.rawValue) < ($0.count.magnitude, $1.kind.rawValue)
    }
  }

  /// When each moment was, in seconds; nil unless all are known.
  private static func seconds(_ series: GoroutineSeries) -> [Double]? {
    let times = series.snapshots.compactMap(\.timeNanoseconds)
    guard times.count == series.snapshots.count, series.processes.count < 2 else { return nil }
    return times.map { Double($0) / 1e9 }
  }

  private static func eventRows(
    _ series: GoroutineSeries, _ blamer: Blamer, _ ownership: Ownership
  ) -> [EventRow] {
    series.events.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }.map { _, event in
      EventRow(
        event: event,
        blame: blamer.place(in: event.stack).map { series.names.locations.lines[$0.line] })
    }
  }

  func function(_ line: SourceLine) -> ArraySlice<UInt8> {
    series.names.strings[bytesOf: series.names.functions.names[line.function.index]]
  }

  func file(_ line: SourceLine) -> ArraySlice<UInt8> {
    series.names.strings[bytesOf: series.names.functions.files[line.function.index]]
  }

  /// `main.worker pool/main.go:47`, as text for people.
  func place(_ line: SourceLine) -> String {
    "\(shown(function(line)))  \(placeText(file(line), line.line))"
  }
}
