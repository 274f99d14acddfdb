/// A known sign in metrics that memory, goroutines or the collector are going wrong.
package enum Signal: String, CaseIterable, Sendable {
  case goroutinesRise = "goroutines-rise"
  case threadsRise = "threads-rise"
  case liveHeapGrows = "live-heap-grows"
  case idleMemory = "idle-memory"
  case outsideMemory = "outside-memory"
  case collectorShare = "collector-share"
  case collectionsOften = "collections-often"
  case memoryLimit = "memory-limit"
  case allocationJump = "allocation-jump"
  case filesRise = "files-rise"
  case filesLimit = "files-limit"
  case containerLimit = "container-limit"
}

/// The result of a signal for one run of a process.
package struct SignalFinding: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    case fires, quiet
    case unknown(Gap)
  }

  /// Why a signal cannot be judged.
  package enum Gap: Sendable, Equatable {
    /// No moment has these series.
    case missing([KnownSeries])

    /// A trend needs more moments.
    case moments(have: Int, need: Int)

    /// Rates need times.
    case times

    /// Too few collections ran in the meantime.
    case collections(have: Int, need: Int)

    /// Neither a memory limit nor a limit of the container is set.
    case limit
  }

  /// What the figures count.
  package enum Unit: Sendable { case count, bytes, share, perSecond, bytesPerSecond }

  /// A fact needed to interpret a signal.
  package enum Context: Sendable, Equatable {
    /// Processors that the program kept busy, in the first half and in the second.
    case processors(Double, Double)

    /// The figure rises with the load: processors rise as much.
    case load

    /// Threads at the beginning and at the end.
    case threads(Double, Double)

    /// The number of collections that ran in the meantime.
    case collections(Int)

    /// The figure is derived from the heap's goal, with GOGC at this percentage.
    case estimated(percent: Double, isAssumed: Bool)

    /// The figure includes the heap's garbage.
    case withGarbage

    /// The total that the figure is a part of, or its limit, in the signal's unit or in bytes.
    case whole(Double)

    /// The figure covers the whole life of the process, not only the moments.
    case sinceStart
  }

  package var signal: Signal
  package var verdict: Verdict
  package var unit: Unit = .count

  /// The figure when it was still normal, and at the end.
  package var before: Double?
  package var now: Double?

  /// The moment of the run from which on the signal fires.
  package var onset: Int?
  package var contexts: [Context] = []

  /// The values that the verdict is based on, in order.
  package var curve: [Double] = []

  init(_ signal: Signal, _ verdict: Verdict, unit: Unit = .count) {
    self.signal = signal
    self.verdict = verdict
    self.unit = unit
  }
}
