import Foundations

/// Judges the signals of one run of a process.
struct SignalJudge {
  typealias Points = [(moment: Int, value: Double)]

  let moments: [Moment]
  let hasTimes: Bool

  init(_ moments: ArraySlice<Moment>) {
    self.moments = Array(moments)
    hasTimes = moments.allSatisfy { $0.seconds != nil }
  }

  var findings: [SignalFinding] {
    [
      goroutines, threads, liveHeap, idle, outside, collectorShare, collectionsOften, memoryLimit,
      allocationJump, filesRise, filesLimit, containerLimit,
    ]
  }

  // MARK: Figures

  func points(_ value: (Moment) -> Double?) -> Points {
    moments.enumerated().compactMap { index, moment in value(moment).map { (index, $0) } }
  }

  func points(_ series: KnownSeries) -> Points { points { $0[series] } }

  /// The increase of a counter per second, from one moment that has it to the next.
  func rates(_ series: KnownSeries) -> Points {
    let all = points(series)
    return zip(all, all.dropFirst()).compactMap { before, after in
      guard let start = moments[before.moment].seconds, let end = moments[after.moment].seconds,
        end > start, after.value >= before.value
      else { return nil }
      return (after.moment, (after.value - before.value) / (end - start))
    }
  }

  /// The processors that the program kept busy in the first half and the second.
  private var processors: (first: Double, second: Double)? {
    let rates = rates(.processorSeconds)
    guard rates.count >= 2 else { return nil }
    func mean(_ part: ArraySlice<(moment: Int, value: Double)>) -> Double {
      part.reduce(0) { $0 + $1.value } / Double(max(1, part.count))
    }
    let middle = rates.count / 2
    return (mean(rates[..<middle]), mean(rates[middle...]))
  }

  /// The moment from which on a condition holds until the end; nil when it does not hold at the
  /// end.
  func onset(_ points: Points, _ holds: (Double) -> Bool) -> Int? {
    guard let last = points.last, holds(last.value) else { return nil }
    let failing = points.lastIndex { !holds($0.value) }
    return points[failing.map { $0 + 1 } ?? 0].moment
  }

  private func tooFew(_ signal: Signal, _ have: Int, unit: SignalFinding.Unit = .count)
    -> SignalFinding
  {
    SignalFinding(
      signal, .unknown(.moments(have: have, need: Rise.leastMoments)), unit: unit)
  }

  private func missing(
    _ signal: Signal, _ series: KnownSeries..., unit: SignalFinding.Unit = .count
  ) -> SignalFinding? {
    let absent = series.filter { series in moments.allSatisfy { $0[series] == nil } }
    return absent.isEmpty ? nil : SignalFinding(signal, .unknown(.missing(absent)), unit: unit)
  }

  private func rise(
    _ signal: Signal, _ points: Points, part: Double, amount: Double,
    unit: SignalFinding.Unit = .count
  ) -> SignalFinding {
    guard points.count >= Rise.leastMoments else {
      var finding = tooFew(signal, points.count, unit: unit)
      finding.now = points.last?.value
      return finding
    }
    var finding = SignalFinding(signal, .quiet, unit: unit)
    finding.curve = points.map(\.value)
    finding.before = points.first?.value
    finding.now = points.last?.value
    if let rise = Rise(points, byPart: part, byAmount: amount) {
      finding.verdict = .fires
      finding.before = rise.before
      finding.onset = rise.onset
    }
    return finding
  }

  // MARK: Goroutines and threads

  private var goroutines: SignalFinding {
    if let gap = missing(.goroutinesRise, .goroutines) { return gap }
    let points = points(.goroutines)
    var finding = rise(.goroutinesRise, points, part: 0.2, amount: 50)
    if let processors {
      finding.contexts.append(.processors(processors.first, processors.second))
      if finding.verdict == .fires, isLoad(points, processors) {
        finding.verdict = .quiet
        finding.contexts.append(.load)
      }
    }
    let threads = self.points(.threads)
    if let first = threads.first, let last = threads.last {
      finding.contexts.append(.threads(first.value, last.value))
    }
    return finding
  }

  /// Whether processors rise at least half as much as goroutines: then there is more work.
  private func isLoad(_ points: Points, _ processors: (first: Double, second: Double)) -> Bool {
    // A program that does little has no load.
    guard processors.second >= 0.05, processors.first > 0 else { return false }
    let middle = points.count / 2
    let first = Rise.median(points[..<middle].map(\.value))
    let second = Rise.median(points[middle...].map(\.value))
    guard first > 0 else { return false }
    return processors.second / processors.first - 1 >= 0.5 * (second / first - 1)
  }

  private var threads: SignalFinding {
    missing(.threadsRise, .threads)
      ?? rise(.threadsRise, points(.threads), part: 0.2, amount: 10)
  }

  // MARK: Memory

