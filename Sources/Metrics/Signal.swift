/// A known sign that memory, goroutines or the collector go wrong, as metrics show it.
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

/// What a signal says of one run of a process.
package struct SignalFinding: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    case fires, quiet
    case unknown(Gap)
  }

  /// Why a signal cannot be judged.
  package enum Gap: Sendable, Equatable {
    /// These series are not there.
    case missing([KnownSeries])

    /// A trend needs more moments.
    case moments(have: Int, need: Int)

    /// Rates need times.
    case times

    /// Too few collections ran meanwhile.
    case collections(have: Int, need: Int)

    /// Neither a memory limit nor a limit of the container is set.
    case limit
  }

  /// What the figures count.
  package enum Unit: Sendable { case count, bytes, share, perSecond, bytesPerSecond }

  /// What stands beside a signal, and is needed to read it.
  package enum Context: Sendable, Equatable {
    /// Processors that the program kept busy, in the first half and in the second.
    case processors(Double, Double)

    /// What rises does so with the work: processors rise as much.
    case load

    /// Threads at the beginning and at the end.
    case threads(Double, Double)

    /// Collections that ran meanwhile.
    case collections(Int)

    /// The figure follows from the heap's goal at so many percent.
    case estimated(percent: Double, isAssumed: Bool)

    /// The figure is of the heap with its garbage.
    case withGarbage

    /// What it is a part of, or must not exceed, in the signal's unit or in bytes.
    case whole(Double)

    /// It is over the whole life of the process, not over the moments.
    case sinceStart
  }

  package var signal: Signal
  package var verdict: Verdict
  package var unit: Unit = .count

  /// The figure when it was still usual, and at the end.
  package var before: Double?
  package var now: Double?

  /// The moment of the run from which on it fires.
  package var onset: Int?
  package var contexts: [Context] = []

  /// The values that it was judged by, in order.
  package var curve: [Double] = []

  init(_ signal: Signal, _ verdict: Verdict, unit: Unit = .count) {
    self.signal = signal
    self.verdict = verdict
    self.unit = unit
  }
}
