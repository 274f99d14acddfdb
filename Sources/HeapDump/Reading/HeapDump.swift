import Foundations
package import ProfileModel

/// A heap dump of Go's runtime (`runtime/debug.WriteHeapDump`) in columns, without the contents
/// of its objects.
package struct HeapDump: Sendable {
  package internal(set) var goVersion = ""
  package internal(set) var objects = HeapObjects()

  /// What ``HeapObjects/marks`` name: words that point into the program, of which row 0 is none
  /// and row 1 stands for a map's header.
  package internal(set) var marks: [UInt64] = [0, 0]
  package static let mapMark = 1

  /// Added to a word that is the type, or the itab, that an interface has beside its pointer.
  package static let typeFlag: UInt64 = 1 << 63

  /// Pointers that stand behind the word of a type or an itab, as in interfaces: the row of
  /// ``HeapObjects/edges``, while a dump is read, and of the word.
  var typedEdges: [TypedEdge] = []

  struct TypedEdge {
    var edge: UInt32
    var mark: UInt16
  }

  /// The types of what the program has put into interfaces, by their address.
  package internal(set) var typeNames: [UInt64: String] = [:]

  /// By the address of an itab: its type's.
  package internal(set) var itabTypes: [UInt64: UInt64] = [:]

  package internal(set) var stacks: [GoroutineStack] = []
  package internal(set) var goroutineCount = 0

  /// When the collector last saw a goroutine that had begun to wait: what comes closest to the
  /// time of the dump, on the machine's clock.
  package internal(set) var latestWait: UInt64 = 0

  /// The runtime's own records of goroutines and threads, whose objects hold nothing.
  var runtimeRecords: [UInt64] = []

  /// Where functions on stacks begin, with their names: a few, to know a program by.
  var frameEntries: [UInt64: String] = [:]

  /// What goroutines point to.
  var framePointers: [FramePointer] = []

  package internal(set) var segments: [Segment] = []
  package internal(set) var finalizers: [Finalizer] = []

  /// Roots that the runtime has a text for.
  var otherRoots: [(name: String, pointer: UInt64)] = []

  package internal(set) var statistics: Statistics?

  /// When the last collection ended, in nanoseconds since 1970; 0 before the first.
  package internal(set) var timeNanoseconds: Int64 = 0

  /// Functions, and the lines of the stacks that allocated.
  package internal(set) var names = NamedLines()

  /// The stacks of ``samples``, leaf first.
  package internal(set) var buckets: [Bucket] = []
  package internal(set) var bucketFrames: [LocationID] = []
  package internal(set) var samples: [Sample] = []

  /// Nil where the dump has its end, else where it ends early.
  package internal(set) var truncation: Int?

  /// Slots behind the objects of a page that look like objects.
  package internal(set) var phantomCount = 0
  package internal(set) var byteCount = 0

  /// Goroutines with the same functions on their stacks.
  package struct GoroutineStack: Sendable {
    /// Leaf first.
    package var functions: [FunctionID]
    package var waitReason: String
    package var isSystem: Bool
    package var count = 0

    /// When the collector first saw the one that waits longest, in nanoseconds of the
    /// machine's clock; 0 where it saw none.
    package var waitsSince: UInt64 = 0
  }

  struct FramePointer {
    /// A row of ``HeapDump/stacks``, and of its functions.
    var stack: UInt32
    var frame: UInt32
    var pointer: UInt64

    /// No map of the frame lists it.
    var isConservative: Bool
  }

  package struct Segment: Sendable {
    package var isBSS: Bool
    package var address: UInt64
    package var size: UInt64

    /// Pointers that are not nil: where they stand, and what they are.
    var slots: [(address: UInt64, pointer: UInt64)] = []
  }

  package struct Finalizer: Sendable {
    package var isQueued: Bool
    package var object: UInt64
    package var closure: UInt64
    package var code: UInt64
  }

  /// What the runtime counted.
  package struct Statistics: Sendable {
    package var heapBytes: UInt64
    package var heapObjects: UInt64
  }

  package struct Bucket: Sendable {
    package var id: UInt64
    package var size: UInt64

    /// Where its stack ends in ``HeapDump/bucketFrames``.
    package var end: Int
  }

  package struct Sample: Sendable {
    package var object: UInt64
    package var bucket: UInt64
  }
}
