/// The exit statuses of heapscope; the numbers from 64 are those of sysexits.h.
package enum ExitStatus: Int32, Sendable {
  case success = 0
  /// Done, and the answer is "no": nothing matched, or a budget is exceeded.
  case negative = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case internalError = 70
  /// Memory ran out: the process ends where it is (CSystem/OutOfMemory.c).
  case outOfMemory = 71
  case cannotCreate = 73
  case inputOutput = 74
  /// Ended by SIGINT or SIGTERM, in a shell's notation.
  case interrupted = 130
  case terminated = 143
}

/// Ends a run, with the line that says why.
struct CommandFailure: Error {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
