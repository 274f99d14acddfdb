import Glibc
import ProfileCodec
import ProfileFetch
import ProfileModel
import Reports
import StackGraph

/// A profile that is ready to be looked at, and where it came from.
struct LoadedProfile {
  var profile: Profile
  var memoryStatistics: GoMemStats?

  /// As the user named them.
  var names: [String]

  /// Why it is empty; nil when it is not.
  var emptyNote: String? {
    Reports.emptyNote(profile, liveBytes: memoryStatistics?.heapAllocBytes)
  }
}

extension Session {
  /// Reads profiles, and makes one of them that is ready to be looked at.
  ///
  /// - Parameters:
  ///   - names: the profiles on the command line; without any, one is found as
  ///     ``findProfile()`` says.
  ///   - usesSymbols: whether Go's text form is read with its symbols, where nothing is asked
  ///     for.
  ///   - marksCutStacks: whether somebody asks which stacks are not whole.
  func load(
    _ names: [String], _ request: LoadingRequest, usesSymbols: Bool, marksCutStacks: Bool = false
  ) throws -> LoadedProfile {
    try fetchURLs(names + request.bases, request.fetching)
    let program = programArgument(names, isPprofs: !usesSymbols)
    let profiles = program == nil ? names[...] : names.dropFirst()
    let inputs =
      try profiles.isEmpty
      ? [findProfile(request.fetching)] : profiles.map { try input(named: $0, request.fetching) }
    let legacy = LegacyOptions(useGoSymbols: request.usesSymbols ?? usesSymbols)
    var readings = try readAll(inputs, request, legacy)
    let memoryStatistics = readings.count == 1 ? readings[0].memoryStatistics : nil
    let names = inputs.map(\.name)
    let title = names.joined(separator: ", ")
    var preparation = Preparation()
    preparation.marksBase = request.isDiff
    preparation.normalizes = request.normalizes
    preparation.demangling = request.demangling
    preparation.keepsAllFrames = request.keepsAllFrames
    preparation.marksCutStacks = marksCutStacks
    preparation.comment = request.comment
    preparation.program = program
    do {
      let profiles = readings.map(\.profile)
      // Nothing is to hold a profile that was added to the others.
      readings = []
      let base = { [self] in
        let inputs = try request.bases.map { try input(named: $0, request.fetching) }
        return try readAll(inputs, request, legacy).map(\.profile)
      }
      let prepared = try preparation.prepare(
        consume profiles, base: request.bases.isEmpty ? nil : base)
      if let error = prepared.ignoredPattern {
        message(
          "\(title): no frames are dropped, as drop_frames or keep_frames in the profile is no "
            + "regular expression: \(error.reason)")
      }
      return LoadedProfile(
        profile: prepared.profile, memoryStatistics: memoryStatistics, names: names)
    } catch let error as MergeError {
      throw failure(error)
    } catch is FrameDroppingError {
      throw CommandFailure(
        .badData,
        "\(title): drop_frames or keep_frames in the profile takes too long to match; "
          + "--all-frames ignores them")
    }
  }

  /// Reads profiles and keeps them apart; without any, one is found.
  func loadEach(
    _ names: [String], _ request: LoadingRequest, marksCutStacks: Bool = true
  ) throws -> [LoadedProfile] {
    if names.count < 2 {
      return [try load(names, request, usesSymbols: true, marksCutStacks: marksCutStacks)]
    }
    try fetchURLs(names, request.fetching)
    var loaded: [LoadedProfile] = []
    var failures = MissingInputs(of: "profiles")
    for name in names {
      do {
        loaded.append(
          try load([name], request, usesSymbols: true, marksCutStacks: marksCutStacks))
      } catch let failure as CommandFailure {
        failures.add(failure)
      }
    }
    try failures.finish(named: names.count, request.fetching, in: self)
    return loaded
  }

  /// Reads several profiles.
  private func readAll(
    _ inputs: [ProfileInput], _ request: LoadingRequest, _ legacy: LegacyOptions
  ) throws(CommandFailure) -> [ReadProfile] {
    var readings: [ReadProfile] = []
    var failures = MissingInputs(of: "profiles")
    for input in inputs {
      do { readings.append(try read(input, request, legacy)) } catch { failures.add(error) }
    }
    try failures.finish(named: inputs.count, request.fetching, in: self)
    return readings
  }

  /// A heap profile of some seconds has only what changed in that time.
  private func warnOfDifference(_ profile: Profile, _ name: String, _ seconds: Int) {
    let live = profile.sampleTypes.indices.map(profile.sampleTypeName).filter {
      $0.hasPrefix("inuse_")
    }
    if live.isEmpty { return }
    message(
      "\(name): what changed within \(seconds) s: \(live.joined(separator: " and ")) are growth, "
        + "which may be negative, and not what is live; alloc_space is what was allocated in that time"
    )
  }

  private func read(
    _ input: ProfileInput, _ request: LoadingRequest, _ legacy: LegacyOptions
  ) throws(CommandFailure) -> ReadProfile {
    var limits = ReadLimits()
    if let size = request.inflatedLimit { limits.raise(to: size) }
    var source = try input.open()
    let identity = (source as? FileSource)?.identity
    if let show = invocation.progress {
      let size = (source as? FileSource)?.size ?? 0
      source = ProgressSource(source, name: shownName(input.name), size: size, show: show)
    }
    let keeper = input.isStream ? StreamKeeper(environment) : nil
    do {
      let copying = keeper.map { keeper in CopyingSource(source) { keeper.append($0) } }
      let reading =
        request.isFolded
        ? ReadProfile(profile: try readFoldedStacks(from: copying ?? source, limits: limits))
        : try readProfile(from: copying ?? source, limits: limits, legacy: legacy)
      if reading.hasUnreadSymbols, request.usesSymbols == nil {
        message(
          "\(input.name): addresses are without names, as pprof leaves them; the text has "
            + "names, which --symbolize=text reads")
      }
      if let identity { inputFiles.insert(identity) }
      if let path = keeper?.finish() ?? input.path { rememberLastProfile(path) }
      if let leftOut = reading.leftOut { message("\(input.name): \(describe(leftOut))") }
      if let url = input.url, let path = input.path {
        message("fetched \(input.name), kept as \(path)")
        if url.seconds > 0 { warnOfDifference(reading.profile, input.name, url.seconds) }
      }
      return reading
    } catch {
      // It is no profile, so no later command could read it either.
      if input.url != nil, let path = input.path { unlink(path) }
      let status: ExitStatus =
        switch error {
        case .input, .changedWhileRead: .inputOutput
        default: .badData
        }
      throw CommandFailure(status, "\(input.name): \(describe(error))")
    }
  }
}

extension ReadLimits {
  /// Lifts all limits on size for a file that the user vouches for.
  mutating func raise(to size: Int) {
    inflatedBytes = size
    expansion = 1100
    tableBytesFloor = max(tableBytesFloor, size.multipliedReportingOverflow(by: 3).partialValue)
    fieldBytes = max(fieldBytes, min(size, Int(Int32.max)))
    legacyBytes = max(legacyBytes, size)
    // Each of these takes at least a byte.
    let count = min(size, Int(Int32.max))
    sampleTypes = max(sampleTypes, count)
    stackDepth = max(stackDepth, count)
    linesPerLocation = max(linesPerLocation, count)
    labelsPerSample = max(labelsPerSample, count)
    comments = max(comments, count)
  }
}
