import Foundations
package import Ownership
package import ProfileModel

/// What grows in a running program, snapshot by snapshot.
///
/// Each live object is charged to the line of the user's own code that asked for it. Memory stays
/// bounded, however long the run is: for each line, the first and last values are kept, and recent
/// ones for a sparkline. Of the snapshots, every second, fourth and so on is kept for the verdicts
/// of ``trend``.
package struct Growth: Sendable {
  /// The values of one line, or of the whole program.
  package struct Series: Sendable {
    package fileprivate(set) var first: Int64 = 0
    package fileprivate(set) var last: Int64 = 0

    /// The most recent values, oldest first.
    package fileprivate(set) var recent: [Int64] = []

    package var growth: Int64 {
      let (difference, overflow) = last.subtractingReportingOverflow(first)
      return overflow ? (last < first ? .min : .max) : difference
    }
  }

  package struct Row: Sendable {
    package var function: String
    package var file: String
    package var line: Int64

    /// In the sample type's unit, bytes for a heap profile.
    package fileprivate(set) var values = Series()
    package fileprivate(set) var objects = Series()
  }

  /// The effect of a snapshot.
  package enum Event: Equatable, Sendable {
    case added
    /// Another process answers: the program has restarted. Growth is counted from here.
    case restarted
    /// It does not have the sample type, or its sum does not fit 64 bits.
    case unusable
  }

  /// The number of recent values that are kept.
  package static let recentCount = 40

  /// The number of snapshots that are kept for verdicts.
  package static let trendCount = 48

  /// The trends of the lines, from the second snapshot on.
  package private(set) var trend: Trend?

  package private(set) var sampleType = ""
  package private(set) var unit = ""
  package private(set) var snapshotCount = 0

  /// How often the program has restarted.
  package private(set) var restartCount = 0

  /// Nanoseconds since 1970.
  package private(set) var startTime: Int64 = 0
  package private(set) var lastTime: Int64 = 0

  /// The time of the snapshot before the last one.
  package private(set) var previousTime: Int64 = 0
  package private(set) var totals = Series()
  package private(set) var objectTotals = Series()
  package private(set) var countsObjects = false

  private var rows: [Place: Row] = [:]
  private var series = SnapshotSeries(sampleType: "")

  /// The marks of the snapshot before.
  private var marks: ProcessMarks?
  private let wantedType: String
  private let ownCode: OwnershipOptions
  private let givesVerdicts: Bool

  /// - Parameters:
  ///   - sampleType: what is followed; empty for live bytes, or, without those, the profile's own
  ///     default.
  ///   - ownCode: the user's options on whose code is whose.
  ///   - givesVerdicts: whether lines are judged; values that can only grow need no verdicts.
  package init(
    sampleType: String = "", ownCode: OwnershipOptions = OwnershipOptions(),
    givesVerdicts: Bool = true
  ) {
    wantedType = sampleType
    self.ownCode = ownCode
    self.givesVerdicts = givesVerdicts
  }

  /// The time from the first snapshot to the last.
  package var seconds: Double { Double(saturatingDifference(lastTime, startTime)) / 1e9 }

  /// Growth per second; 0 while no time has passed.
  package func perSecond(_ growth: Int64) -> Double {
    seconds > 0 ? Double(growth) / seconds : 0
  }

  /// Growth per second between the last two snapshots; nil while there are fewer than two.
  package var recentPerSecond: Double? {
    let values = totals.recent.suffix(2)
    let time = saturatingDifference(lastTime, previousTime)
    guard snapshotCount > 1, let before = values.first, let last = values.last, time > 0 else {
      return nil
    }
    return Double(saturatingDifference(last, before)) / (Double(time) / 1e9)
  }

  /// The growth of the total as a fraction of the first total; nil when that was 0.
  package var relativeGrowth: Double? {
    totals.first > 0 ? Double(totals.growth) / Double(totals.first) : nil
  }

  /// The verdict on a line, found by its place.
  package func verdict(of row: Row) -> TrendVerdict? {
    trend?.rows.first {
      $0.line == row.line && $0.function == row.function && $0.file == row.file
    }?.verdict
  }

  /// The lines whose values changed, largest growth first.
  package var changedRows: [Row] {
    allRows.filter { $0.values.growth != 0 || $0.objects.growth != 0 }
  }

  /// All lines, largest growth first.
  package var allRows: [Row] {
    rows.values.sorted {
      ($1.values.growth, $0.function, $0.file, $0.line)
        < ($0.values.growth, $1.function, $1.file, $1.line)
    }
  }

  /// Adds a snapshot.
  ///
  /// - Parameter now: the time when it was fetched, in nanoseconds since 1970, for profiles without
  ///   a time of their own.
  package mutating func add(_ profile: Profile, now: Int64) -> Event {
    guard let column = column(of: profile), let total = profile.magnitude(ofColumn: column) else {
      return .unusable
    }
    // Objects are counted only with the bytes of the same type.
    let name = profile.sampleTypeName(column)
    let objects =
      name.hasSuffix("_space")
      ? profile.column(named: name.dropLast("space".count) + "objects") : nil
    if let objects, profile.magnitude(ofColumn: objects) == nil { return .unusable }
    let ownership = Ownership(profile, ownCode)
    let newMarks = ProcessMarks(profile, ownership)
    let kinship = marks.map { Kinship($0, newMarks) }
    marks = newMarks
    let isRestart = snapshotCount > 0 && kinship?.isOneProcess == false
    if isRestart { restartCount += 1 }
    if snapshotCount == 0 || isRestart {
      rows = [:]
      (totals, objectTotals) = (Series(), Series())
      snapshotCount = 0
    }
    sampleType = name
    unit = profile.strings[profile.sampleTypes[column].unit]
    countsObjects = objects != nil
    let taken = profile.figuresNanoseconds
    let time = taken > lastTime ? taken : max(now, lastTime)
    if snapshotCount == 0 { startTime = time }
    previousTime = lastTime
    lastTime = time
    totals.add(total, isFirst: snapshotCount == 0, padding: snapshotCount)
    let objectTotal = objects.flatMap { profile.magnitude(ofColumn: $0) } ?? 0
    objectTotals.add(objectTotal, isFirst: snapshotCount == 0, padding: snapshotCount)
    addRows(profile, column, objects, ownership)
    snapshotCount += 1
    if givesVerdicts { judge(profile, time: time, ownership, isRestart ? nil : kinship) }
    return isRestart ? .restarted : .added
  }

  private mutating func judge(
    _ profile: Profile, time: Int64, _ ownership: Ownership, _ kinship: Kinship?
  ) {
    if snapshotCount == 1 { series = SnapshotSeries(sampleType: sampleType) }
    if series.count >= Self.trendCount { series.thin() }
    if series.add(profile, time: time, ownership: ownership, kinship: kinship) == .added {
      trend = series.count > 1 ? Trend(series, hasTimes: true) : nil
    }
  }

  private func column(of profile: Profile) -> Int? {
    if !wantedType.isEmpty { return profile.column(named: wantedType) }
    return profile.column(named: "inuse_space") ?? profile.defaultColumn
  }

  private mutating func addRows(
    _ profile: Profile, _ column: Int, _ objects: Int?, _ ownership: Ownership
  ) {
    var sums: [Place: (value: Int64, objects: Int64)] = [:]
    let blamer = Blamer(profile.locations, ownership.blame)
    let values = profile.samples.values[column]
    let counts = objects.map { profile.samples.values[$0] }
    for sample in 0..<profile.samples.count {
      let (value, count) = (values[sample], counts?[sample] ?? 0)
      if value == 0, count == 0 { continue }
      let frames = profile.samples.frames[profile.samples.frameRange(of: sample)]
      guard let blamed = blamer.place(in: frames) else { continue }
      let line = profile.locations.lines[blamed.line]
      let function = line.function.index
      let place = Place(
        function: profile.strings[profile.functions.names[function]],
        file: profile.strings[profile.functions.files[function]], line: line.line)
      // The sums of all magnitudes fit, so these do.
      sums[place, default: (0, 0)].value &+= value
      sums[place, default: (0, 0)].objects &+= count
    }
    let isFirst = snapshotCount == 0
    for place in Set(rows.keys).union(sums.keys) {
      let sum = sums[place] ?? (0, 0)
      var row =
        rows[place] ?? Row(function: place.function, file: place.file, line: place.line)
      row.values.add(sum.value, isFirst: isFirst, padding: snapshotCount)
      row.objects.add(sum.objects, isFirst: isFirst, padding: snapshotCount)
      rows[place] = row
    }
  }

  private struct Place: Hashable {
    var function: String
    var file: String
    var line: Int64
  }
}

extension Growth.Series {
  /// - Parameter padding: the number of earlier snapshots; a new line had nothing in them.
  fileprivate mutating func add(_ value: Int64, isFirst: Bool, padding: Int) {
    if isFirst { first = value }
    last = value
    if recent.isEmpty {
      recent = [Int64](repeating: 0, count: min(padding, Growth.recentCount - 1))
    }
    recent.append(value)
    if recent.count > Growth.recentCount { recent.removeFirst() }
  }
}
