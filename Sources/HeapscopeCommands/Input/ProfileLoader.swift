import Foundations
import ProfileCodec
import ProfileFetch
import ProfileModel
import Reports
import StackGraph

/// A profile that is ready for analysis, and where it came from.
struct LoadedProfile {
  var profile: Profile
  var memoryStatistics: GoMemStats?

  /// As the user named them.
  var names: [String]

  /// It was not named, but is in a named folder.
  var isFound = false

  /// Why it is empty; nil when it is not.
  var emptyNote: String? {
    Reports.emptyNote(profile, liveBytes: memoryStatistics?.heapAllocBytes)
  }

  /// The names as messages show them.
  var listedNames: String { listed(names) }
}

/// Names separated by commas; of many names, the first ones and the last.
func listed(_ names: [String], separator: String = ", ") -> String {
  if names.count <= 16 { return names.joined(separator: separator) }
  let between = groupedDigits(Int64(names.count - 2))
  return "\(names[0]) … (\(between) more) … \(names[names.count - 1])"
}

extension Session {
  /// Reads profiles, and combines them into one that is ready for analysis.
  ///
  /// - Parameters:
  ///   - names: the profiles on the command line; without any, one is found as ``findProfile()``
  ///     says.
  ///   - usesSymbols: whether Go's text form is read with its symbols, unless the user decides.
  ///   - marksCutStacks: whether the caller needs to know which stacks are incomplete.
  func load(
    _ names: [String], _ request: LoadingRequest, usesSymbols: Bool, marksCutStacks: Bool = false
  ) throws -> LoadedProfile {
    var named = try namedInputs(names, request.fetching)
    let bases = try namedInputs(request.bases, request.fetching)
    try fetchURLs((named + bases).map(\.name), request.fetching)
    let program = programArgument(named.map(\.name), isPprofs: !usesSymbols)
    if program != nil { named.removeFirst() }
    let inputs = try self.inputs(named, request.fetching)
    let names = inputs.map(\.name)
    do {
      var sums = InputSums(
        inputs, named, try bases.isEmpty ? [] : self.inputs(bases, request.fetching), bases,
        program: program, skipsDamaged: request.skipsDamaged)
      try sums.read(request, usesSymbols: usesSymbols, in: self)
      let memoryStatistics = sums.memoryStatistics
      let prepared = try Preparation(request, marksCutStacks: marksCutStacks).prepare(
        sums.takeProfile(), base: sums.takeBase())
      if let note = prepared.note(names) { message(note) }
      return LoadedProfile(
        profile: prepared.profile, memoryStatistics: memoryStatistics, names: names)
    } catch {
      throw preparationFailure(error, names)
    }
  }

  /// Reads profiles on all cores and keeps them apart, each ready for analysis. What is made of a
  /// profile there is handed over in the order of the arguments, and the profile is dropped. A few
  /// are in memory at a time.
  ///
  /// Files of a folder that are no profiles are left out with a message.
  ///
  /// - Parameters:
  ///   - names: the profiles on the command line; without any, one is found.
  ///   - make: called on any thread, several at the same time. Its errors are thrown when its turn
  ///     comes.
  ///   - handOver: called on this thread.
  /// - Throws: at the end, for what could not be read, unless the request allows it.
  func loadEach<Value: Sendable>(
    _ names: [String], _ request: LoadingRequest, marksCutStacks: Bool = true,
    make: @escaping @Sendable (LoadedProfile) throws -> Value, handOver: (Value) throws -> Void
  ) throws {
    let named = try namedInputs(names, request.fetching)
    try fetchURLs((named.map(\.name) + request.bases), request.fetching)
    let inputs = try self.inputs(named, request.fetching)
    let base = try self.base(request)
    let preparation = Preparation(request, marksCutStacks: marksCutStacks)
    let isFound = named.isEmpty ? [false] : named.map(\.isFound)
    let inputNames = inputs.map(\.name)
    var failures = MissingInputs(of: "profiles", skipsDamaged: request.skipsDamaged)
    try readEach(
      inputs, request, usesSymbols: true,
      make: { number, read -> Result<(value: Value, note: String?), any Error> in
        Result {
          let prepared = try preparation.prepare(read.profile, base: base)
          let loaded = LoadedProfile(
            profile: prepared.profile, memoryStatistics: read.memoryStatistics,
            names: [inputNames[number]], isFound: isFound[number])
          return (try make(loaded), prepared.note(loaded.names))
        }
      },
      handOver: { number, result in
        switch result {
        case .failure(let failure): failures.add(failure, isFound: isFound[number], in: self)
        case .success(let made):
          do {
            let (value, note) = try made.get()
            if let note { message(note) }
            try handOver(value)
          } catch { throw preparationFailure(error, [inputNames[number]]) }
        }
      })
    try failures.finish(named: inputs.count, request.fetching, in: self)
  }

  /// The same, but all profiles are kept.
  func loadEach(
    _ names: [String], _ request: LoadingRequest, marksCutStacks: Bool = true
  ) throws -> [LoadedProfile] {
    var loaded: [LoadedProfile] = []
    try loadEach(names, request, marksCutStacks: marksCutStacks, make: { $0 }) { loaded.append($0) }
    return loaded
  }

  /// The sum of the profiles that are subtracted from others; nil without any.
  private func base(_ request: LoadingRequest) throws -> Profile? {
    let named = try namedInputs(request.bases, request.fetching)
    if named.isEmpty { return nil }
    var sums = InputSums(
      try inputs(named, request.fetching), named, [], [], program: nil,
      skipsDamaged: request.skipsDamaged)
    do {
      try sums.read(request, usesSymbols: true, in: self)
      return try sums.takeProfile()
    } catch { throw preparationFailure(error, named.map(\.name)) }
  }

  /// The inputs to read: the one that is found if none is named.
  private func inputs(
    _ named: [NamedInput], _ fetching: FetchingRequest
  ) throws(CommandFailure) -> [ProfileInput] {
    if named.isEmpty { return [try findProfile(fetching)] }
    var inputs: [ProfileInput] = []
    for named in named { inputs.append(try input(named: named.name, fetching)) }
    return inputs
  }

  /// The message when profiles cannot be combined or prepared.
  private func preparationFailure(_ error: any Error, _ names: [String]) -> any Error {
    switch error {
    case let error as MergeError: failure(error)
    case is FrameDroppingError:
      CommandFailure(
        .badData,
        "\(listed(names)): drop_frames or keep_frames in the profile takes too long to match; "
          + "--all-frames ignores them")
    default: error
    }
  }
}

extension Preparation {
  fileprivate init(_ request: LoadingRequest, marksCutStacks: Bool) {
    self.init()
    marksBase = request.isDiff
    normalizes = request.normalizes
    demangling = request.demangling
    keepsAllFrames = request.keepsAllFrames
    self.marksCutStacks = marksCutStacks
    comment = request.comment
  }
}

extension PreparedProfile {
  /// The message about a pattern that was ignored.
  fileprivate func note(_ names: [String]) -> String? {
    ignoredPattern.map { error in
      "\(listed(names)): no frames are dropped, as drop_frames or keep_frames in the profile is no "
        + "regular expression: \(error.reason)"
    }
  }
}
