import Foundations
import Glibc
import LogText
import Metrics
import ProfileCodec
import ProfileFetch
import Reports

extension Session {
  /// The figures for a process's memory beside its profile: those in the profile's own text, or
  /// those that the program serves that the profile was fetched from.
  ///
  /// The program is asked for `/metrics`; if it has none, for `/debug/vars` and the text form of
  /// the heap profile at the same time. The figures are a convenience: if they cannot be read,
  /// there is no message.
  ///
  /// - Throws: when a signal ends it.
  func processMemory(
    of loaded: LoadedProfile, _ request: Request
  ) throws(CommandFailure) -> ProcessMemory? {
    if let stats = loaded.memoryStatistics {
      return ProcessMemory(MemoryAccount(stats), source: "by the runtime's own account")
    }
    guard request.profiles.count == 1, let name = request.profiles.first,
      case .success(let profile) = fetched[name], profile.url.path == ProfileURL.heapPath,
      profile.url.seconds == 0
    else { return nil }
    return try servedMemory(profile.url, request.loading.fetching)
  }

  private func servedMemory(
    _ url: ProfileURL, _ request: FetchingRequest
  ) throws(CommandFailure) -> ProcessMemory? {
    var options = try fetchOptions(request)
    options.timeoutSeconds = min(options.timeoutSeconds ?? 60, Self.memorySeconds)
    let metrics = url.beside("/metrics")
    let signals = invocation.handlesSignals ? SignalWatch() : nil
    if let path = try served([metrics], options, signals)[0] {
      defer { unlink(path) }
      if let account = servedMetrics(metrics, path)?.account, account.taken != nil {
        return ProcessMemory(account, source: "by \(metrics.shown)")
      }
    }
    let variables = url.beside("/debug/vars")
    let text = url.beside(ProfileURL.heapPath, "debug=1")
    let paths = try served([variables, text], options, signals)
    defer { for path in paths { if let path { unlink(path) } } }
    for (path, other) in zip(paths, [variables, text]) {
      guard let path, let bytes = try? readFile(path, limit: 64 << 20) else { continue }
      let account =
        other == text
        ? (try? readProfile(from: ArraySource(bytes)))?.memoryStatistics.map(MemoryAccount.init)
        : Moment(variables: bytes).map { MemoryAccount($0) }
      if let account { return ProcessMemory(account, source: "by \(other.shown)") }
    }
    return nil
  }

  /// Nobody waits long for additional figures.
  private static let memorySeconds = 5.0

  /// The files with the answers; nil for requests that failed.
  ///
  /// - Throws: when a signal ends it.
  func served(
    _ urls: [ProfileURL], _ options: FetchOptions, _ signals: SignalWatch?
  ) throws(CommandFailure) -> [String?] {
    let folder = try keepingFolder().path
    let results = fetch(urls, options, into: folder, signals, showsProgress: false)
    if let signal = signals?.ending { throw CommandFailure(signal: signal) }
    return results.map { try? $0.get().path }
  }

  /// The metrics that a program itself serves at `/metrics`; nil when none of them are known.
  func servedMetrics(_ url: ProfileURL, _ path: String) -> ProcessMetrics? {
    var reader = MetricsReader()
    let input = ProfileInput(name: url.shown, path: path, url: url) {
      () throws(CommandFailure) in try FileSource.open(path)
    }
    try? readMetrics(input, into: &reader)
    let processes = reader.finished()
    // Several processes would be other programs, as behind a proxy.
    return processes.count == 1 ? processes.first : nil
  }
}

extension Moment {
  /// By their names in Go's `runtime.MemStats`, and in the text of a heap profile.
  private static let fields: KeyValuePairs<String, KnownSeries> = [
    "HeapAlloc": .heapAlloc, "HeapInuse": .heapInuse, "HeapIdle": .heapIdle,
    "HeapReleased": .heapReleased, "StackSys": .stackSys, "StackInuse": .heapStacks,
    "MSpanSys": .mspanSys, "MCacheSys": .mcacheSys, "BuckHashSys": .buckHashSys, "GCSys": .gcSys,
    "OtherSys": .otherSys, "Sys": .sys, "NextGC": .nextGC, "NumGC": .collections,
    "NumForcedGC": .forcedCollections,
  ]

  init(_ stats: GoMemStats) {
    var figures: [KnownSeries: Double] = [:]
    // Without a label, `Double.init` may be the one that takes a bit pattern.
    for (name, series) in Self.fields { figures[series] = stats[name].map { Double($0) } }
    self.init(figures)
  }

  /// The `memstats` that `expvar` serves at `/debug/vars`.
  init?(variables: [UInt8]) {
    guard let place = variables[...].position(of: "\"memstats\"") else { return nil }
    let text = variables[place...]
    var figures: [KnownSeries: Double] = [:]
    for (name, series) in Self.fields {
      let key = Array("\"\(name)\":".utf8)
      guard let found = text.firstRange(of: key) else { continue }
      var cursor = ByteCursor(text, at: found.upperBound)
      cursor.skipBlanks()
      figures[series] = cursor.number().map { Double($0) }
    }
    if figures[.sys] == nil { return nil }
    self.init(figures)
  }
}

extension MemoryAccount {
  init(_ stats: GoMemStats) {
    self.init(Moment(stats))
    mostResident = stats.maxRSSBytes.map { Int64(clamping: $0) }
  }
}
