import Foundations
package import Ownership
package import ProfileModel

/// Several profiles of the same kind, stack by stack.
///
/// Snapshots are added in the order of time. Besides the values, the series keeps for each stack
/// and block size how many of its sampled objects were live and how many had been allocated, if
/// Go's sampling is known: within one process, an object that stays live stays sampled
/// (docs/statistics.md).
package struct SnapshotSeries: Sendable {
  /// The effect of a snapshot.
  package enum Addition: Equatable, Sendable {
    case added
    /// It does not have the sample type, or its sum does not fit 64 bits.
    case unusable
  }

  /// A function and line as the profiles name them, in rows of ``texts``.
  struct Line: Hashable {
    var function: Int32
    var file: Int32
    var line: Int64
  }

  /// Leaf first, as rows of ``lines``.
  struct Stack {
    var lines: [Int32]

    /// The line to blame, as an index of `lines`; nil when none is the user's own.
    var blame: Int?
  }

  /// The sampled objects of one stack and block size, with one count per snapshot.
  struct SizeClass {
    var stack: Int
    var size: Int64
    var live: [Double]
    var allocated: [Double]
  }

  package let sampleType: String
  package private(set) var unit = ""
  package private(set) var modulePath = ""

  /// Nanoseconds since 1970, or counted from 0 when the profiles have no times.
  package private(set) var times: [Int64] = []

  /// A number for each snapshot; snapshots of one process have the same.
  package private(set) var processes: [Int] = []

  /// All snapshots come from one process; nil when unknown.
  package private(set) var isOneProcess: Bool?

  /// Some are known to be of different builds.
  package private(set) var hasSeveralBuilds = false

  /// What the values describe; nil without snapshots.
  package private(set) var kind: SampleKind?

  /// What the values measure.
  package private(set) var measure = Measure.amount

  /// The signed sum of each snapshot; for objects, empty when a snapshot does not count them.
  package private(set) var totals: [Int64] = []
  package private(set) var objectTotals: [Int64] = []

  /// Every snapshot counts what was allocated, too.
  package private(set) var countsAllocated = true

  /// Bytes between two samples; nil when the sampling of a snapshot is unknown, or differs between
  /// snapshots.
  package private(set) var period: Int64?

  /// Functions and files, each stored once: a long name may belong to many lines.
  private(set) var texts: [String] = []
  private(set) var lines: [Line] = []
  private(set) var stacks: [Stack] = []
  private(set) var classes: [SizeClass] = []

  /// The lines that were elsewhere in the first build.
  private(set) var matching = LineMatching()

  /// By stack, then by snapshot.
  private(set) var values: [[Int64]] = []
  private(set) var objects: [[Int64]] = []
  private(set) var allocated: [[Int64]] = []

  private var lineRows: [Line: Int32] = [:]
  private var textRows: [String: Int32] = [:]
  private var stackIndex = RowIndex()
  private var classRows: [ClassKey: Int] = [:]

  private struct ClassKey: Hashable {
    var stack: Int
    var size: Int64
  }

  /// - Parameter sampleType: the sample type to follow, such as `inuse_space`.
  package init(sampleType: String) { self.sampleType = sampleType }

  /// - Parameters:
  ///   - sequence: the profiles, oldest first.
  ///   - times: when each was taken, in nanoseconds.
  /// - Returns: nil when a profile lacks the sample type, or its sum does not fit 64 bits.
  package init?(_ sequence: ProfileSequence, times: [Int64], sampleType: String) {
    self.init(sampleType: sampleType)
    for (entry, time) in zip(sequence.entries, times) {
      let addition = add(
        entry.profile, time: time, ownership: entry.ownership, kinship: entry.kinship)
      guard addition == .added else { return nil }
    }
    matching = sequence.matching
  }

  package var count: Int { times.count }

  /// Growth may be a leak: the values are what one process holds.
  var mayLeak: Bool { isOneProcess != false && kind == .present }

  /// - Parameters:
  ///   - time: when it was taken, in nanoseconds.
  ///   - ownership: whose code is whose in the profile.
  ///   - kinship: the relation to the snapshot before; nil for the first.
  package mutating func add(
    _ profile: Profile, time: Int64, ownership: Ownership, kinship: Kinship?
  ) -> Addition {
    guard let column = profile.column(named: sampleType),
      profile.magnitude(ofColumn: column) != nil
    else { return .unusable }
    let objectColumn =
      sampleType.hasSuffix("_space")
      ? profile.column(named: sampleType.dropLast("space".count) + "objects") : nil
    let allocatedColumn = sampleType == "inuse_space" ? profile.column(named: "alloc_space") : nil
    for other in [objectColumn, allocatedColumn].compactMap({ $0 })
    where profile.magnitude(ofColumn: other) == nil { return .unusable }

    let snapshot = count
    if !ownership.modulePath.isEmpty { modulePath = ownership.modulePath }
    unit = profile.strings[profile.sampleTypes[column].unit]
    times.append(time)
    totals.append(profile.signedSum(ofColumn: column).net)
    if let objectColumn, objectTotals.count == snapshot {
      objectTotals.append(profile.signedSum(ofColumn: objectColumn).net)
    } else {
      objectTotals = []
    }
    if allocatedColumn == nil { countsAllocated = false }
    let kind = profile.sampleKind(column)
    self.kind = self.kind == .stretch ? .stretch : kind
    measure = profile.measure(ofColumn: column)
    let sampling = HeapSampling(profile).flatMap {
      $0.emptySum(ofColumn: column) == nil ? nil : $0
    }
    if snapshot == 0 {
      period = sampling?.period
    } else if period != sampling?.period {
      period = nil
    }

    let samples = profile.samples
    let allocations = profile.column(named: "alloc_space") ?? column
    var reader = SnapshotReader(profile, ownership)
    var isRead = true
    for sample in 0..<samples.count where !samples.hasOnlyZeros(sample) {
      let stack = row(ofSample: sample, &reader)
      values[stack][snapshot] &+= samples.values[column][sample]
      if let objectColumn { objects[stack][snapshot] &+= samples.values[objectColumn][sample] }
      if let allocatedColumn {
        allocated[stack][snapshot] &+= samples.values[allocatedColumn][sample]
      }
      guard let sampling, period != nil else { continue }
      guard
        let live = sampling.sampledObjects(ofSample: sample, column: column, in: profile),
        let made = sampling.sampledObjects(ofSample: sample, column: allocations, in: profile)
      else {
        isRead = false
        continue
      }
      let row = classRow(of: stack, size: live.size)
      classes[row].live[snapshot] += live.count
      classes[row].allocated[snapshot] += made.count
    }
    if !isRead { period = nil }
    pad()
    if kinship?.isOneBuild == false { hasSeveralBuilds = true }
    let isNew = snapshot > 0 && kinship?.isOneProcess == false
    processes.append((processes.last ?? 0) + (isNew ? 1 : 0))
    if snapshot == 1 {
      isOneProcess = kinship?.isOneProcess
    } else if snapshot > 1, isOneProcess != false {
      isOneProcess = isNew ? false : kinship?.isOneProcess == nil ? nil : isOneProcess
    }
    return .added
  }

  /// Drops every second snapshot except the first and the last, to bound memory.
  package mutating func thin() {
    let kept = times.indices.filter { $0 % 2 == 0 || $0 == count - 1 }
    func thinned<Value>(_ list: [Value]) -> [Value] {
      list.isEmpty ? list : kept.map { list[$0] }
    }
    for row in classes.indices {
      classes[row].live = thinned(classes[row].live)
      classes[row].allocated = thinned(classes[row].allocated)
    }
    values = values.map(thinned)
    objects = objects.map(thinned)
    allocated = allocated.map(thinned)
    (times, totals, processes) = (thinned(times), thinned(totals), thinned(processes))
    objectTotals = thinned(objectTotals)
    pad()
  }

  // MARK: Rows

  /// Makes room for the next snapshot in every column.
  private mutating func pad() {
    func padded<Value: ExpressibleByIntegerLiteral>(_ list: inout [Value]) {
      while list.count <= times.count { list.append(0) }
    }
    for row in values.indices {
      padded(&values[row])
      padded(&objects[row])
      padded(&allocated[row])
    }
    for row in classes.indices {
      padded(&classes[row].live)
      padded(&classes[row].allocated)
    }
  }

  private mutating func row(ofSample sample: Int, _ reader: inout SnapshotReader) -> Int {
    reader.read(sample, into: &self)
    var hash = UInt64(reader.stack.count)
    for line in reader.stack {
      hash = mixed(hash ^ UInt64(truncatingIfNeeded: line), seed: stackIndex.seed)
    }
    let row = stackIndex.row(UInt32(truncatingIfNeeded: hash)) { stacks[$0].lines == reader.stack }
    if row < stacks.count { return row }
    stacks.append(Stack(lines: reader.stack, blame: reader.blame(ofSample: sample)))
    values.append([Int64](repeating: 0, count: count + 1))
    objects.append([Int64](repeating: 0, count: count + 1))
    allocated.append([Int64](repeating: 0, count: count + 1))
    return row
  }

  fileprivate mutating func textRow(of text: String) -> Int32 {
    if let known = textRows[text] { return known }
    let row = Int32(texts.count)
    texts.append(text)
    textRows[text] = row
    return row
  }

  fileprivate mutating func lineRow(of line: Line) -> Int32 {
    if let known = lineRows[line] { return known }
    let row = Int32(lines.count)
    lines.append(line)
    lineRows[line] = row
    return row
  }

  private mutating func classRow(of stack: Int, size: Int64) -> Int {
    let key = ClassKey(stack: stack, size: size)
    if let known = classRows[key] { return known }
    let row = classes.count
    classRows[key] = row
    let zeros = [Double](repeating: 0, count: count + 1)
    classes.append(SizeClass(stack: stack, size: size, live: zeros, allocated: zeros))
    return row
  }
}

