package import ProfileModel

/// Similar traces of single goroutines: a panic that a server recovered, or what a program logs
/// with `debug.Stack`. They are not a dump of the program, so they give no counts at a moment.
package struct GoroutineEvent: Sendable {
  let goroutine: Goroutine

  /// Leaf first.
  package var stack: [LocationID] { goroutine.stack }
  package var creator: LocationID? { goroutine.creator }

  /// The reason of the first trace.
  package let reason: CrashReason?

  /// The file of the first trace, as messages name it.
  package let name: String
  package private(set) var count = 0

  /// The line numbers of the first and the last trace.
  package private(set) var firstNumber = 0
  package private(set) var lastNumber = 0

  /// When the first and the last trace were written; nil when unknown.
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

/// The goroutines of a dump that count.
package struct GoroutineFilter: Sendable {
  /// Takes labels, and the names of the functions on the stack.
  package var accepts: @Sendable ([GoroutineLabel], [ArraySlice<UInt8>]) -> Bool

  /// A label whose value also distinguishes groups.
  package var rootLabel: String?

  package init(
    rootLabel: String? = nil,
    accepts: @escaping @Sendable ([GoroutineLabel], [ArraySlice<UInt8>]) -> Bool
  ) {
    self.rootLabel = rootLabel
    self.accepts = accepts
  }
}
