import Foundations
package import LogText
package import ProfileModel

/// The goroutines of a program at one or more moments, in groups.
package struct GoroutineSeries: Sendable {
  /// One moment.
  package struct Snapshot: Sendable {
    /// The name of its file in messages.
    package var name: String

    /// The row of its process.
    package var process = 0
    package var total = 0

    /// The number of threads' own stacks (`g0`), which are not goroutines.
    package internal(set) var threadCount = 0

    /// The reason of the dump, with the goroutine that it is about.
    package internal(set) var death: Death?

    /// The dump gives the state of each goroutine; otherwise it is derived from the stack.
    package var hasStates = false

    /// The input ends within the last goroutine.
    package var isCut = false

    /// It has the changes over some time, with negative counts for decreases, instead of the
    /// goroutines at a moment.
    package internal(set) var isDifference = false

    /// The duration of the profile in nanoseconds; 0 for a moment, or when unknown.
    package internal(set) var durationNanoseconds: Int64 = 0

    /// Nanoseconds since 1970; nil when unknown.
    package var timeNanoseconds: Int64?

    /// Its goroutines with addresses: those that they wait for, or those among their arguments.
    var traced: [TracedGoroutine] = []
  }

  /// What a program died of, or the signal that asked it for the dump.
  package struct Death: Sendable {
    package var reason: CrashReason
    package var goroutine: UInt64
    package var group: Int
    package var elidedFrames: UInt64?
  }

  /// Counts of the dumps' lines.
  package struct LineCounts: Sendable, Equatable {
    package var all = 0
    package var skipped = 0
    package var tally = LineTally()
  }

  /// Strings, functions and locations, one per line of code. It has no samples.
  package var names: Profile { namedLines.profile }

  private var namedLines = NamedLines()
  package private(set) var groups: [GoroutineGroup] = []
  package internal(set) var snapshots: [Snapshot] = []
  package internal(set) var lines = LineCounts()

  /// The programs of the dumps, as the logs name them.
  package private(set) var processes: [String] = []

  /// Traces of single goroutines, as servers log them for a panic.
  package internal(set) var events: [GoroutineEvent] = []

  /// The log is in reverse order.
  package internal(set) var isNewestFirst = false

  /// The goroutines that count; nil for all.
  package var filter: GoroutineFilter?

  /// The number of goroutines that the filter excluded.
  package private(set) var filteredCount = 0

  /// Goroutines whose stacks were not kept because there were too many different ones.
  package private(set) var stacksLost = 0

  /// Facts about the function of a location, derived from its name once.
  private struct Function: Sendable {
    var isRuntime: Bool
    var word: StackKindReader.Word?
  }

  /// One entry per location.
  private var functions: [Function] = []
  private var rows: [GroupKey: Int] = [:]
  private var eventRows: [EventKey: Int] = [:]

  private struct EventKey: Hashable {
    var pattern: String
    var stack: [LocationID]
  }

  /// No real program has more different ones.
  private static let eventLimit = 1 << 14

  private struct GroupKey: Hashable {
    var state: GoroutineState
    var stack: [LocationID]
    var root: String?
  }

  /// No real program has more different stacks.
  private static let groupLimit = 1 << 18

  package init() {}

  /// Begins another moment; its goroutines follow.
  ///
  /// - Returns: its row.
  @discardableResult
  package mutating func begin(
    _ name: String, timeNanoseconds: Int64? = nil, process: String = ""
  ) -> Int {
    let row = self.process(named: process)
    // Addresses are kept only for the last moment of each process.
    for index in snapshots.indices where snapshots[index].process == row {
      if !snapshots[index].traced.isEmpty { snapshots[index].traced = [] }
    }
    snapshots.append(Snapshot(name: name, process: row, timeNanoseconds: timeNanoseconds))
    return snapshots.count - 1
  }

  /// The goroutines of further processes are combined.
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

  /// The snapshots of each moment: one of every process. A process with fewer snapshots than others
  /// is aligned with them at the end.
  package var moments: [[Int]] {
    let rows = Dictionary(grouping: snapshots.indices, by: { snapshots[$0].process })
      .sorted { $0.key < $1.key }.map(\.value)
    let count = rows.map(\.count).max() ?? 0
    return (0..<count).map { moment in
      rows.map { $0[max(0, $0.count - count + moment)] }
    }
  }

  /// The number of a group's goroutines in the snapshots of a moment.
  package func count(of group: GoroutineGroup, in moment: [Int]) -> Int {
    moment.reduce(0) { saturatingSum($0, group.count(in: $1)) }
  }

  /// Removes a moment without goroutines.
  package mutating func dropEmptySnapshot() {
    if snapshots.last?.total == 0 { snapshots.removeLast() }
  }

  /// Adds a goroutine to a moment.
  ///
  /// - Returns: the row of its group; nil when the filter excludes it.
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

  /// Adds the trace of a single goroutine.
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

  /// The series for a report: a trace that is alone in the whole input is everything that is known
  /// of its program, and becomes a moment with one goroutine.
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

  /// What the goroutine waits for, judging by the leaf of its stack.
  func kind(of stack: [LocationID]) -> StackKind? {
    var reader = StackKindReader()
    for location in stack.prefix(24) {
      guard let word = functions[location.index].word else { break }
      reader.add(word)
    }
    return reader.result
  }

  /// Returns a stack without the runtime's functions at both ends, which some formats have and
  /// others do not; the whole stack if it has no other functions.
  private func shortened(_ stack: [LocationID]) -> [LocationID] {
    func isRuntime(_ location: LocationID) -> Bool { functions[location.index].isRuntime }
    guard let first = stack.firstIndex(where: { !isRuntime($0) }) else { return stack }
    var end = stack.endIndex
    while end > first + 1, isRuntime(stack[end - 1]) { end -= 1 }
    return Array(stack[first..<end])
  }
}
