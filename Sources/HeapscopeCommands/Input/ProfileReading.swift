import Foundations
import Glibc
import ProfileCodec
import ProfileFetch
import ProfileModel

/// How profiles are read: everything that a thread needs to know.
struct ReadingOptions: Sendable {
  var limits = ReadLimits()
  var legacy: LegacyOptions

  /// The user did not decide, so a message says when names are not read.
  var saysUnreadSymbols: Bool
  var isFolded: Bool

  /// Inflates on an additional thread.
  var readsAhead = true
  var environment: [String: String]

  init(_ request: LoadingRequest, usesSymbols: Bool, environment: [String: String]) {
    if let size = request.inflatedLimit { limits.raise(to: size) }
    legacy = LegacyOptions(useGoSymbols: request.usesSymbols ?? usesSymbols)
    saysUnreadSymbols = request.usesSymbols == nil
    isFolded = request.isFolded
    self.environment = environment
  }
}

/// Why a profile could not be read.
struct ReadFailure: Error {
  enum Kind {
    /// There is no such input, or it cannot be opened.
    case missing
    case damaged
    case noProfile
  }

  var kind: Kind
  var failure: CommandFailure
}

/// The result of reading one input, with the messages and notes about it.
struct Reading<Value: Sendable>: Sendable {
  var result: Result<Value, ReadFailure>
  var messages: [String] = []

  /// The file, which no report may overwrite.
  var file: FileIdentity?

  /// Where the next command can read the profile again.
  var path: String?
}

extension Session {
  /// Reads profiles on all cores, lets the caller convert each one there, and hands over the
  /// results in the order of the inputs. A few profiles are in memory at a time.
  ///
  /// Inputs that cannot be read are handed over as failures.
  ///
  /// - Parameters:
  ///   - isAgain: the inputs were read before, and their messages were shown.
  ///   - make: called on any thread, several at the same time, with the number of the input.
  ///   - handOver: called on this thread.
  func readEach<Value: Sendable>(
    _ inputs: [ProfileInput], _ request: LoadingRequest, usesSymbols: Bool, isAgain: Bool = false,
    make: @escaping @Sendable (Int, ReadProfile) -> Value,
    handOver: (Int, Result<Value, ReadFailure>) throws -> Void
  ) throws {
    var options = ReadingOptions(request, usesSymbols: usesSymbols, environment: environment)
    let atATime = readAtATime(inputs)
    // When each core has a profile to read, additional threads would only compete.
    options.readsAhead = min(inputs.count, atATime) < coreCount || atATime == 1
    let progress = invocation.progress.map {
      ReadingProgress(inputs.map { shownName($0.name) }, show: $0)
    }
    defer { if let lastRead { rememberLastProfile(lastRead) } }
    var claimed = 0
    try makeInOrder(
      buffers: (0..<atATime).map { _ in ReadingSlot<Value>() },
      isLong: true,
      claim: { slot in
        guard claimed < inputs.count else { return false }
        slot.number = claimed
        slot.input = inputs[claimed]
        claimed += 1
        return true
      },
      make: { [options] slot in
        let number = slot.number
        slot.reading = slot.input?.reading(options, progress) { make(number, $0) }
        progress?.finishOne()
      },
      handOver: { slot in
        guard let reading = slot.reading else { return }
        slot.reading = nil
        if !isAgain {
          if let file = reading.file { inputFiles.insert(file) }
          if let path = reading.path { lastRead = path }
          for text in reading.messages { message(text) }
        }
        try handOver(slot.number, reading.result)
      })
  }
}

/// The number of profiles in memory at a time. It is small for large profiles: each takes several
/// times the size of its file, and two threads read it anyway.
private func readAtATime(_ inputs: [ProfileInput]) -> Int {
  if inputs.count == 1 { return 1 }
  let largest = inputs.reduce(1) { max($0, $1.path.flatMap(sizeOfRegularFile) ?? 0) }
  return max(1, min(coreCount + 1, (32 << 20) / largest))
}

/// A slot for one profile being read. It is sendable because one thread at a time has it.
private final class ReadingSlot<Value: Sendable>: @unchecked Sendable {
  var number = 0
  var input: ProfileInput?
  var reading: Reading<Value>?
}

extension ProfileInput {
  /// Reads the input.
  fileprivate func reading<Value>(
    _ options: ReadingOptions, _ progress: ReadingProgress?, _ make: (ReadProfile) -> Value
  ) -> Reading<Value> {
    if let kept { return Reading(result: .success(make(ReadProfile(profile: kept.profile)))) }
    var source: any ByteSource
    do { source = try open() } catch {
      return Reading(result: .failure(ReadFailure(kind: .missing, failure: error)))
    }
    let file = source.file
    if let progress { source = ProgressSource(source, progress) }
    let keeper = isStream ? StreamKeeper(options.environment) : nil
    let copying = keeper.map { keeper in CopyingSource(source) { keeper.append($0) } } ?? source
    do throws(CodecError) {
      let read =
        options.isFolded
        ? ReadProfile(profile: try readFoldedStacks(from: copying, limits: options.limits))
        : try readProfile(
          from: copying, limits: options.limits, legacy: options.legacy,
          readsAhead: options.readsAhead)
      let messages = messages(read, options)
      return Reading(
        result: .success(make(read)), messages: messages, file: file?.identity,
        path: keeper?.finish() ?? path)
    } catch {
      // It is no profile, so no later command could read it.
      if url != nil, let path { unlink(path) }
      return Reading(result: .failure(failure(error)))
    }
  }

  /// The messages about a profile that was read.
  private func messages(_ read: ReadProfile, _ options: ReadingOptions) -> [String] {
    var messages: [String] = []
    if read.hasUnreadSymbols, options.saysUnreadSymbols {
      messages.append(
        "\(name): addresses are without names, as pprof leaves them; the text has "
          + "names, which --symbolize=text reads")
    }
    if let leftOut = read.leftOut { messages.append("\(name): \(describe(leftOut))") }
    if let url, let path {
      messages.append("fetched \(name), kept as \(path)")
      if url.seconds > 0, let note = changeNote(read.profile, seconds: url.seconds) {
        messages.append(note)
      }
    }
    return messages
  }

  /// A heap profile of some seconds contains only what changed in that time.
  private func changeNote(_ profile: Profile, seconds: Int) -> String? {
    let live = profile.sampleTypes.indices.map(profile.sampleTypeName).filter {
      $0.hasPrefix("inuse_")
    }
    if live.isEmpty { return nil }
    return
      "\(name): what changed within \(seconds) s: \(live.joined(separator: " and ")) are growth, "
      + "which may be negative, and not what is live; alloc_space is what was allocated in that time"
  }

  private func failure(_ error: CodecError) -> ReadFailure {
    let (kind, status): (ReadFailure.Kind, ExitStatus) =
      switch error {
      case .input: (.missing, .inputOutput)
      case .changedWhileRead: (.damaged, .inputOutput)
      case .notAProfile: (.noProfile, .badData)
      default: (.damaged, .badData)
      }
    return ReadFailure(
      kind: kind, failure: CommandFailure(status, "\(name): \(describe(error))"))
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
    // Each of these takes at least one byte.
    let count = min(size, Int(Int32.max))
    sampleTypes = max(sampleTypes, count)
    stackDepth = max(stackDepth, count)
    linesPerLocation = max(linesPerLocation, count)
    labelsPerSample = max(labelsPerSample, count)
    comments = max(comments, count)
  }
}
