import Foundations
package import ProfileModel

/// A heap dump of Go's runtime (`runtime/debug.WriteHeapDump`) in columns, without the contents of
/// its objects.
package struct HeapDump: Sendable {
  package internal(set) var goVersion = ""
  package internal(set) var objects = HeapObjects()

  /// The words that ``HeapObjects/marks`` refer to, which point into the program. Row 0 is none;
  /// row 1 stands for a map's header.
  package internal(set) var marks: [UInt64] = [0, 0]
  package static let mapMark = 1

  /// Added to a word that is an interface's type or itab, beside its pointer.
  package static let typeFlag: UInt64 = 1 << 63

  /// Pointers after the word of a type or an itab, as in interfaces: the row of
  /// ``HeapObjects/edges`` during reading, and that of the word.
  var typedEdges: [TypedEdge] = []

  struct TypedEdge {
    var edge: UInt32
    var mark: UInt16
  }

  /// The types of values that the program put into interfaces, by address.
  package internal(set) var typeNames: [UInt64: String] = [:]

  /// By address of an itab: that of its type.
  package internal(set) var itabTypes: [UInt64: UInt64] = [:]

  package internal(set) var stacks: [GoroutineStack] = []
  package internal(set) var goroutineCount = 0

  /// When the collector last saw a goroutine that had begun to wait, on the machine's clock.
  /// Nothing is closer to the time of the dump.
  package internal(set) var latestWait: UInt64 = 0

  /// The runtime's own records of goroutines and threads; these objects hold nothing.
  var runtimeRecords: [UInt64] = []

  /// By name: where functions on stacks begin; only a few, to recognize a program.
  var frameEntries: [UInt64: String] = [:]

  /// What goroutines point to.
  var framePointers: [FramePointer] = []

  package internal(set) var segments: [Segment] = []
  package internal(set) var finalizers: [Finalizer] = []

  /// Roots that the runtime describes by a text.
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

  /// Where the dump ends early; nil when it is complete.
  package internal(set) var truncation: Int?

  /// Slots after the objects of a page that look like objects.
  package internal(set) var phantomCount = 0
  package internal(set) var byteCount = 0

  /// Goroutines with the same functions on their stacks.
  package struct GoroutineStack: Sendable {
    /// Leaf first.
    package var functions: [FunctionID]
    package var waitReason: String
    package var isSystem: Bool
    package var count = 0

    /// When the collector first saw the longest waiting one, in nanoseconds of the machine's clock;
    /// 0 when it saw none.
    package var waitsSince: UInt64 = 0
  }

  struct FramePointer {
    /// A row of ``HeapDump/stacks``, and an index of its functions.
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

    /// Pointers other than nil: their address and value.
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
