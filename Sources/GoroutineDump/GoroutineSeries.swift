import Foundations
package import LogText
package import ProfileModel

/// The goroutines of one or several moments of a program, in groups.
package struct GoroutineSeries: Sendable {
  /// One moment.
  package struct Snapshot: Sendable {
    /// As messages name its file.
    package var name: String

    /// The row of its process.
    package var process = 0
    package var total = 0

    /// Threads' own stacks (`g0`), which are no goroutines.
    package internal(set) var threadCount = 0

    /// Why the dump is there, with the goroutine that it is said of.
    package internal(set) var death: Death?

    /// The dump said how each goroutine is; else that is told from stacks.
    package var hasStates = false

    /// The last goroutine ends early.
    package var isCut = false

    /// It has what changed in some time, with counts below 0 for what there are fewer of, and
    /// not the goroutines that there were at a moment.
    package internal(set) var isDifference = false

    /// How long the profile was taken for, where it says: 0 for a moment.
    package internal(set) var durationNanoseconds: Int64 = 0

    /// Nanoseconds since 1970, where the dump says.
    package var timeNanoseconds: Int64?

    /// Its goroutines that wait for something with an address, or have some.
    var traced: [TracedGoroutine] = []
  }

  /// What a program died of, or was asked with.
  package struct Death: Sendable {
    package var reason: CrashReason
    package var goroutine: UInt64
    package var group: Int
    package var elidedFrames: UInt64?
  }

  /// What the lines of the dumps were.
  package struct LineCounts: Sendable, Equatable {
    package var all = 0
    package var skipped = 0
    package var tally = LineTally()
  }

  /// Strings, functions and locations, one a line of code. It has no samples.
  package var names: Profile { namedLines.profile }

  private var namedLines = NamedLines()
  package private(set) var groups: [GoroutineGroup] = []
  package internal(set) var snapshots: [Snapshot] = []
  package internal(set) var lines = LineCounts()

  /// The programs that the dumps are of, as the logs name them.
  package private(set) var processes: [String] = []

  /// Traces of one goroutine alone, as servers log them for a panic.
  package internal(set) var events: [GoroutineEvent] = []

  /// The log was written from its end.
  package internal(set) var isNewestFirst = false

  /// Which goroutines count; nil for all.
  package var filter: GoroutineFilter?

  /// How many the filter left out.
  package private(set) var filteredCount = 0

  /// Goroutines whose stacks were not kept, since there were too many different ones.
  package private(set) var stacksLost = 0

  /// What is to be known of the function of a location, told from its name once.
  private struct Function: Sendable {
    var isRuntime: Bool
    var word: StackKindReader.Word?
  }

  /// A row a location.
  private var functions: [Function] = []
  private var rows: [GroupKey: Int] = [:]
  private var eventRows: [EventKey: Int] = [:]

  private struct EventKey: Hashable {
    var pattern: String
    var stack: [LocationID]
  }

  /// So many different ones are no program's.
  private static let eventLimit = 1 << 14

  private struct GroupKey: Hashable {
    var state: GoroutineState
    var stack: [LocationID]
    var root: String?
  }

  /// So many different stacks are no program's.
  private static let groupLimit = 1 << 18

  package init() {}

  /// Begins another moment, whose goroutines follow.
  ///
  /// - Returns: its row.
  @discardableResult
  package mutating func begin(
    _ name: String, timeNanoseconds: Int64? = nil, process: String = ""
  ) -> Int {
    let row = self.process(named: process)
    // Of each process the addresses of its last moment are kept.
    for index in snapshots.indices where snapshots[index].process == row {
      if !snapshots[index].traced.isEmpty { snapshots[index].traced = [] }
    }
    snapshots.append(Snapshot(name: name, process: row, timeNanoseconds: timeNanoseconds))
    return snapshots.count - 1
  }

  /// Those of more processes than that are put together.
  package static let processLimit = 64
  package internal(set) var hasMoreProcesses = false

  mutating func process(named name: String) -> Int {
    if let row = processes.firstIndex(of: name) { return row }
    if processes.count > Self.processLimit {
      hasMoreProcesses = true
      return Self.processLimit
    }
    processes.append(processes.count < Self.processLimit ? name : "others")
    if processes.count > Self.processLimit { hasMoreProcesses = true }
    return processes.count - 1
  }

  /// The snapshots of each moment: one of every process. What has fewer than others has its
  /// last with their last ones.
  package var moments: [[Int]] {
    let rows = Dictionary(grouping: snapshots.indices, by: { snapshots[$0].process })
      .sorted { $0.key < $1.key }.map(\.value)
    let count = rows.map(\.count).max() ?? 0
    return (0..<count).map { moment in
      rows.map { $0[max(0, $0.count - count + moment)] }
    }
  }

  /// How many of a group there are in the snapshots of a moment.
  package func count(of group: GoroutineGroup, in moment: [Int]) -> Int {
    moment.reduce(0) { saturatingSum($0, group.count(in: $1)) }
  }

  /// Takes back a moment that had no goroutines.
  package mutating func dropEmptySnapshot() {
    if snapshots.last?.total == 0 { snapshots.removeLast() }
  }

  /// Adds a goroutine to a moment.
  ///
  /// - Returns: the row of its group; nil when the filter leaves it out.
  @discardableResult
  mutating func add(_ goroutine: Goroutine, to snapshot: Int) -> Int? {
    var goroutine = goroutine
    goroutine.stack = shortened(goroutine.stack)
    if let filter,
      !filter.accepts(goroutine.labels, goroutine.stack.map { name(of: $0) })
    {
      filteredCount = saturatingSum(filteredCount, Int(clamping: goroutine.count.magnitude))
      return nil
    }
    let root = filter?.rootLabel.map { key in
      goroutine.labels.first { $0.key == key }?.value ?? ""
    }
    let row = group(goroutine.state, goroutine.stack, root, goroutine.count)
    groups[row].add(goroutine, snapshot: snapshot, process: snapshots[snapshot].process)
    snapshots[snapshot].total = saturatingSum(snapshots[snapshot].total, goroutine.count)
    snapshots[snapshot].trace(goroutine, group: row)
    return row
  }

  /// The row of a group.
  private mutating func group(
    _ state: GoroutineState, _ stack: [LocationID], _ root: String?, _ count: Int
  ) -> Int {
    var key = GroupKey(state: state, stack: stack, root: root)
    if rows.count >= Self.groupLimit, rows[key] == nil {
      stacksLost = saturatingSum(stacksLost, count)
      key.stack = []
    }
    if let row = rows[key] { return row }
    rows[key] = groups.count
    groups.append(GoroutineGroup(state: key.state, stack: key.stack, root: root))
    return groups.count - 1
  }

  /// Adds the trace of one goroutine alone.
  mutating func addEvent(
    _ goroutine: Goroutine, _ reason: CrashReason?, number: Int, seconds: Double?, process: String,
    name: String, isCut: Bool
  ) {
    let stack = shortened(goroutine.stack)
    if let filter, !filter.accepts(goroutine.labels, stack.map { self.name(of: $0) }) {
      filteredCount += 1
      return
    }
    let process = self.process(named: process)
    let pattern = reason?.pattern ?? ""
    let index =
      eventRows[EventKey(pattern: pattern, stack: stack)]
      ?? (events.count < Self.eventLimit ? events.count : nil)
    guard let index else {
      stacksLost = saturatingSum(stacksLost, 1)
      return
    }
    if index == events.count {
      eventRows[EventKey(pattern: pattern, stack: stack)] = index
      var whole = goroutine
      whole.stack = stack
      events.append(GoroutineEvent(whole, reason, name: name))
    }
    events[index].add(
      id: goroutine.id, number: number, seconds: reason?.seconds ?? seconds, process: process)
    events[index].isCut = isCut
  }

  /// A trace that is alone in all that was read is all there is of its program: a moment with
  /// one goroutine.
  package var settled: GoroutineSeries {
    guard snapshots.isEmpty, events.count == 1, events[0].count == 1 else { return self }
    var series = self
    let event = series.events.removeFirst()
    let snapshot = series.begin(event.name, process: series.processes[event.processes.first ?? 0])
    series.snapshots[snapshot].hasStates = true
    series.snapshots[snapshot].isCut = event.isCut
    let group = series.add(event.goroutine, to: snapshot)
    if let reason = event.reason, let group {
      series.snapshots[snapshot].death = Death(
        reason: reason, goroutine: event.goroutine.id, group: group,
        elidedFrames: event.goroutine.elidedFrames)
    }
    return series
  }

  /// Returns the row of a line of code.
  mutating func location(
    _ name: ArraySlice<UInt8>, file: ArraySlice<UInt8>, line: Int64
  ) -> LocationID {
    let location = namedLines.location(name, file: file, line: line)
    if location.index == functions.count {
      let name = self.name(of: location)
      functions.append(
        Function(isRuntime: name.hasPrefix("runtime."), word: StackKindReader.Word(name)))
    }
    return location
  }

  package func line(of location: LocationID) -> SourceLine {
    names.locations.lines[names.locations.lineRange(of: location.index).lowerBound]
  }

  package func name(of location: LocationID) -> ArraySlice<UInt8> {
    names.strings[bytesOf: names.functions.names[line(of: location).function.index]]
  }

  package func file(of location: LocationID) -> ArraySlice<UInt8> {
    names.strings[bytesOf: names.functions.files[line(of: location).function.index]]
  }

  /// What the leaf of a stack says that its goroutine waits for.
  func kind(of stack: [LocationID]) -> StackKind? {
    var reader = StackKindReader()
    for location in stack.prefix(24) {
      guard let word = functions[location.index].word else { break }
      reader.add(word)
    }
    return reader.result
  }

  /// Returns a stack without the runtime's functions at both ends, which some
  /// forms of a dump have and others have not; all of it, if there are no others.
  private func shortened(_ stack: [LocationID]) -> [LocationID] {
    func isRuntime(_ location: LocationID) -> Bool { functions[location.index].isRuntime }
    guard let first = stack.firstIndex(where: { !isRuntime($0) }) else { return stack }
    var end = stack.endIndex
    while end > first + 1, isRuntime(stack[end - 1]) { end -= 1 }
    return Array(stack[first..<end])
  }
}
