import Foundations
import Glibc
import HeapAnalysis
import Metrics
import Ownership
import ProfileFetch
import ProfileModel
import Reports

/// Where snapshots come from and go to.
struct WatchSource {
  var url: ProfileURL
  var options: FetchOptions
  var folder: String
}

/// Follows a program until the time is up, a signal comes, or it has grown too much.
struct WatchLoop {
  private let plan: WatchPlan
  private let session: Session
  private let source: WatchSource
  private let live: LiveWait
  private var vitals: VitalsPages?
  private var report: WatchReport
  private var files: [String] = []
  private var failuresInARow = 0
  private var lastFailure: CommandFailure?

  init(
    _ plan: WatchPlan, _ session: Session, _ source: WatchSource,
    _ ownCode: OwnershipOptions, _ signals: SignalWatch?, _ screen: LiveScreen?
  ) {
    self.plan = plan
    self.session = session
    self.source = source
    live = LiveWait(signals, screen, seconds: plan.seconds)
    vitals = VitalsPages(session, source.url, source.options, every: plan.every)
    report = WatchReport(
      Growth(sampleType: plan.sampleType, ownCode: ownCode), url: source.url.shown,
      folder: source.folder, everySeconds: plan.every,
      rowCount: plan.rowCount)
    if screen != nil, plan.sampleType.isEmpty {
      report.allocations = Growth(
        sampleType: "alloc_space", ownCode: ownCode, givesVerdicts: false)
    }
  }

  /// - Throws: the last failure, when no snapshot was read at all.
  mutating func run() throws -> ExitStatus {
    var exceeded = false
    draw()
    while true {
      let began = ContinuousClock.now
      let isNew = try takeSnapshot()
      if live.isEnding { break }
      if isNew {
        // Growth is shown before more is fetched.
        draw()
        readVitals()
        if live.isEnding { break }
        exceeded = plan.growthLimit?.isExceeded(by: report.growth) ?? false
        try tell(exceeded: exceeded)
        if exceeded { break }
      }
      draw()
      // From start to start, so that slow answers do not add up.
      let pause = began + .seconds(isNew ? plan.every : retrySeconds)
      // Keys change the report, which the drawing reads.
      var shown = report
      let goesOn = live.wait(until: pause, press: { shown.press($0) }, draw: { draw(shown) })
      report.view = shown.view
      if !goesOn { break }
    }
    screen?.leave()
    guard report.growth.snapshotCount > 0 else {
      throw lastFailure ?? CommandFailure(.noInput, "\(report.url): there is no snapshot yet")
    }
    try summarize(exceeded: exceeded)
    return exceeded ? .negative : .success
  }

  private var screen: LiveScreen? { live.screen }

  /// Doubles after each failure, up to the time between snapshots.
  private var retrySeconds: Double {
    min(Double(1 << min(max(0, failuresInARow - 1), 16)), plan.every)
  }

  // MARK: Snapshots

  /// Fetches, keeps and reads a snapshot.
  ///
  /// - Returns: false when that failed; the failure has been reported.
  private mutating func takeSnapshot() throws -> Bool {
    var options = source.options
    if let end = live.end {
      // A service that hangs must not delay the end for long.
      let left = Double((end - .now).components.seconds) + 1
      options.timeoutSeconds = min(options.timeoutSeconds ?? 60, max(left, 2))
    }
    let fetched = session.fetch(
      [source.url], options, into: source.folder, live.signals, showsProgress: false)[0]
    if live.isEnding { return false }
    do throws(CommandFailure) {
      let path = try fetched.get().path
      do throws(CommandFailure) { try add(path) } catch {
        unlink(path)
        throw error
      }
    } catch {
      failuresInARow += 1
      report.failureCount += 1
      lastFailure = error
      report.trouble = error.message + "; trying again in \(Period(seconds: retrySeconds).text)"
      if screen == nil { session.message(report.trouble) }
      return false
    }
    failuresInARow = 0
    report.trouble = ""
    return true
  }

