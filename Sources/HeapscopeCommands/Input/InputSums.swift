import ProfileCodec
import ProfileModel
import StackGraph

/// The sum of some profiles, and of those that are subtracted from it, read together on all
/// cores. Each is added and dropped: the memory is that of the sums.
struct InputSums {
  /// What is added up.
  private struct Part {
    var sum: ProfileSum
    let expectsSeveral: Bool
    var heads = ProfileHeads()
    var failures: MissingInputs

    /// The profiles count different things, or in different units.
    var needsPlan = false

    /// The numbers of the inputs that were read.
    var read: [Int] = []

    /// What can be known only when all were read: in which units they are added up, and that
    /// there was only one, which is its own sum.
    var isReadAgain: Bool { needsPlan || expectsSeveral && read.count == 1 }
  }

  private var inputs: [ProfileInput]
  private let isFound: [Bool]

  /// How many of the inputs are not subtracted.
  private let count: Int
  private let program: String?
  private var parts: [Part]

  /// Of a single profile.
  private(set) var memoryStatistics: GoMemStats?

  /// - Parameters:
  ///   - named: what is named of the inputs; none where they were found.
  ///   - program: the program that they are of, where somebody names it.
  init(
    _ inputs: [ProfileInput], _ named: [NamedInput], _ bases: [ProfileInput],
    _ namedBases: [NamedInput], program: String?, skipsDamaged: Bool
  ) {
    self.inputs = inputs + bases
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
    if !inputs[number].canBeReadAgain { inputs[number].known = profile }
    if parts[part].needsPlan { return }
    if try !parts[part].sum.add(profile) {
      parts[part].needsPlan = true
      parts[part].sum = ProfileSum(program: program)
    }
  }

  /// Adds up profiles of which it is known now how many they are, and what they have in common.
  private mutating func readAgain(
    _ part: Int, _ request: LoadingRequest, usesSymbols: Bool, in session: Session
  ) throws {
    var sum = ProfileSum(plan: try parts[part].heads.plan(), program: program)
    try session.readEach(
      parts[part].read.map { inputs[$0] }, request, usesSymbols: usesSymbols, isAgain: true,
      make: { $1.profile }
    ) { _, result in
      do { _ = try sum.add(try result.get()) } catch let failure as ReadFailure {
        throw failure.failure
      }
    }
    parts[part].sum = sum
  }

  mutating func takeProfile() throws -> Profile { try parts[0].sum.finish() }

  /// Nil where nothing is subtracted.
  mutating func takeBase() throws -> Profile? {
    parts.count > 1 ? try parts[1].sum.finish() : nil
  }
}
