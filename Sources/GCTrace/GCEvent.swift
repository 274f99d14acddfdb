import Foundations
import ProfileModel

/// A part of a collection, and how long it took.
package struct GCPhase: Sendable, Equatable {
  package var name: String
  package var nanoseconds: Int64

  /// The program stood still meanwhile.
  package var isPause: Bool

  /// 0 for a part of the collection itself, more for a part of a part, which
  /// stands after the whole.
  package var depth = 0

  /// What the phase worked on, such as `312 buffers`.
  package var note: String?
}

/// One collection of Go, or one pause or concurrent cycle of a Java collector.
package struct GCEvent: Sendable, Equatable {
  /// Which run of a program it belongs to: a log may hold several.
  package var run = 0

  /// Which of the log's processes ran it.
  package var process = 0

  /// The collector's own number.
  package var number: UInt64

  /// `GC cycle`, `Pause Remark`, `Pause Young (Normal)`.
  package var kind: String

  /// Why, where the log says: `forced`, `G1 Evacuation Pause`.
  package var cause: String?

  /// Seconds since some fixed moment, mostly the start of the program.
  package var startSeconds: Double?
  package var phases: [GCPhase] = []

  /// Bytes on the heap: when it began, at its highest, when it ended. For Go the
  /// last is what was found live.
  package var heapBefore: Int64?
  package var heapPeak: Int64?
  package var heapAfter: Int64?

  /// Bytes at which the collector means to be done (Go), or that the heap may
  /// grow to before it is made larger (Java).
  package var heapGoal: Int64?
  package var cpu: GCProcessorTime?
  package var processors: Int?
  package var checksForLeaks = false

  /// All that the program stood still for.
  package var pauseNanoseconds: Int64 {
    phases.reduce(0) { $1.depth == 0 && $1.isPause ? saturatingSum($0, $1.nanoseconds) : $0 }
  }

  package var nanoseconds: Int64 {
    phases.reduce(0) { $1.depth == 0 ? saturatingSum($0, $1.nanoseconds) : $0 }
  }
}

/// Processor time that a collection took, in nanoseconds.
package struct GCProcessorTime: Sendable, Equatable {
  /// All but ``idle``.
  package var busy: Int64

  /// The part of ``busy`` that goroutines paid which wanted to allocate.
  package var assist: Int64?

  /// On processors that had nothing else to do.
  package var idle: Int64 = 0
}
