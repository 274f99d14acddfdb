import Foundations
import Glibc
import HeapAnalysis
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

/// Follows a program until time is up, a signal comes or it has grown too much.
struct WatchLoop {
  private let plan: WatchPlan
  private let session: Session
  private let source: WatchSource
  private let signals: SignalWatch?
  private let screen: LiveScreen?
  private var report: WatchReport
  private var files: [String] = []
  private var failuresInARow = 0
  private var lastFailure: CommandFailure?
  private let start = ContinuousClock.now

  init(
    _ plan: WatchPlan, _ session: Session, _ source: WatchSource,
    _ ownCode: OwnershipOptions, _ signals: SignalWatch?, _ screen: LiveScreen?
  ) {
    self.plan = plan
    self.session = session
    self.source = source
    self.signals = signals
    self.screen = screen
    report = WatchReport(
      Growth(sampleType: plan.sampleType, ownCode: ownCode), url: source.url.shown,
      folder: source.folder, everySeconds: plan.every,
      rowCount: plan.rowCount)
    guard let screen else { return }
    if plan.sampleType.isEmpty {
      report.allocations = Growth(
        sampleType: "alloc_space", ownCode: ownCode, givesVerdicts: false)
    }
    signals?.whileStopped = { stop in
      screen.leave()
      stop()
    }
  }

  /// - Throws: the last failure, when there was no snapshot at all.
  mutating func run() throws -> ExitStatus {
    var exceeded = false
    draw()
    while true {
      let began = ContinuousClock.now
      let isNew = try takeSnapshot()
      if isEnding { break }
      if isNew {
        exceeded = plan.growthLimit?.isExceeded(by: report.growth) ?? false
        try tell(exceeded: exceeded)
        if exceeded { break }
      }
      draw()
      // From one beginning to the next, so that slow answers do not add up.
      let pause = began + .seconds(isNew ? plan.every : retrySeconds)
      if let end, pause > end {
        wait(until: end)
        break
      }
      wait(until: pause)
      if isEnding { break }
    }
    screen?.leave()
    guard report.growth.snapshotCount > 0 else {
      throw lastFailure ?? CommandFailure(.noInput, "\(report.url): there is no snapshot yet")
    }
    try summarize(exceeded: exceeded)
    return exceeded ? .negative : .success
  }

  private var end: ContinuousClock.Instant? {
    plan.seconds.map { start + .seconds($0) }
  }

  private var isEnding: Bool { signals?.ending != nil }

  /// Twice as long after each failure, but never rarer than snapshots are taken.
  private var retrySeconds: Double {
    min(Double(1 << min(max(0, failuresInARow - 1), 16)), plan.every)
  }

  // MARK: Snapshots

  /// Fetches, keeps and reads a snapshot.
  ///
  /// - Returns: false when that failed, which has been said then.
  private mutating func takeSnapshot() throws -> Bool {
    var options = source.options
    if let end {
      // A service that hangs must not hold up the end for long.
      let left = Double((end - .now).components.seconds) + 1
      options.timeoutSeconds = min(options.timeoutSeconds ?? 60, max(left, 2))
    }
    let fetched = session.fetch(
      [source.url], options, into: source.folder, signals, showsProgress: false)[0]
    if isEnding { return false }
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
      // The file is gone soon; what it came from stays.
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
      // The screen's head says it, for as long as growth is counted from there.
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

  private func draw() {
    guard let screen else { return }
    let left = end.map { max(0, Double(($0 - .now).components.seconds)) }
    let ending = left.map { ", \(Period(seconds: max(1, $0)).text) to go" } ?? ""
    let folder = session.shortPath(source.folder)
    let footer = "\(report.keys) · snapshots go to \(folder)\(ending)"
    screen.show { report.screen($0, height: $1, footer: footer) }
  }

  private mutating func wait(until instant: ContinuousClock.Instant) {
    while !isEnding {
      let left = instant - .now
      let seconds = Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18
      if seconds <= 0 { return }
      if let signals {
        signals.wait(seconds: screen == nil ? seconds : min(seconds, 1))
        while let key = signals.takeKey() { report.press(key) }
        if signals.takeResize() || screen != nil { draw() }
      } else {
        usleep(UInt32(min(seconds, 1) * 1_000_000))
      }
    }
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
    // The last snapshot is the profile last looked at.
    var advice = ["heapscope hotspots"]
    if files.count > 1 {
      advice.insert("heapscope trend \(session.shortPath(source.folder))", at: 0)
    }
    try session.write(report.summary(session.style(plan.output), advice: advice))
  }
}

extension Session {
  /// Writes a part of the output at once, so that it can be followed.
  func write(_ text: TextOutput) throws {
    guard let write = invocation.write else { return output.write(text.bytes) }
    try write(text.bytes.span)
  }

  /// Returns a path as short as a shell takes it: `~` for the user's home, in quotes where it
  /// has to be.
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

  /// Makes the folder for the snapshots, and says which it is when it was not given.
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
