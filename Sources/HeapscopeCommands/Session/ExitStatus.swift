/// What the exit status of heapscope says; the numbers above 1 are those of sysexits.h.
package enum ExitStatus: Int32, Sendable {
  case success = 0
  /// Done, and the answer is "no": nothing matched, or a budget is exceeded.
  case negative = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case internalError = 70
  /// Memory ran out: the process ends where it stands (CSystem/OutOfMemory.c).
  case outOfMemory = 71
  case cannotCreate = 73
  case inputOutput = 74
  /// Ended by SIGINT or SIGTERM, as a shell counts it.
  case interrupted = 130
  case terminated = 143
}

/// A run that ends here, with the line that says why.
struct CommandFailure: Error {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
