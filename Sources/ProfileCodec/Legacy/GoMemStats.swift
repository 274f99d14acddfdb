/// The counters of Go's memory manager (`runtime.MemStats`) at the end of its text heap profile.
package struct GoMemStats: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: UInt64
  }

  /// The whole numbers, in the order of the text. `Stack = 1 / 2` becomes two fields, `StackInuse`
  /// and `StackSys`; likewise `MSpan` and `MCache`.
  package internal(set) var fields: [Field] = []

  /// The share of processor time, since the program began, that garbage collection took.
  package internal(set) var gcCPUFraction: Double?

  init() {}

  /// Returns a field by its name in the text, or nil when it has none.
  package subscript(name: String) -> UInt64? { fields.first { $0.name == name }?.value }

  /// Bytes of live objects and of garbage not yet swept.
  package var heapAllocBytes: UInt64? { self["HeapAlloc"] }

  /// When the last collection ended, in nanoseconds since 1970; 0 for never.
  package var lastGCNanoseconds: UInt64? { self["LastGC"] }

  /// The largest resident set of the process so far, in bytes, as the kernel
  /// counts it. Go 1.16 and later.
  package var maxRSSBytes: UInt64? { self["MaxRSS"] }
}