  private var liveHeap: SignalFinding {
    if let gap = missing(.liveHeapGrows, .heapAlloc, unit: .bytes) {
      if moments.allSatisfy({ $0[.heapLive] == nil }) { return gap }
    }
    var points = points { LiveHeap($0)?.bytes ?? LiveHeap.bound($0) }
    let objects = self.points(.heapAlloc)
    let isLive = !points.isEmpty && points.count >= min(Rise.leastMoments, objects.count)
    if !isLive { points = objects }
    var finding = rise(
      .liveHeapGrows, points, part: 0.2, amount: 8 * 1024 * 1024, unit: .bytes)
    let isTold = moments.contains { $0[.heapLive] != nil }
    if isLive, !isTold {
      let percent = moments.last?[.growthPercent]
      finding.contexts.append(.estimated(percent: percent ?? 100, isAssumed: percent == nil))
    } else if !isLive {
      finding.contexts.append(.withGarbage)
    }
    guard let count = collections else { return finding }
    finding.contexts.append(.collections(count))
    let need = 3
    if finding.verdict == .fires, count < need {
      finding.verdict = .unknown(.collections(have: count, need: need))
    }
    return finding
  }

  /// The number of collections from the first moment to the last; nil when unknown.
  private var collections: Int? {
    for series in [.collections, .lastGC, .nextGC] as [KnownSeries] {
      let points = points(series)
      guard points.count > 1, let first = points.first, let last = points.last else { continue }
      if series == .collections { return Int(clamping: last.value - first.value) }
      // At least one for each change.
      return zip(points, points.dropFirst()).count { $0.value != $1.value }
    }
    return nil
  }

  /// Judges a part of the resident memory that should be small.
  private func part(
    _ signal: Signal, needs: [KnownSeries], _ value: (MemoryAccount) -> Int64?
  ) -> SignalFinding {
    let accounts = moments.map(MemoryAccount.init)
    let known: [(moment: Int, part: Double, whole: Double)] = accounts.enumerated().compactMap {
      index, account in
      guard let part = value(account), let resident = account.resident, resident > 0 else {
        return nil
      }
      return (index, Double(part), Double(resident))
    }
    guard let last = known.last else {
      let absent = needs.filter { series in moments.allSatisfy { $0[series] == nil } }
      return SignalFinding(signal, .unknown(.missing(absent)), unit: .bytes)
    }
    var finding = SignalFinding(signal, .quiet, unit: .bytes)
    finding.curve = known.map(\.part)
    finding.before = known.first?.part
    finding.now = last.part
    finding.contexts = [.whole(last.whole)]
    let shares = known.map { ($0.moment, $0.part >= 64e6 ? $0.part / $0.whole : 0) }
    if let onset = onset(shares, { $0 >= 0.3 }) {
      finding.verdict = .fires
      finding.onset = onset
    }
    return finding
  }

  private var idle: SignalFinding {
    part(.idleMemory, needs: [.residentBytes, .heapIdle, .heapReleased]) { $0.idle }
  }

  private var outside: SignalFinding {
    part(.outsideMemory, needs: [.residentBytes, .sys, .heapReleased]) { $0.unexplained }
  }

  private var memoryLimit: SignalFinding {
    limit(
      .memoryLimit, unit: .bytes, at: 0.9, needs: [.sys, .heapReleased],
      value: { MemoryAccount($0).held.map { Double($0) } }, limit: { $0[.memoryLimit] })
  }

  private var containerLimit: SignalFinding {
    limit(
      .containerLimit, unit: .bytes, at: 0.9, needs: [.containerWorkingSet],
      value: { $0[.containerWorkingSet] }, limit: { $0[.containerLimit] })
  }

  private var filesLimit: SignalFinding {
    limit(
      .filesLimit, unit: .count, at: 0.8, needs: [.openFiles], value: { $0[.openFiles] },
      limit: { $0[.mostFiles] })
  }

  /// Judges a figure that should not approach its limit.
  private func limit(
    _ signal: Signal, unit: SignalFinding.Unit, at part: Double, needs: [KnownSeries],
    value: (Moment) -> Double?, limit: (Moment) -> Double?
  ) -> SignalFinding {
    let absent = needs.filter { series in moments.allSatisfy { $0[series] == nil } }
    if !absent.isEmpty { return SignalFinding(signal, .unknown(.missing(absent)), unit: unit) }
    let points = points { moment in
      // Without a limit, the series has the largest number.
      guard let value = value(moment), let most = limit(moment), most > 0, most < 1e15 else {
        return nil
      }
      return value / most
    }
    guard let last = points.last, let most = limit(moments[last.moment]) else {
      return SignalFinding(signal, .unknown(.limit), unit: unit)
    }
    var finding = SignalFinding(signal, .quiet, unit: unit)
    finding.before = value(moments[points[0].moment])
    finding.now = value(moments[last.moment])
    finding.contexts = [.whole(most)]
    if let onset = onset(points, { $0 >= part }) {
      finding.verdict = .fires
      finding.onset = onset
    }
    return finding
  }

  private var filesRise: SignalFinding {
    missing(.filesRise, .openFiles)
      ?? rise(.filesRise, points(.openFiles), part: 0.2, amount: 20)
  }

