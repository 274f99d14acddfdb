import Foundations
package import Ownership
package import ProfileModel

/// Splits a memory profile by benchmark and line; the profile comes from the same run as the
/// benchmark text.
package struct BenchmarkSplit: Sendable {
  /// A line of own code, with everything that it calls.
  package struct Line: Sendable {
    package var function: String
    package var file: String
    package var line: Int64
    package fileprivate(set) var objects: Int64 = 0
    package fileprivate(set) var bytes: Int64 = 0

    /// What the samples say of the objects; nil when the sampling is unknown.
    package fileprivate(set) var objectSum: SampledSum?
    package fileprivate(set) var byteSum: SampledSum?

    /// The kind of finding that the line is to blame for.
    package fileprivate(set) var kind: HotspotKind?
    package fileprivate(set) var advice: String?

    var place: Place { Place(function: function, file: file, line: line) }
  }

  struct Place: Hashable {
    var function: String
    var file: String
    var line: Int64
  }

  /// A benchmark's function and where its allocations belong.
  package struct Group: Sendable {
    package var function: String
    package var package: String

    /// Its lines in the text. `-count`, `-cpu` and sub-benchmarks give several, which stacks do not
    /// tell apart.
    package var runs: [BenchmarkRun]

    /// Allocations in the measured loop, outside of it, and those of which neither is known.
    package fileprivate(set) var loop: [Line] = []
    package fileprivate(set) var setUp: [Line] = []
    package fileprivate(set) var untold: [Line] = []

    /// Objects of the first round, which Go runs once to see how long it takes and does not print;
    /// 0 when there is no other round.
    package fileprivate(set) var firstRoundObjects: Int64 = 0

    /// How often the loop ran, including the rounds whose figures Go does not print.
    package fileprivate(set) var iterations = 0.0

    /// The number of iterations comes from the text; it was not computed from the bytes.
    package fileprivate(set) var iterationsAreKnown = false

    /// All lines that count as the loop's unless something says otherwise.
    var measured: [Line] { loop + untold }

    package var names: [String] {
      var seen: Set<String> = []
      return runs.map(\.name).filter { seen.insert($0).inserted }
    }

    /// What Go printed, as a mean over all iterations; nil when a run lacks the unit.
    package func printed(_ unit: String) -> Double? {
      var (sum, count) = (0.0, 0.0)
      for run in runs {
        guard let value = run.values[unit] else { return nil }
        sum += value * Double(run.iterations)
        count += Double(run.iterations)
      }
      return count == 0 ? nil : sum / count
    }

    var printedIterations: Double { runs.reduce(0) { $0 + Double($1.iterations) } }

    package func perOperation(_ count: Int64) -> Double {
      iterations == 0 ? 0 : Double(count) / iterations
    }

    /// The objects of all lines of the loop, per iteration.
    package var loopObjects: Double {
      perOperation(loop.reduce(0) { saturatingSum($0, $1.objects) })
    }
    package var loopBytes: Double { perOperation(loop.reduce(0) { saturatingSum($0, $1.bytes) }) }

    /// The 95 % interval of all objects of the loop per iteration; nil when the sampling is
    /// unknown.
    package var objectInterval: SamplingInterval? {
      var sum: SampledSum?
      for line in loop {
        guard let next = line.objectSum else { return nil }
        sum = sum.map { $0 + next } ?? next
      }
      guard let interval = sum?.interval, iterations > 0 else { return nil }
      return SamplingInterval(low: interval.low / iterations, high: interval.high / iterations)
    }
  }

  /// In the order of the text, without groups that neither allocate nor print anything.
  package private(set) var groups: [Group] = []

  /// Objects and bytes on stacks of no benchmark in the text: goroutines that a benchmark started,
  /// the testing package, and what the program does before.
  package private(set) var elsewhere = (objects: Int64(0), bytes: Int64(0))

  /// Bytes between two samples; 1 when every object is counted, nil when unknown.
  package private(set) var period: Int64?

  /// Files whose source would separate set-up from the loop.
  package private(set) var unreadFiles: [String] = []
  package private(set) var sourceNotes: [String] = []

  /// - Returns: nil for a profile that does not count allocations.
  package init?(
    _ runs: [BenchmarkRun], _ profile: Profile, _ ownership: Ownership, source: SourceLookup?,
    rules: [HotspotRule]
  ) {
    guard let objects = profile.column(named: "alloc_objects"),
      let bytes = profile.column(named: "alloc_space"),
      profile.magnitude(ofColumn: bytes) != nil
    else { return nil }
    let sampling = HeapSampling(profile)
    period = sampling?.period
    var order: [GroupKey] = []
    var byKey: [GroupKey: Group] = [:]
    for run in runs {
      let key = GroupKey(package: run.package, function: run.function)
      if byKey[key] == nil {
        order.append(key)
        byKey[key] = Group(function: run.function, package: run.package, runs: [])
      }
      byKey[key]?.runs.append(run)
    }
    let stacks = BenchmarkStacks(profile, known: Set(order))
    var collected: [GroupKey: [Collected]] = [:]
    let samples = profile.samples
    let blamer = Blamer(profile.locations, ownership.blame)
    var texts = SharedTexts(profile.strings)
    for sample in 0..<samples.count
    where samples.values[objects][sample] != 0 || samples.values[bytes][sample] != 0 {
      let count = samples.values[objects][sample]
      let size = samples.values[bytes][sample]
      let frames = samples.frames[samples.frameRange(of: sample)]
      guard let found = stacks.benchmark(of: frames), let place = blamer.place(in: frames) else {
        elsewhere.objects = saturatingSum(elsewhere.objects, count)
        elsewhere.bytes = saturatingSum(elsewhere.bytes, size)
        continue
      }
      let line = profile.locations.lines[place.line]
      let function = profile.functions.names[line.function.index]
      collected[found.key, default: []].append(
        Collected(
          sample: sample, round: found.round, frames: found.lines,
          place: Place(
            function: texts[function], file: texts[profile.functions.files[line.function.index]],
            line: line.line)))
    }
    let sources = source.map { SourceFiles(profile, isOwn: ownership.blame.isOwn, lookup: $0) }
    var loops: [String: BenchmarkLoops?] = [:]
    func loop(of file: String) -> BenchmarkLoops? {
      if let known = loops[file] { return known }
      let found = sources?.lines(of: file).map { BenchmarkLoops($0) }
      loops[file] = .some(found)
      return found
    }
    // With -benchtime=1000x every benchmark runs the same number of times.
    let isFixed = runs.count > 1 && Set(runs.map(\.iterations)).count == 1
    let kinds = Self.kinds(profile, column: bytes, ownership, rules: rules)
    for key in order {
      guard var group = byKey[key] else { continue }
      let all = collected[key] ?? []
      // Without further rounds the first one is the only one, as with b.Loop.
      let hasRounds = all.contains { $0.round == .measured }
      let measured = all.filter { $0.round != .first || !hasRounds }
      for one in all where hasRounds && one.round == .first {
        group.firstRoundObjects = saturatingSum(
          group.firstRoundObjects, samples.values[objects][one.sample])
      }
      // When only one line of the benchmark allocates, that line is in the loop.
      let isSingle = Set(measured.compactMap(\.frames.last?.line)).count == 1
      var lines: [Part: [Place: Line]] = [:]
      for one in measured {
        var part = Part.untold
        let answers = one.frames.map { frame in
          loop(of: frame.file)?.isInLoop(frame.line, of: key.function)
        }
        if answers.contains(true) {
          part = .loop
        } else if answers.contains(false) {
          part = .setUp
        } else if isSingle {
          part = .loop
        } else if let file = one.frames.last?.file, !unreadFiles.contains(file) {
          unreadFiles.append(file)
        }
        var line =
          lines[part, default: [:]][one.place]
          ?? Line(
            function: one.place.function, file: one.place.file, line: one.place.line,
            objectSum: sampling?.emptySum(ofColumn: objects),
            byteSum: sampling?.emptySum(ofColumn: bytes), kind: kinds[one.place]?.kind,
            advice: kinds[one.place]?.advice)
        line.objects = saturatingSum(line.objects, samples.values[objects][one.sample])
        line.bytes = saturatingSum(line.bytes, samples.values[bytes][one.sample])
        if var sum = line.objectSum,
          sampling?.add(sample: one.sample, ofColumn: objects, in: profile, to: &sum) == true
        {
          line.objectSum = sum
        } else {
          line.objectSum = nil
        }
        if var sum = line.byteSum,
          sampling?.add(sample: one.sample, ofColumn: bytes, in: profile, to: &sum) == true
        {
          line.byteSum = sum
        } else {
          line.byteSum = nil
        }
        lines[part, default: [:]][one.place] = line
      }
      func sorted(_ part: Part) -> [Line] {
        (lines[part] ?? [:]).values.sorted {
          ($1.objects, $1.bytes, $0.file, $0.line, $0.function)
            < ($0.objects, $0.bytes, $1.file, $1.line, $1.function)
        }
      }
      (group.loop, group.setUp, group.untold) = (sorted(.loop), sorted(.setUp), sorted(.untold))
      group.findIterations(isExact: period == 1, isFixed: isFixed)
      groups.append(group)
    }
    sourceNotes = sources?.notes ?? []
  }

  private enum Part { case loop, setUp, untold }

  private struct Collected {
    var sample: Int
    var round: BenchmarkStacks.Round
    var frames: [BenchmarkStacks.Frame]
    var place: Place
  }

  private static func kinds(
    _ profile: Profile, column: Int, _ ownership: Ownership, rules: [HotspotRule]
  ) -> [Place: (kind: HotspotKind, advice: String)] {
    var options = HotspotOptions()
    options.minimumShare = 0
    var kinds: [Place: (kind: HotspotKind, advice: String)] = [:]
    let report = findHotspots(
      in: profile, column: column, ownership: ownership, options: options, rules: rules)
    for finding in report.findings {
      for line in finding.blame {
        let place = Place(function: line.function, file: line.file, line: line.line)
        if kinds[place] == nil { kinds[place] = (finding.kind, finding.advice) }
      }
    }
    return kinds
  }
}

