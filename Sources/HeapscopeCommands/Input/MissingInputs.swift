/// What could not be read of the profiles, or dumps, that a command line names.
///
/// An answer from a part of them would look like one from all: it is given only where
/// `--allow-missing` asks for it.
struct MissingInputs {
  /// Such as `profiles`.
  let what: String
  private var failures: [CommandFailure] = []

  init(of what: String) { self.what = what }

  mutating func add(_ failure: CommandFailure) { failures.append(failure) }

  /// Says what was not read, and whether the command goes on without it.
  ///
  /// - Parameter named: how many there are, with those that were read.
  /// - Throws: with the status of the first failure, unless missing ones are allowed and
  ///   something was read.
  func finish(
    named: Int, _ fetching: FetchingRequest, in session: Session
  ) throws(CommandFailure) {
    guard let first = failures.first else { return }
    if named == 1 { throw first }
    for failure in failures { session.message(failure.message) }
    let read = named - failures.count
    if read == 0 {
      throw CommandFailure(first.status, "none of the \(named) \(what) can be read")
    }
    if fetching.allowsMissing {
      session.missingInput = first.status
      session.message("read \(read) of \(named) \(what)")
    } else {
      throw CommandFailure(
        first.status,
        "\(failures.count) of \(named) \(what) cannot be read; --allow-missing goes on without "
          + (failures.count == 1 ? "it" : "them"))
    }
  }
}