  private mutating func add(_ path: String) throws(CommandFailure) {
    let loaded: LoadedProfile
    do { loaded = try session.load([path], plan.loading, usesSymbols: true) } catch {
      var failure = error as? CommandFailure ?? CommandFailure(.badData, "\(error)")
      // The file will be deleted, so the message names its URL.
      failure.message = failure.message.replacing(path, with: report.url)
      throw failure
    }
    let time = currentTime()
    let now = saturatingSum(
      saturatingProduct(Int64(time.tv_sec), 1_000_000_000), Int64(time.tv_nsec))
    let event = report.growth.add(loaded.profile, now: now)
    switch event {
    case .added: break
    case .restarted:
      report.vitals = ProcessVitals()
      vitals?.forget()
      // The head of the screen says so, for as long as growth is counted from there.
      if screen == nil {
        session.message(
          "\(report.url): the program has started anew; growth is counted from here")
      }
    case .unusable:
      let names = loaded.profile.sampleTypes.indices.map(loaded.profile.sampleTypeName)
      throw CommandFailure(
        .badData,
        "\(report.url): there is no \(plan.sampleType.isEmpty ? "sum" : "'\(plan.sampleType)'") "
          + "to follow in its sample types \(names.joined(separator: ", "))")
    }
    if report.allocations?.add(loaded.profile, now: now) == .unusable { report.allocations = nil }
    files.append(path)
    if plan.keptCount > 0, files.count > max(2, plan.keptCount) {
      unlink(files.remove(at: 1))
    }
  }

  private mutating func readVitals() {
    var pages = vitals
    pages?.read(into: &report.vitals, live.signals)
    vitals = pages
  }

  // MARK: What is shown

  private func tell(exceeded: Bool) throws {
    if plan.output.format == .json {
      try session.write(
        report.json(
          .snapshot, path: files.last ?? "", exceeded: plan.growthLimit.map { _ in exceeded }))
    } else if screen == nil {
      var output = TextOutput()
      output.line(report.line())
      try session.write(output)
    }
  }

  private func draw() { draw(report) }

  private func draw(_ report: WatchReport) {
    guard let screen else { return }
    let folder = session.shortPath(source.folder)
    let footer = "\(report.keys) · snapshots go to \(folder)\(live.remaining)"
    screen.show { report.screen($0, height: $1, footer: footer) }
  }

  private func summarize(exceeded: Bool) throws {
    if exceeded, let limit = plan.growthLimit {
      session.message("\(report.url): has grown by more than \(limit.text)")
    }
    if plan.output.format == .json {
      return try session.write(
        report.json(
          .summary, path: files.last ?? "", exceeded: plan.growthLimit.map { _ in exceeded }))
    }
    // The last snapshot is the profile that was read last, so `hotspots` needs no name.
    var advice = ["heapscope hotspots"]
    if files.count > 1 {
      advice.insert("heapscope trend \(session.shortPath(source.folder))", at: 0)
    }
    try session.write(report.summary(session.style(plan.output), advice: advice))
  }
}

extension Session {
  /// Writes a part of the output immediately, so that it can be followed.
  func write(_ text: TextOutput) throws {
    guard let write = invocation.write else { return output.write(text.bytes) }
    try write(text.bytes.span)
  }

  /// Returns the shortest form of a path that a shell accepts: with `~` for the user's home, and in
  /// quotes if necessary.
  func shortPath(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-+,:@%=".utf8.contains(byte)
    }
    guard isPlain else { return "'\(path.replacing("'", with: "'\\''"))'" }
    guard let home = environment["HOME"], home.count > 1, path.hasPrefix(home + "/") else {
      return path
    }
    return "~" + path.dropFirst(home.count)
  }

  /// Creates the folder for the snapshots, and reports its name when none was given.
  func watchFolder(_ into: String?, _ url: ProfileURL) throws(CommandFailure) -> String {
    var folder: String
    if let into {
      folder = into
      while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
      mkdir(folder, 0o777)
    } else {
      guard let own = directory("XDG_DATA_HOME", ".local/share", environment) else {
        throw CommandFailure(.cannotCreate, "there is no home to keep snapshots in: add --into")
      }
      folder = own + "/watch/" + url.fileName(at: currentTime())
      makeDirectories(folder)
      message("snapshots go to \(folder)")
    }
    removeStrayTemporaries(in: folder, isOwn: false)
    if access(folder, W_OK | X_OK) != 0 {
      throw CommandFailure(.cannotCreate, "\(folder): \(systemMessage(errno))")
    }
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandFailure(.cannotCreate, "\(folder): is no folder")
    }
    return folder
  }
}
