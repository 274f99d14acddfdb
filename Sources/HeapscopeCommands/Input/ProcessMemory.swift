import Foundations
import Glibc
import LogText
import Metrics
import ProfileCodec
import ProfileFetch
import Reports

extension Session {
  /// The account of a process's memory beside its profile: what the profile's own text says, or
  /// what the program that it was fetched from serves.
  ///
  /// The program is asked for `/metrics`; where it has none, for `/debug/vars` and for the text
  /// form of the heap profile at once. It is a convenience: what cannot be had is not said.
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
    if let path = try served([metrics], options)[0] {
      defer { unlink(path) }
      var reader = MetricsReader()
      let input = ProfileInput(name: metrics.shown, path: path, url: metrics) {
        () throws(CommandFailure) in try FileSource.open(path)
      }
      try? readMetrics(input, into: &reader)
      let processes = reader.finished()
      // Several would be other programs, as a proxy has them.
      if processes.count == 1, let account = processes.first?.account, account.taken != nil {
        return ProcessMemory(account, source: "by \(metrics.shown)")
      }
    }
    let variables = url.beside("/debug/vars")
    let text = url.beside(ProfileURL.heapPath, "debug=1")
    let paths = try served([variables, text], options)
    defer { for path in paths { if let path { unlink(path) } } }
    for (path, other) in zip(paths, [variables, text]) {
      guard let path, let bytes = try? readFile(path, limit: 64 << 20) else { continue }
      let account =
        other == text
        ? (try? readProfile(from: ArraySource(bytes)))?.memoryStatistics.map(MemoryAccount.init)
        : MemoryAccount(variables: bytes)
      if let account { return ProcessMemory(account, source: "by \(other.shown)") }
    }
    return nil
  }

  /// Nobody waits long for what stands beside.
  private static let memorySeconds = 5.0

  /// The files with what was answered; nil for what was not.
  private func served(
    _ urls: [ProfileURL], _ options: FetchOptions
  ) throws(CommandFailure) -> [String?] {
    let folder = try keepingFolder().path
    let signals = invocation.handlesSignals ? SignalWatch() : nil
    let results = fetch(urls, options, into: folder, signals, showsProgress: false)
    if let signal = signals?.ending { throw CommandFailure(signal: signal) }
    return results.map { try? $0.get().path }
  }
}

extension MemoryAccount {
  /// By the names that `runtime.MemStats` has in Go, and in the text of a heap profile.
  private static let fields: KeyValuePairs<String, KnownSeries> = [
    "HeapAlloc": .heapAlloc, "HeapInuse": .heapInuse, "HeapIdle": .heapIdle,
    "HeapReleased": .heapReleased, "StackSys": .stackSys, "StackInuse": .heapStacks,
    "MSpanSys": .mspanSys, "MCacheSys": .mcacheSys, "BuckHashSys": .buckHashSys, "GCSys": .gcSys,
    "OtherSys": .otherSys, "Sys": .sys, "NextGC": .nextGC,
  ]

  init(_ stats: GoMemStats) {
    var figures: [KnownSeries: Double] = [:]
    for (name, series) in Self.fields { figures[series] = stats[name].map(Double.init) }
    self.init(Moment(figures))
    mostResident = stats.maxRSSBytes.map { Int64(clamping: $0) }
  }

  /// What `expvar` serves at `/debug/vars`: its `memstats`.
  init?(variables: [UInt8]) {
    guard let place = variables[...].position(of: "\"memstats\"") else { return nil }
    let text = variables[place...]
    var figures: [KnownSeries: Double] = [:]
    for (name, series) in Self.fields {
      let key = Array("\"\(name)\":".utf8)
      guard let found = text.firstRange(of: key) else { continue }
      var cursor = ByteCursor(text, at: found.upperBound)
      cursor.skipBlanks()
      figures[series] = cursor.number().map(Double.init)
    }
    if figures[.sys] == nil { return nil }
    self.init(Moment(figures))
  }
}
