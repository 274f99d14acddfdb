import Foundations

/// The composition of a Go process's memory, in bytes, according to the runtime, and the resident
/// memory according to the kernel.
package struct MemoryAccount: Sendable, Equatable {
  /// Objects that the last collection found live; an estimate unless the runtime reports them.
  package var live: Int64?

  /// The live heap is not reported, but derived from the heap's goal.
  package var liveIsEstimate = false

  /// Objects allocated and not freed yet: live ones, new ones and garbage.
  package var objects: Int64?

  /// The part of the spans in use that holds no object.
  package var fragments: Int64?

  /// Spans without objects that were not returned to the system.
  package var idle: Int64?
  package var stacks: Int64?

  /// Memory of the collector, the allocator and the profiler themselves.
  package var runtime: Int64?

  /// Returned to the system, and so not part of the resident memory.
  package var released: Int64?

  /// All memory that the runtime took from the system, including what it returned.
  package var taken: Int64?

  /// The resident memory according to the kernel.
  package var resident: Int64?

  /// The peak of the resident memory; only the kernel's own figure, if there is no better one.
  package var mostResident: Int64?

  /// The part of ``objects`` that is no longer, or not yet known to be, live.
  package var garbage: Int64? {
    guard let objects, let live else { return nil }
    return max(0, saturatingDifference(objects, live))
  }

  /// The memory that the runtime has now.
  package var held: Int64? {
    guard let taken, let released else { return nil }
    return saturatingDifference(taken, released)
  }

  /// Resident memory that is not the runtime's: the program's file, C, files mapped into memory.
  /// Negative when the runtime took pages that were never touched, or are swapped out.
  package var unexplained: Int64? {
    guard let resident, let held else { return nil }
    return saturatingDifference(resident, held)
  }

  /// Whether none of it is known.
  package var isEmpty: Bool { objects == nil && taken == nil && resident == nil }

  package init(_ moment: Moment) {
    func bytes(_ value: Double?) -> Int64? { value.flatMap { $0 < 0 ? nil : Int64(nearest: $0) } }
    func sum(_ series: KnownSeries...) -> Double? {
      let values = series.compactMap { moment[$0] }
      return values.count == series.count ? values.reduce(0, +) : nil
    }
    func difference(_ whole: Double?, _ part: Double?) -> Double? {
      guard let whole, let part else { return nil }
      return max(0, whole - part)
    }
    objects = bytes(moment[.heapAlloc])
    fragments = bytes(
      moment[.heapUnused] ?? difference(moment[.heapInuse], moment[.heapAlloc]))
    idle = bytes(moment[.heapFree] ?? difference(moment[.heapIdle], moment[.heapReleased]))
    stacks = bytes(moment[.stackSys] ?? sum(.heapStacks, .osStacks))
    let own: [Double?] = [
      moment[.mspanSys] ?? sum(.mspanInuseClass, .mspanFreeClass),
      moment[.mcacheSys] ?? sum(.mcacheInuseClass, .mcacheFreeClass),
      moment[.buckHashSys], moment[.gcSys], moment[.otherSys],
    ]
    let known = own.compactMap(\.self)
    runtime = known.count == own.count ? bytes(known.reduce(0, +)) : nil
    released = bytes(moment[.heapReleased])
    taken = bytes(moment[.sys])
    resident = bytes(moment[.residentBytes])
    if let heap = LiveHeap(moment) {
      live = min(Int64(nearest: heap.bytes), objects ?? .max)
      liveIsEstimate = heap.isEstimate
    }
  }
}

/// The heap that the last collection found live.
struct LiveHeap {
  var bytes: Double

  /// The size is derived from the heap's goal.
  var isEstimate: Bool

  /// The goal is the live heap and the roots plus a percentage of both (Go's guide to the
  /// collector). The live heap is unknown when the goal is the minimum of 4 MB, or a memory limit
  /// holds it down.
  init?(_ moment: Moment) {
    if let live = moment[.heapLive] {
      (bytes, isEstimate) = (live, false)
      return
    }
    guard let goal = moment[.nextGC], let objects = moment[.heapAlloc] else { return nil }
    let percent = moment[.growthPercent] ?? 100
    guard percent > 0, !Self.isLeastGoal(moment) else { return nil }
    if let limit = moment[.memoryLimit], limit < 1e15, let taken = moment[.sys],
      taken - (moment[.heapReleased] ?? 0) > 0.9 * limit
    {
      return nil
    }
    let roots = moment[.heapStacks] ?? 0
    bytes = min(objects, max(0, (goal - roots * percent / 100) / (1 + percent / 100)))
    isEstimate = true
  }

  /// An upper bound for a heap whose goal is the minimum; nil for others.
  static func bound(_ moment: Moment) -> Double? {
    guard isLeastGoal(moment), let goal = moment[.nextGC], let objects = moment[.heapAlloc] else {
      return nil
    }
    return min(goal, objects)
  }

  /// Whether the goal is the minimum: 4 MB at GOGC=100.
  private static func isLeastGoal(_ moment: Moment) -> Bool {
    (moment[.nextGC] ?? 0) <= 4 * 1024 * 1024 * (moment[.growthPercent] ?? 100) / 100
  }
}