extension BenchmarkSplit.Group {
  /// Finds how often the loop ran.
  ///
  /// With `-benchtime=100x`, and with `b.Loop`, the loop ran as often as Go prints. Otherwise Go
  /// ran earlier rounds that it does not print. The bytes show how many: Go counts them exactly,
  /// and prints them without the fraction.
  ///
  /// - Parameters:
  ///   - isExact: every object was counted.
  ///   - isFixed: all benchmarks of the text ran the same number of times.
  fileprivate mutating func findIterations(isExact: Bool, isFixed: Bool) {
    iterations = printedIterations
    iterationsAreKnown = isExact || isFixed
    let printed = printed("B/op") ?? 0
    let all = measured
    let bytes = all.reduce(0) { $0 + Double($1.bytes) }
    guard printed > 0, bytes > 0 else { return }
    var sum: SampledSum?
    for line in all {
      guard let next = line.byteSum else {
        sum = nil
        break
      }
      sum = sum.map { $0 + next } ?? next
    }
    let interval = sum?.interval ?? SamplingInterval(low: bytes, high: bytes)
    if interval.high >= printed * iterations, interval.low < (printed + 1) * iterations { return }
    iterationsAreKnown = false
    let range = max(iterations, bytes / (printed + 1))...max(iterations, bytes / printed)
    iterations = min(max(bytes / (printed + 0.5), range.lowerBound), range.upperBound)
    if !isExact { return }
    // Usually each line allocates a whole number of objects per iteration.
    var support: [Int64: Int] = [:]
    for line in all {
      for each in 1...64 where line.objects % Int64(each) == 0 {
        let count = line.objects / Int64(each)
        if range.contains(Double(count)) { support[count, default: 0] += 1 }
      }
    }
    if let best = support.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) {
      iterations = Double(best.key)
    }
  }
}
