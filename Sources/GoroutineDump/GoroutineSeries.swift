import Foundations
package import ProfileModel

/// The goroutines of one or several moments of a program, in groups.
package struct GoroutineSeries: Sendable {
  /// One moment.
  package struct Snapshot: Sendable {
    /// As messages name its file.
    package var name: String
    package var total = 0

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

    /// What a repetition of means that another dump has begun.
    var ids: Set<UInt64> = []
  }

  /// What the lines of the dumps were.
  package struct LineCounts: Sendable, Equatable {
    package var all = 0
    package var skipped = 0
  }

  /// Strings, functions and locations, one a line of code. It has no samples.
  package var names: Profile { namedLines.profile }

  private var namedLines = NamedLines()
  package private(set) var groups: [GoroutineGroup] = []
  package internal(set) var snapshots: [Snapshot] = []
  package internal(set) var lines = LineCounts()

  /// Goroutines whose stacks were not kept, since there were too many different ones.
  package private(set) var stacksLost = 0

  private var rows: [GroupKey: Int] = [:]

  private struct GroupKey: Hashable {
    var state: GoroutineState
    var stack: [LocationID]
  }

  /// So many different stacks are no program's.
  private static let groupLimit = 1 << 18

  package init() {}

  /// Begins another moment, whose goroutines follow.
  package mutating func begin(_ name: String, timeNanoseconds: Int64? = nil) {
    if !snapshots.isEmpty { snapshots[snapshots.count - 1].ids = [] }
    snapshots.append(Snapshot(name: name, timeNanoseconds: timeNanoseconds))
  }

  /// Takes back a moment that had no goroutines.
  package mutating func dropEmptySnapshot() {
    if snapshots.last?.total == 0 { snapshots.removeLast() }
  }

  mutating func add(_ goroutine: Goroutine) {
    if snapshots.isEmpty { begin("") }
    var goroutine = goroutine
    goroutine.stack = shortened(goroutine.stack)
    var key = GroupKey(state: goroutine.state, stack: goroutine.stack)
    if rows[key] == nil, rows.count >= Self.groupLimit {
      stacksLost = saturatingSum(stacksLost, goroutine.count)
      key.stack = []
    }
    let row = rows[key] ?? groups.count
    if row == groups.count {
      rows[key] = row
      groups.append(GoroutineGroup(state: key.state, stack: key.stack))
    }
    let last = snapshots.count - 1
    groups[row].add(goroutine, snapshot: last)
    snapshots[last].total = saturatingSum(snapshots[last].total, goroutine.count)
  }

  /// Notes the number of a goroutine; returns false when this moment has it already.
  mutating func isNew(_ id: UInt64) -> Bool {
    snapshots[snapshots.count - 1].ids.insert(id).inserted
  }

  /// Returns the row of a line of code.
  mutating func location(
    _ name: some Collection<UInt8>, file: some Collection<UInt8>, line: Int64
  ) -> LocationID {
    namedLines.location(name, file: file, line: line)
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
    for location in stack.prefix(24) where !reader.add(name(of: location)) { break }
    return reader.result
  }

  /// Returns a stack without the runtime's functions at both ends, which some
  /// forms of a dump have and others have not; all of it, if there are no others.
  private func shortened(_ stack: [LocationID]) -> [LocationID] {
    func isRuntime(_ location: LocationID) -> Bool {
      name(of: location).starts(with: "runtime.".utf8)
    }
    guard let first = stack.firstIndex(where: { !isRuntime($0) }) else { return stack }
    var end = stack.endIndex
    while end > first + 1, isRuntime(stack[end - 1]) { end -= 1 }
    return Array(stack[first..<end])
  }
}
