import Foundations
import ProfileModel

/// A part of a collection, and how long it took.
package struct GCPhase: Sendable, Equatable {
  package var name: String
  package var nanoseconds: Int64

  /// The program is stopped during it.
  package var isPause: Bool

  /// 0 for a part of the collection itself, more for a part of a part, which comes after the whole.
  package var depth = 0

  /// What the phase worked on, such as `312 buffers`.
  package var note: String?
}

/// One collection of Go, or one pause or concurrent cycle of a Java collector.
package struct GCEvent: Sendable, Equatable {
  /// The program's run that it belongs to: a log may contain several.
  package var run = 0

  /// The process that ran it, as a row of the log's processes.
  package var process = 0

  /// The collector's own number.
  package var number: UInt64

  /// `GC cycle`, `Pause Remark`, `Pause Young (Normal)`.
  package var kind: String

  /// The reason, if the log gives it: `forced`, `G1 Evacuation Pause`.
  package var cause: String?

  /// Seconds since a fixed moment, mostly the start of the program.
  package var startSeconds: Double?
  package var phases: [GCPhase] = []

  /// Bytes on the heap: when the collection began, at the peak, when it ended. For Go, the last is
  /// the live heap.
  package var heapBefore: Int64?
  package var heapPeak: Int64?
  package var heapAfter: Int64?

  /// For Go, the heap size at which the collector aims to finish. For Java, the size that the heap
  /// may reach before it is enlarged.
  package var heapGoal: Int64?
  package var cpu: GCProcessorTime?
  package var processors: Int?
  package var checksForLeaks = false

  /// The total time for which the program was stopped.
  package var pauseNanoseconds: Int64 {
    phases.reduce(0) { $1.depth == 0 && $1.isPause ? saturatingSum($0, $1.nanoseconds) : $0 }
  }

  package var nanoseconds: Int64 {
    phases.reduce(0) { $1.depth == 0 ? saturatingSum($0, $1.nanoseconds) : $0 }
  }
}

/// Processor time of a collection, in nanoseconds.
package struct GCProcessorTime: Sendable, Equatable {
  /// Everything but ``idle``.
  package var busy: Int64

  /// The part of ``busy`` that allocating goroutines spent on marking.
  package var assist: Int64?

  /// On processors that had nothing else to do.
  package var idle: Int64 = 0
}
