import LogText

/// The series about a process's memory, goroutines and collector, by what they count. A figure may
/// have several names: those of client_golang's first collector, of its collector of
/// runtime/metrics, of OpenTelemetry, of VictoriaMetrics' library.
package enum KnownSeries: Int, CaseIterable, Sendable {
  case goroutines, threads, processors
  case heapAlloc, heapInuse, heapUnused, heapIdle, heapFree, heapReleased
  case stackSys, heapStacks, osStacks
  case mspanSys, mspanInuseClass, mspanFreeClass, mcacheSys, mcacheInuseClass, mcacheFreeClass
  case buckHashSys, gcSys, otherSys, sys
  case nextGC, heapLive, lastGC, collectorFraction, growthPercent, memoryLimit
  case allocatedBytes, allocations, collections, forcedCollections, pauseSeconds, longestPause
  case collectorSeconds, collectorIdleSeconds, allSeconds, idleSeconds, foreignCalls
  case processorSeconds, residentBytes, virtualBytes, openFiles, mostFiles, startTime
  case containerWorkingSet, containerLimit

  /// Whether the figure only rises while the process lives.
  package var isCounter: Bool {
    switch self {
    case .allocatedBytes, .allocations, .collections, .forcedCollections, .pauseSeconds,
      .collectorSeconds, .collectorIdleSeconds, .allSeconds, .idleSeconds, .foreignCalls,
      .processorSeconds:
      true
    default: false
    }
  }

  /// Its names, the preferred one first.
  package var names: [String] {
    switch self {
    case .goroutines:
      [
        "go_goroutines", "go_sched_goroutines_goroutines", "go_goroutine_count",
        "process_runtime_go_goroutines",
      ]
    case .threads: ["go_threads", "process_num_threads", "go_sched_threads_total_threads"]
    case .processors: ["go_sched_gomaxprocs_threads", "go_processor_limit", "go_gomaxprocs"]
    case .heapAlloc:
      [
        "go_memstats_heap_alloc_bytes", "go_memory_classes_heap_objects_bytes",
        "go_memstats_alloc_bytes", "process_runtime_go_mem_heap_alloc_bytes",
      ]
    case .heapInuse:
      ["go_memstats_heap_inuse_bytes", "process_runtime_go_mem_heap_inuse_bytes"]
    case .heapUnused: ["go_memory_classes_heap_unused_bytes"]
    case .heapIdle: ["go_memstats_heap_idle_bytes", "process_runtime_go_mem_heap_idle_bytes"]
    case .heapFree: ["go_memory_classes_heap_free_bytes"]
    case .heapReleased:
      [
        "go_memstats_heap_released_bytes", "go_memory_classes_heap_released_bytes",
        "process_runtime_go_mem_heap_released_bytes",
      ]
    case .stackSys: ["go_memstats_stack_sys_bytes"]
    case .heapStacks: ["go_memory_classes_heap_stacks_bytes", "go_memstats_stack_inuse_bytes"]
    case .osStacks: ["go_memory_classes_os_stacks_bytes"]
    case .mspanSys: ["go_memstats_mspan_sys_bytes"]
    case .mspanInuseClass: ["go_memory_classes_metadata_mspan_inuse_bytes"]
    case .mspanFreeClass: ["go_memory_classes_metadata_mspan_free_bytes"]
    case .mcacheSys: ["go_memstats_mcache_sys_bytes"]
    case .mcacheInuseClass: ["go_memory_classes_metadata_mcache_inuse_bytes"]
    case .mcacheFreeClass: ["go_memory_classes_metadata_mcache_free_bytes"]
    case .buckHashSys:
      ["go_memstats_buck_hash_sys_bytes", "go_memory_classes_profiling_buckets_bytes"]
    case .gcSys: ["go_memstats_gc_sys_bytes", "go_memory_classes_metadata_other_bytes"]
    case .otherSys: ["go_memstats_other_sys_bytes", "go_memory_classes_other_bytes"]
    case .sys: ["go_memstats_sys_bytes", "go_memory_classes_total_bytes"]
    case .nextGC:
      ["go_memstats_next_gc_bytes", "go_gc_heap_goal_bytes", "go_memory_gc_goal_bytes"]
    case .heapLive: ["go_gc_heap_live_bytes"]
    case .lastGC: ["go_memstats_last_gc_time_seconds"]
    case .collectorFraction: ["go_memstats_gc_cpu_fraction"]
    case .growthPercent: ["go_gc_gogc_percent", "go_config_gogc_percent"]
    case .memoryLimit: ["go_gc_gomemlimit_bytes", "go_memory_limit_bytes", "go_memlimit_bytes"]
    case .allocatedBytes:
      [
        "go_memstats_alloc_bytes_total", "go_gc_heap_allocs_bytes_total",
        "go_memory_allocated_bytes_total",
      ]
    case .allocations:
      [
        "go_memstats_mallocs_total", "go_gc_heap_allocs_objects_total",
        "go_memory_allocations_total",
      ]
    case .collections:
      ["go_gc_duration_seconds_count", "go_gc_cycles_total_gc_cycles_total"]
    case .forcedCollections: ["go_gc_cycles_forced_gc_cycles_total"]
    case .pauseSeconds: ["go_gc_duration_seconds_sum"]
    case .longestPause: ["go_gc_duration_seconds"]
    case .collectorSeconds:
      ["go_cpu_classes_gc_total_cpu_seconds_total", "go_gc_cpu_seconds_total"]
    case .collectorIdleSeconds: ["go_cpu_classes_gc_mark_idle_cpu_seconds_total"]
    case .allSeconds: ["go_cpu_classes_total_cpu_seconds_total"]
    case .idleSeconds: ["go_cpu_classes_idle_cpu_seconds_total"]
    case .foreignCalls: ["go_cgo_go_to_c_calls_calls_total", "go_cgo_calls_count"]
    case .processorSeconds: ["process_cpu_seconds_total"]
    case .residentBytes: ["process_resident_memory_bytes"]
    case .virtualBytes: ["process_virtual_memory_bytes"]
    case .openFiles: ["process_open_fds"]
    case .mostFiles: ["process_max_fds"]
    case .startTime: ["process_start_time_seconds"]
    case .containerWorkingSet: ["container_memory_working_set_bytes"]
    case .containerLimit: ["container_spec_memory_limit_bytes"]
    }
  }
}

/// The names of all known series, with their rows.
struct SeriesNames {
  /// The names, as bytes, by length: most samples are of other series, and their length shows it.
  private var rows: [[(name: [UInt8], row: Int)]] = []

  /// The figure of each row.
  let series: [KnownSeries]

  /// The rows of each figure, the preferred one first.
  let places: [[Int]]

  static let all = SeriesNames()

  private init() {
    var series: [KnownSeries] = []
    var places: [[Int]] = []
    for known in KnownSeries.allCases {
      places.append(Array(series.count..<(series.count + known.names.count)))
      for name in known.names {
        let bytes = Array(name.utf8)
        while rows.count <= bytes.count { rows.append([]) }
        rows[bytes.count].append((bytes, series.count))
        series.append(known)
      }
    }
    self.series = series
    self.places = places
  }

  var count: Int { series.count }

  /// The row of a name; nil when it is not known.
  func row(_ name: ArraySlice<UInt8>) -> Int? {
    guard name.count < rows.count else { return nil }
    // Names of the same length share their beginnings, so their ends are compared first.
    for entry in rows[name.count]
    where entry.name.last == name.last && entry.name.elementsEqual(name) {
      return entry.row
    }
    return nil
  }
}
