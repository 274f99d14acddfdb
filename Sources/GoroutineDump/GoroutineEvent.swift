package import ProfileModel

/// Traces of one goroutine alone that are alike: a panic that a server recovered from, or
/// what a program logs with `debug.Stack`. No dump of the program, so nothing can be counted
/// at a moment.
package struct GoroutineEvent: Sendable {
  let goroutine: Goroutine

  /// Leaf first.
  package var stack: [LocationID] { goroutine.stack }
  package var creator: LocationID? { goroutine.creator }

  /// The reason of the first of them.
  package let reason: CrashReason?

  /// As messages name the file of the first.
  package let name: String
  package private(set) var count = 0

  /// The lines of the first and the last.
  package private(set) var firstNumber = 0
  package private(set) var lastNumber = 0

  /// When the first and the last were written, where the log says.
  package private(set) var firstSeconds: Double?
  package private(set) var lastSeconds: Double?
  package private(set) var processes: Set<Int> = []

  /// The text ended before the trace did.
  var isCut = false

  init(_ goroutine: Goroutine, _ reason: CrashReason?, name: String) {
    self.goroutine = goroutine
    self.reason = reason
    self.name = name
  }

  mutating func add(id: UInt64, number: Int, seconds: Double?, process: Int) {
    if count == 0 { firstNumber = number }
    count += 1
    lastNumber = number
    processes.insert(process)
    if let seconds {
      firstSeconds = min(firstSeconds ?? seconds, seconds)
      lastSeconds = max(lastSeconds ?? seconds, seconds)
    }
  }
}

/// Which goroutines of a dump count.
package struct GoroutineFilter: Sendable {
  /// Takes labels, and the names of the functions on the stack.
  package var accepts: @Sendable ([GoroutineLabel], [ArraySlice<UInt8>]) -> Bool

  /// Groups are told apart by this label's value too.
  package var rootLabel: String?

  package init(
    rootLabel: String? = nil,
    accepts: @escaping @Sendable ([GoroutineLabel], [ArraySlice<UInt8>]) -> Bool
  ) {
    self.rootLabel = rootLabel
    self.accepts = accepts
  }
}
