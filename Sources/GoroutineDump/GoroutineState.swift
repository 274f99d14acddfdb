/// What a goroutine does, or waits for.
package struct GoroutineState: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case chanReceive = "chan receive"
    case chanSend = "chan send"
    /// A channel, in an unknown direction.
    case channel
    case select
    /// A nil channel or a `select` without cases: nothing can ever wake it.
    case forever = "blocked forever"
    case mutex, rwmutex, waitgroup, cond, semaphore, sleep
    case io = "IO wait"
    case syscall, running, runnable
    /// The collector's goroutines, and those that wait for it.
    case gc
    /// Other goroutines of the runtime.
    case runtime
    case synctest, coroutine
    /// Parked for an unknown reason.
    case parked
    case other

    /// Whether such a goroutine can pile up because nobody wakes it.
    package var canLeak: Bool {
      switch self {
      case .running, .runnable, .gc, .runtime: false
      default: true
      }
    }
  }

  package var kind: Kind

  /// The runtime's text, without what is counted separately; empty when unknown.
  package var text: String

  /// Derived from the functions on the stack, since the dump gives no states.
  package var isDerived: Bool { text.isEmpty }

  /// Reads the state in the header of a goroutine, such as `chan receive (nil chan)`.
  ///
  /// The names are those of `waitReasonStrings` and `gStatusStrings` in Go's runtime.
  package init(text: String) { self.init(text: text, stack: nil) }

  /// Also considers what the goroutine waits for according to its stack.
  init(text: String, stack: StackKind?) {
    self.text = text
    kind = Self.kinds[text] ?? (text.hasPrefix("GC ") ? .gc : .other)
    guard case .known(let better) = stack else { return }
    switch kind {
    // Before Go 1.20 a mutex, and before 1.25 a WaitGroup, was reported as a semaphore.
    case .semaphore, .parked: kind = better
    // A writer's lock waits for the mutex of other writers.
    case .mutex where better == .rwmutex: kind = better
    default: break
    }
  }

  init(derived: Kind) {
    kind = derived
    text = ""
  }

  private static let kinds: [String: Kind] = [
    "chan receive": .chanReceive, "chan send": .chanSend, "select": .select,
    "chan receive (nil chan)": .forever, "chan send (nil chan)": .forever,
    "select (no cases)": .forever, "sync.Mutex.Lock": .mutex, "sync.RWMutex.Lock": .rwmutex,
    "sync.RWMutex.RLock": .rwmutex, "sync.WaitGroup.Wait": .waitgroup, "sync.Cond.Wait": .cond,
    "semacquire": .semaphore, "sleep": .sleep, "IO wait": .io, "syscall": .syscall,
    "waiting for cgo callback": .syscall, "running": .running, "runnable": .runnable,
    "preempted": .runnable, "copystack": .running, "waiting": .parked,
    "garbage collection": .gc, "garbage collection scan": .gc, "force gc (idle)": .gc,
    "wait for GC cycle": .gc, "dumping heap": .runtime, "finalizer wait": .runtime,
    "cleanup wait": .runtime, "panicwait": .runtime, "trace reader (blocked)": .runtime,
    "GOMAXPROCS updater (idle)": .runtime, "debug call": .runtime,
    "stopping the world": .runtime, "flushing proc caches": .runtime,
    "trace goroutine status": .runtime, "trace proc status": .runtime,
    "page trace flush": .runtime, "idle": .runtime, "dead": .runtime,
    "synctest.Run": .synctest, "synctest.Wait": .synctest, "coroutine": .coroutine,
  ]
}

/// What a goroutine waits for, judging by the functions at the leaf of its stack.
enum StackKind: Equatable {
  case known(GoroutineState.Kind)
  /// Parked by the runtime for an unknown reason.
  case parked
}

/// Reads the leaf of a stack.
struct StackKindReader {
  private var best: (rank: Int, kind: GoroutineState.Kind)?
  private var isParked = false

  var result: StackKind? { best.map { .known($0.kind) } ?? (isParked ? .parked : nil) }

  /// What one function indicates.
  struct Word: Sendable {
    fileprivate var isPark = false
    fileprivate var kind: (rank: Int, kind: GoroutineState.Kind)?

