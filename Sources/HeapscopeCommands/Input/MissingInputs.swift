/// What could not be read of the profiles, or dumps, that a command line names.
///
/// An answer from a part of them would look like one from all: it is given only where
/// `--allow-missing` or `--skip-damaged` asks for it, or of a folder, what is no profile there.
struct MissingInputs {
  /// Such as `profiles`.
  let what: String
  private let skipsDamaged: Bool

  /// The first ones; of thousands that cannot be read not all are told.
  private var failures: [CommandFailure] = []
  private var failureCount = 0
  private static let mostTold = 20

  /// How many were left out with a word.
  private var leftOut = 0
  private var lastLeftOut: CommandFailure?

  init(of what: String, skipsDamaged: Bool = false) {
    self.what = what
    self.skipsDamaged = skipsDamaged
  }

  mutating func add(_ failure: CommandFailure) {
    failureCount += 1
    if failures.count < Self.mostTold { failures.append(failure) }
  }

  /// - Parameter isFound: nobody named the input: it lay in a folder.
  mutating func add(_ failure: ReadFailure, isFound: Bool, in session: Session) {
    let isSkipped = skipsDamaged && failure.kind != .missing
    guard isSkipped || isFound && failure.kind == .noProfile else { return add(failure.failure) }
    // What is no profile was not meant in a folder, but was where it has a name.
    if !(isFound && failure.kind == .noProfile) { session.hasSkippedDamaged = true }
    session.message(failure.failure.message + "; left out")
    leftOut += 1
    lastLeftOut = failure.failure
  }

  /// Says what was not read, and whether the command goes on without it.
  ///
  /// - Parameter named: how many there are, with those that were read.
  /// - Throws: with the status of the first failure, unless missing ones are allowed and
  ///   something was read.
  func finish(
    named: Int, _ fetching: FetchingRequest, in session: Session
  ) throws(CommandFailure) {
    guard let first = failures.first ?? lastLeftOut else { return }
    if named == 1 { throw first }
    for failure in failures { session.message(failure.message) }
    if failureCount > failures.count {
      session.message("and \(failureCount - failures.count) more")
    }
    let read = named - failureCount - leftOut
    if read == 0 {
      throw CommandFailure(first.status, "none of the \(named) \(what) can be read")
    }
    if failureCount == 0 {
      if session.hasSkippedDamaged { session.message("read \(read) of \(named) \(what)") }
    } else if fetching.allowsMissing {
      session.missingInput = first.status
      session.message("read \(read) of \(named) \(what)")
    } else {
      throw CommandFailure(
        first.status,
        "\(failureCount) of \(named) \(what) cannot be read; --allow-missing goes on without "
          + (failureCount == 1 ? "it" : "them"))
    }
  }
}