/// Reads the stacks of one profile as rows of its own line table.
private struct SnapshotReader {
  private let profile: Profile
  private let blamer: Blamer
  private let frames: [LocationID]
  private let ends: [Int]

  /// The last stack that was read, leaf first, as rows of the series' lines.
  private(set) var stack: [Int32] = []

  /// By line of the profile: its row in the series; -1 when unknown.
  private var globals: [Int32]

  /// By text of the profile: its row in the series.
  private var texts: [StringID: Int32] = [:]

  init(_ profile: Profile, _ ownership: Ownership) {
    self.profile = profile
    frames = profile.samples.frames
    ends = profile.samples.frameEnds
    blamer = Blamer(profile.locations, ownership.blame)
    globals = [Int32](repeating: -1, count: profile.locations.lines.count)
  }

  /// Reads the stack of a sample.
  mutating func read(_ sample: Int, into series: inout SnapshotSeries) {
    stack.removeAll(keepingCapacity: true)
    for frame in frames[range(of: sample)] {
      for line in profile.locations.lineRange(of: frame.index) {
        stack.append(global(Int32(line), in: &series))
      }
    }
  }

  private func range(of sample: Int) -> Range<Int> {
    (sample == 0 ? 0 : ends[sample - 1])..<ends[sample]
  }

  private mutating func global(_ local: Int32, in series: inout SnapshotSeries) -> Int32 {
    let known = globals[Int(local)]
    if known >= 0 { return known }
    let line = profile.locations.lines[Int(local)]
    let row = series.lineRow(
      of: SnapshotSeries.Line(
        function: text(profile.functions.names[line.function.index], in: &series),
        file: text(profile.functions.files[line.function.index], in: &series), line: line.line))
    globals[Int(local)] = row
    return row
  }

  private mutating func text(_ id: StringID, in series: inout SnapshotSeries) -> Int32 {
    if let known = texts[id] { return known }
    let row = series.textRow(of: profile.strings[id])
    texts[id] = row
    return row
  }

  /// The line of the stack to blame, counted from the leaf.
  func blame(ofSample sample: Int) -> Int? {
    blamer.place(in: frames[range(of: sample)])?.depth
  }
}
