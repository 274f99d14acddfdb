/// Those of the profiles, or dumps, on a command line that could not be read.
///
/// A result from some of them would look like one from all. So it is given only if
/// `--allow-missing` or `--skip-damaged` asks for it, or if the files left out are files of a
/// folder that are no profiles.
struct MissingInputs {
  /// Such as `profiles`.
  let what: String
  private let skipsDamaged: Bool

  /// The first failures: thousands of them are not all reported.
  private var failures: [CommandFailure] = []
  private var failureCount = 0
  private static let mostTold = 20

  /// How many were left out with a message.
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

  /// - Parameter isFound: the input was not named, but is in a named folder.
  mutating func add(_ failure: ReadFailure, isFound: Bool, in session: Session) {
    let isSkipped = skipsDamaged && failure.kind != .missing
    guard isSkipped || isFound && failure.kind == .noProfile else { return add(failure.failure) }
    // A file that is no profile is to be expected in a folder, but not when it was named.
    if !(isFound && failure.kind == .noProfile) { session.hasSkippedDamaged = true }
    session.message(failure.failure.message + "; left out")
    leftOut += 1
    lastLeftOut = failure.failure
  }

  /// Reports what was not read, and whether the command goes on without it.
  ///
  /// - Parameter named: the number of all inputs, including those that were read.
  /// - Throws: with the status of the first failure, unless missing inputs are allowed and
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
      session.message("read \(read) of \(named) \(what)")
    } else {
      throw CommandFailure(
        first.status,
        "\(failureCount) of \(named) \(what) cannot be read; --allow-missing goes on without "
          + (failureCount == 1 ? "it" : "them"))
    }
  }
}
