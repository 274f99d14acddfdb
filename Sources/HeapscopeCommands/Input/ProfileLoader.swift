import Glibc
import ProfileCodec
import ProfileFetch
import ProfileModel
import StackGraph

/// A profile that is ready to be looked at, and where it came from.
struct LoadedProfile {
  var profile: Profile
  var memoryStatistics: GoMemStats?

  /// As the user named them.
  var names: [String]
}

extension Session {
  /// Reads, merges and subtracts profiles, and drops uninteresting frames.
  ///
  /// - Parameter names: the profiles on the command line; without any, one is
  ///   found as ``findProfile()`` says.
  /// - Parameter usesSymbols: whether Go's text form is read with its symbols.
  func load(
    _ names: [String], _ arguments: ProfileArguments, usesSymbols: Bool
  ) throws -> LoadedProfile {
    try fetchURLs(names + [arguments.base, arguments.diffBase].compactMap { $0 }, arguments.fetch)
    let inputs =
      try names.isEmpty
      ? [findProfile(arguments.fetch)] : names.map { try input(named: $0, arguments.fetch) }
    let legacy = LegacyOptions(
      useGoSymbols: arguments.symbolize.map { $0 == .text } ?? usesSymbols)
    var readings = try readAll(inputs, arguments, legacy)
    let memoryStatistics = readings.count == 1 ? readings[0].memoryStatistics : nil
    do {
      let profiles = readings.map(\.profile)
      // Nothing is to hold a profile that was added to the others.
      readings = []
      var profile = try merged(consume profiles)
      if let base = arguments.base ?? arguments.diffBase {
        let baseReading = try readAll([input(named: base, arguments.fetch)], arguments, legacy)
        profile = try difference(
          consume profile, base: merged(baseReading.map(\.profile)),
          marksBase: arguments.diffBase != nil, normalizes: arguments.normalize)
      }
      if arguments.allFrames {
        profile.dropFrames = .empty
        profile.keepFrames = .empty
      }
      try dropFrames(&profile, inputs.map(\.name).joined(separator: ", "))
      profile.removeMappingURLs()
      if let comment = arguments.addComment {
        profile.comments.append(profile.strings.intern(comment))
      }
      return LoadedProfile(
        profile: profile,
        memoryStatistics: memoryStatistics,
        names: inputs.map(\.name))
    } catch let error as MergeError {
      throw failure(error)
    }
  }

  /// - Parameter name: what messages call the profile.
  private func dropFrames(_ profile: inout Profile, _ name: String) throws(CommandFailure) {
    do { try profile.dropUninterestingFrames() } catch {
      switch error {
      case .pattern(let error):
        // A profile's own expression that is no expression drops nothing, as in pprof.
        message(
          "\(name): no frames are dropped, as drop_frames or keep_frames in the profile is no "
            + "regular expression: \(error.reason)")
      case .tooExpensive:
        throw CommandFailure(
          .badData,
          "\(name): drop_frames or keep_frames in the profile takes too long to match; "
            + "--all-frames ignores them")
      }
    }
  }

  /// Reads several profiles. One that cannot be read is reported and left out,
  /// unless it is the only one.
  private func readAll(
    _ inputs: [ProfileInput], _ arguments: ProfileArguments, _ legacy: LegacyOptions
  ) throws(CommandFailure) -> [ReadProfile] {
    var readings: [ReadProfile] = []
    var lastFailure: CommandFailure?
    for input in inputs {
      do {
        var reading = try read(input, arguments, legacy)
        reading.profile.addMissingMapping()
        readings.append(reading)
      } catch {
        if let lastFailure { message(lastFailure.message) }
        lastFailure = error
      }
    }
    if let lastFailure {
      if readings.isEmpty { throw lastFailure }
      message(lastFailure.message)
      message("read \(readings.count) of \(inputs.count) profiles")
    }
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
    _ input: ProfileInput, _ arguments: ProfileArguments, _ legacy: LegacyOptions
  ) throws(CommandFailure) -> ReadProfile {
    var limits = ReadLimits()
    if let size = arguments.maxInflated { limits.raise(to: size.bytes) }
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
        arguments.input == .folded
        ? ReadProfile(profile: try readFoldedStacks(from: copying ?? source, limits: limits))
        : try readProfile(from: copying ?? source, limits: limits, legacy: legacy)
      if let identity { inputFiles.insert(identity) }
      if let path = keeper?.finish() ?? input.path { rememberLastProfile(path) }
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
  fileprivate mutating func raise(to size: Int) {
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