    /// - Returns: nil for a function of the user: its callers indicate nothing.
    init?(_ name: ArraySlice<UInt8>) {
      guard let path = packages.first(where: { name.starts(with: $0) }) else { return nil }
      let member = String(decoding: name.dropFirst(path.count), as: UTF8.self)
      isPark = path.elementsEqual("runtime.".utf8) && member == "gopark"
      // `sync.Mutex` wraps the mutex of internal/sync since Go 1.24.
      let key =
        path.elementsEqual("internal/sync.".utf8) ? "sync." : String(decoding: path, as: UTF8.self)
      kind = functions[key + member]
    }
  }

  /// Considers a function, leaf first.
  mutating func add(_ word: Word) {
    if word.isPark { isParked = true }
    if let kind = word.kind, kind.rank > best?.rank ?? -1 { best = kind }
  }

  /// Packages with functions between the user's code and the leaf.
  private static let packages: [[UInt8]] = [
    "runtime.", "sync.", "internal/sync.", "internal/poll.", "time.", "syscall.",
    "internal/runtime/syscall.", "internal/runtime/syscall/linux.", "internal/syscall/unix.",
    "os/signal.", "internal/synctest.",
  ].map { Array($0.utf8) }

  /// The higher rank is more specific: a writer's lock waits in a mutex, which waits in a
  /// semaphore.
  private static let functions: [String: (rank: Int, kind: GoroutineState.Kind)] = [
    "runtime.chanrecv": (1, .chanReceive), "runtime.chanrecv1": (1, .chanReceive),
    "runtime.chanrecv2": (1, .chanReceive), "runtime.chansend": (1, .chanSend),
    "runtime.chansend1": (1, .chanSend), "runtime.selectgo": (1, .select),
    "runtime.block": (1, .forever), "runtime.semacquire": (1, .semaphore),
    "runtime.semacquire1": (1, .semaphore), "sync.runtime_Semacquire": (1, .semaphore),
    "sync.runtime_SemacquireMutex": (1, .mutex), "sync.(*Mutex).Lock": (2, .mutex),
    "sync.(*Mutex).lockSlow": (2, .mutex), "sync.(*RWMutex).Lock": (3, .rwmutex),
    "sync.(*RWMutex).RLock": (3, .rwmutex), "sync.runtime_SemacquireRWMutex": (3, .rwmutex),
    "sync.runtime_SemacquireRWMutexR": (3, .rwmutex), "sync.(*WaitGroup).Wait": (3, .waitgroup),
    "sync.runtime_SemacquireWaitGroup": (3, .waitgroup), "sync.(*Cond).Wait": (3, .cond),
    "sync.runtime_notifyListWait": (3, .cond), "time.Sleep": (3, .sleep),
    "runtime.netpollblock": (3, .io), "internal/poll.runtime_pollWait": (3, .io),
    "syscall.Syscall": (3, .syscall), "syscall.Syscall6": (3, .syscall),
    "syscall.RawSyscall": (3, .syscall), "syscall.RawSyscall6": (3, .syscall),
    "syscall.syscall": (3, .syscall), "syscall.syscall6": (3, .syscall),
    "internal/runtime/syscall.Syscall6": (3, .syscall),
    "internal/runtime/syscall/linux.Syscall6": (3, .syscall),
    "runtime.notetsleepg": (1, .syscall), "os/signal.signal_recv": (3, .syscall),
    "runtime.cgocall": (3, .syscall), "runtime.gcBgMarkWorker": (4, .gc),
    "runtime.bgsweep": (4, .gc), "runtime.bgscavenge": (4, .gc),
    "runtime.forcegchelper": (4, .gc), "runtime.gcAssistAlloc": (4, .gc),
    "runtime.runfinq": (4, .runtime), "runtime.runFinalizers": (4, .runtime),
    "runtime.runCleanups": (4, .runtime), "runtime.coroswitch_m": (4, .coroutine),
    "runtime.corostart": (0, .coroutine), "internal/synctest.Run": (4, .synctest),
    "internal/synctest.Wait": (4, .synctest), "runtime.asyncPreempt2": (0, .runnable),
    "runtime.asyncPreempt": (0, .runnable),
  ]
}
