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

  /// Bytes of address space reserved for the heap: in use, idle or released.
  package var heapSysBytes: UInt64? { self["HeapSys"] }

  /// Bytes in spans without objects, including released ones.
  package var heapIdleBytes: UInt64? { self["HeapIdle"] }

  /// Bytes in spans with objects: ``heapAllocBytes`` plus fragmentation.
  package var heapInuseBytes: UInt64? { self["HeapInuse"] }

  /// Bytes of idle spans returned to the system.
  package var heapReleasedBytes: UInt64? { self["HeapReleased"] }
  package var heapObjectCount: UInt64? { self["HeapObjects"] }

  /// All bytes obtained from the system.
  package var sysBytes: UInt64? { self["Sys"] }
  package var totalAllocBytes: UInt64? { self["TotalAlloc"] }
  package var stackInuseBytes: UInt64? { self["StackInuse"] }
  package var stackSysBytes: UInt64? { self["StackSys"] }
  package var mSpanInuseBytes: UInt64? { self["MSpanInuse"] }
  package var mSpanSysBytes: UInt64? { self["MSpanSys"] }
  package var mCacheInuseBytes: UInt64? { self["MCacheInuse"] }
  package var mCacheSysBytes: UInt64? { self["MCacheSys"] }

  /// Bytes of the profiler's own table.
  package var buckHashSysBytes: UInt64? { self["BuckHashSys"] }

  /// Bytes of the garbage collector's metadata.
  package var gcSysBytes: UInt64? { self["GCSys"] }
  package var otherSysBytes: UInt64? { self["OtherSys"] }

  /// The heap size, in bytes, at which the next collection begins.
  package var nextGCBytes: UInt64? { self["NextGC"] }

  /// When the last collection ended, in nanoseconds since 1970; 0 for never.
  package var lastGCNanoseconds: UInt64? { self["LastGC"] }
  package var gcCount: UInt64? { self["NumGC"] }
  package var forcedGCCount: UInt64? { self["NumForcedGC"] }

  /// The largest resident set of the process so far, in bytes, as the kernel
  /// counts it. Go 1.16 and later.
  package var maxRSSBytes: UInt64? { self["MaxRSS"] }
}