  // MARK: The collector

  private var collectorShare: SignalFinding {
    let signal = Signal.collectorShare
    let told = points(.collectorSeconds)
    if told.isEmpty {
      guard let fraction = moments.last?[.collectorFraction] else {
        return SignalFinding(
          signal, .unknown(.missing([.collectorSeconds, .collectorFraction])), unit: .share)
      }
      // The fraction is of all processor time since the program began. An idle program uses little
      // of that, so the threshold is less than half of the usual one.
      var finding = SignalFinding(signal, fraction >= 0.1 ? .fires : .quiet, unit: .share)
      finding.now = fraction
      finding.contexts = [.sinceStart]
      return finding
    }
    func busy(_ moment: Moment) -> Double? {
      if let all = moment[.allSeconds], let idle = moment[.idleSeconds] { return all - idle }
      return moment[.processorSeconds]
    }
    func collecting(_ moment: Moment) -> Double? {
      moment[.collectorSeconds].map { $0 - (moment[.collectorIdleSeconds] ?? 0) }
    }
    let known = told.compactMap { point -> (moment: Int, gc: Double, busy: Double)? in
      guard let gc = collecting(moments[point.moment]), let all = busy(moments[point.moment])
      else { return nil }
      return (point.moment, gc, all)
    }
    guard let last = known.last else {
      return SignalFinding(signal, .unknown(.missing([.processorSeconds])), unit: .share)
    }
    let shares: Points = zip(known, known.dropFirst()).compactMap { before, after in
      let busy = after.busy - before.busy
      guard busy > 0.01, after.gc >= before.gc else { return nil }
      return (after.moment, min(1, (after.gc - before.gc) / busy))
    }
    guard !shares.isEmpty else {
      guard last.busy > 0 else {
        return SignalFinding(signal, .unknown(.moments(have: known.count, need: 2)), unit: .share)
      }
      let share = min(1, last.gc / last.busy)
      var finding = SignalFinding(signal, share >= 0.25 ? .fires : .quiet, unit: .share)
      finding.now = share
      finding.contexts = [.sinceStart]
      return finding
    }
    return limited(shares, to: 0.25, unit: .share, signal)
  }

  /// Fires when the median of the last quarter reaches a limit.
  private func limited(
    _ points: Points, to limit: Double, unit: SignalFinding.Unit, _ signal: Signal
  ) -> SignalFinding {
    let now = Rise.median(points.suffix(max(1, points.count / 4)).map(\.value))
    var finding = SignalFinding(signal, now >= limit ? .fires : .quiet, unit: unit)
    finding.curve = points.map(\.value)
    finding.before = points.first?.value
    finding.now = now
    if now >= limit { finding.onset = onset(points) { $0 >= limit } ?? points.last?.moment }
    return finding
  }

  private var collectionsOften: SignalFinding {
    let signal = Signal.collectionsOften
    if let gap = missing(signal, .collections, unit: .perSecond) { return gap }
    guard hasTimes else { return SignalFinding(signal, .unknown(.times), unit: .perSecond) }
    let rates = rates(.collections)
    guard !rates.isEmpty else {
      return SignalFinding(
        signal, .unknown(.moments(have: moments.count, need: 2)), unit: .perSecond)
    }
    return limited(rates, to: 2, unit: .perSecond, signal)
  }

  private var allocationJump: SignalFinding {
    let signal = Signal.allocationJump
    if let gap = missing(signal, .allocatedBytes, unit: .bytesPerSecond) { return gap }
    guard hasTimes else { return SignalFinding(signal, .unknown(.times), unit: .bytesPerSecond) }
    let rates = rates(.allocatedBytes)
    guard rates.count >= Rise.leastMoments else {
      // For this many rates, one more moment is needed.
      var finding = SignalFinding(
        signal, .unknown(.moments(have: moments.count, need: Rise.leastMoments + 1)),
        unit: .bytesPerSecond)
      finding.now = rates.last?.value
      return finding
    }
    let before = Rise.median(rates.prefix(rates.count / 2).map(\.value))
    let now = Rise.median(rates.suffix(max(2, rates.count / 4)).map(\.value))
    var finding = SignalFinding(signal, .quiet, unit: .bytesPerSecond)
    finding.curve = rates.map(\.value)
    finding.before = before
    finding.now = now
    if now >= 2 * before, now - before >= 10e6 {
      finding.verdict = .fires
      finding.onset = onset(rates) { $0 >= 1.5 * before } ?? rates.last?.moment
    }
    return finding
  }
}

extension ProcessMetrics {
  /// The results of all signals for the last run.
  package var findings: [SignalFinding] {
    var findings = SignalJudge(lastRun).findings
    let start = runStarts.last ?? 0
    for index in findings.indices {
      findings[index].onset = findings[index].onset.map { $0 + start }
    }
    return findings
  }

  /// The memory account at the last moment.
  package var account: MemoryAccount {
    lastRun.last.map(MemoryAccount.init) ?? MemoryAccount(Moment([:]))
  }
}
