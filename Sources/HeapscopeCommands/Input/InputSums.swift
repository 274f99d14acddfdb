import ProfileCodec
import ProfileModel
import StackGraph

/// The sum of some profiles, and of those that are subtracted from it, read together on all cores.
/// Each profile is added and dropped, so only the sums take memory.
struct InputSums {
  /// A sum and the inputs read for it.
  private struct Part {
    var sum: ProfileSum
    let expectsSeveral: Bool
    var heads = ProfileHeads()
    var failures: MissingInputs

    /// The profiles count different things, or in different units.
    var needsPlan = false

    /// The numbers of the inputs that were read.
    var read: [Int] = []

    /// Some facts are known only when all were read: the units to add up in, and that there was
    /// only one profile, which is its own sum.
    var isReadAgain: Bool { needsPlan || expectsSeveral && read.count == 1 }
  }

  private var inputs: [ProfileInput]
  private let isFound: [Bool]

  /// The number of inputs that are not subtracted.
  private let count: Int
  private let program: String?
  private var parts: [Part]

  /// Those of a single profile; nil for a sum.
  private(set) var memoryStatistics: GoMemStats?

  /// - Parameters:
  ///   - named: the inputs as named; empty when they were found.
  ///   - program: the program that the profiles are of, if the user names it.
  init(
    _ inputs: [ProfileInput], _ named: [NamedInput], _ bases: [ProfileInput],
    _ namedBases: [NamedInput], program: String?, skipsDamaged: Bool
  ) {
    self.inputs = bases.isEmpty ? inputs : inputs + bases
    isFound =
      (named.isEmpty ? inputs.map { _ in false } : named.map(\.isFound)) + namedBases.map(\.isFound)
    count = inputs.count
    self.program = program
    parts = (bases.isEmpty ? [inputs] : [inputs, bases]).map { inputs in
      Part(
        sum: ProfileSum(program: program, expectsSeveral: inputs.count > 1),
        expectsSeveral: inputs.count > 1,
        failures: MissingInputs(of: "profiles", skipsDamaged: skipsDamaged))
    }
  }

  mutating func read(
    _ request: LoadingRequest, usesSymbols: Bool, in session: Session
  ) throws {
    try session.readEach(inputs, request, usesSymbols: usesSymbols, make: { $1 }) {
      number, result in
      let part = number < count ? 0 : 1
      switch result {
      case .failure(let failure):
        parts[part].failures.add(failure, isFound: isFound[number], in: session)
      case .success(let read):
        if number < count {
          memoryStatistics = parts[0].read.isEmpty ? read.memoryStatistics : nil
        }
        try add(read.profile, number, to: part)
      }
      if number == count - 1 {
        try parts[0].failures.finish(named: count, request.fetching, in: session)
      }
    }
    if parts.count > 1 {
      try parts[1].failures.finish(
        named: inputs.count - count, request.fetching, in: session)
    }
    for part in parts.indices where parts[part].isReadAgain {
      try readAgain(part, request, usesSymbols: usesSymbols, in: session)
    }
  }

  private mutating func add(_ profile: Profile, _ number: Int, to part: Int) throws {
    parts[part].read.append(number)
    parts[part].heads.add(profile)
    // What came through a pipe cannot be read again.
    if !inputs[number].canBeReadAgain { inputs[number].kept = KeptProfile(profile) }
    if parts[part].needsPlan { return }
    if try !parts[part].sum.add(profile) {
      parts[part].needsPlan = true
      parts[part].sum = ProfileSum(program: program)
    }
  }

  /// Adds up profiles again, now that their number and what they have in common are known.
  private mutating func readAgain(
    _ part: Int, _ request: LoadingRequest, usesSymbols: Bool, in session: Session
  ) throws {
    let heads = parts[part].heads
    var sum = ProfileSum(plan: try heads.plan(), program: program)
    let inputs = parts[part].read.map { self.inputs[$0] }
    try session.readEach(
      inputs, request, usesSymbols: usesSymbols, isAgain: true, make: { $1.profile }
    ) { number, result in
      let profile: Profile
      do { profile = try result.get() } catch let failure as ReadFailure { throw failure.failure }
      // Another program may have written a new file in the meantime.
      guard heads.contains(profile) else {
        throw CommandFailure(
          .inputOutput, "\(inputs[number].name): \(describe(CodecError.changedWhileRead))")
      }
      _ = try sum.add(profile)
    }
    parts[part].sum = sum
  }

  mutating func takeProfile() throws -> Profile { try parts[0].sum.finish() }

  /// Nil when nothing is subtracted.
  mutating func takeBase() throws -> Profile? {
    parts.count > 1 ? try parts[1].sum.finish() : nil
  }
}
