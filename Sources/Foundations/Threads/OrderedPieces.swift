/// Makes a long result in pieces on all cores, and hands them over in order.
///
/// A few buffers are reused, so that a result of gigabytes takes only the memory of a few pieces.
/// The calling thread hands pieces over, and makes some itself while the next one is not ready.
/// When no thread can be started it does everything.
///
/// - Parameters:
///   - buffers: for the pieces; with a single one, no thread is started.
///   - isLong: every piece is worth a thread, so threads start at once.
///   - claim: assigns the next piece to a buffer; false when there are no more. Calls are
///     sequential, in the order of the pieces.
///   - make: makes the piece; called on any thread.
///   - handOver: takes the pieces in order, on the calling thread.
package func makeInOrder<Buffer: AnyObject & Sendable, Failure: Error>(
  buffers: [Buffer], isLong: Bool = false, claim: @escaping (Buffer) -> Bool,
  make: @escaping @Sendable (Buffer) -> Void,
  handOver: (Buffer) throws(Failure) -> Void
) throws(Failure) {
  let ring = PieceRing(buffers, claim, make)
  if !isLong {
    // The first piece is made here, so that short results never need a thread.
    guard let first = ring.claimNext() else { return }
    make(buffers[first])
    ring.finish(first)
  }
  ring.startThreads(min(buffers.count, coreCount) - 1)
  defer { ring.stop() }
  while true {
    switch ring.nextTask() {
    case .handOver(let slot):
      try handOver(buffers[slot])
      ring.release(slot)
    case .make(let slot):
      make(buffers[slot])
      ring.finish(slot)
    case .end: return
    }
  }
}

/// Coordinates the threads and buffers: piece *n* is made in buffer *n* modulo their count.
///
/// It is sendable because the monitor guards everything that changes; a buffer belongs to the
/// thread that claimed it until its piece is finished.
private final class PieceRing<Buffer: AnyObject & Sendable>: @unchecked Sendable {
  enum Task {
    case handOver(Int)
    case make(Int)
    case end
  }

  private let buffers: [Buffer]
  private let claim: (Buffer) -> Bool
  private let make: @Sendable (Buffer) -> Void
  private let monitor = Monitor()

  // Guarded by the monitor.
  /// How many pieces were claimed and handed over so far.
  private var claimed = 0
  private var handedOver = 0
  private var isReady: [Bool]
  private var isAtEnd = false

  // Used by the calling thread only.
  private var threads: [SystemThread] = []

  init(
    _ buffers: [Buffer], _ claim: @escaping (Buffer) -> Bool,
    _ make: @escaping @Sendable (Buffer) -> Void
  ) {
    self.buffers = buffers
    self.claim = claim
    self.make = make
    isReady = buffers.map { _ in false }
  }

  func startThreads(_ count: Int) {
    threads = (0..<max(0, count)).compactMap { _ in SystemThread { self.work() } }
  }

  /// The work of a further thread: makes pieces until there are no more.
  private func work() {
    while true {
      let slot: Int? = monitor.locked {
        while true {
          if let slot = claimIfFree() { return slot }
          if isAtEnd { return nil }
          monitor.wait()
        }
      }
      guard let slot else { return }
      make(buffers[slot])
      finish(slot)
    }
  }

  func claimNext() -> Int? { monitor.locked { claimIfFree() } }

  /// Claims a piece if there is a free buffer and another piece; called under the lock.
  private func claimIfFree() -> Int? {
    if isAtEnd || claimed - handedOver == buffers.count { return nil }
    let slot = claimed % buffers.count
    guard claim(buffers[slot]) else {
      isAtEnd = true
      monitor.broadcast()
      return nil
    }
    claimed += 1
    return slot
  }

  func finish(_ slot: Int) {
    monitor.locked {
      isReady[slot] = true
      monitor.broadcast()
    }
  }

  func release(_ slot: Int) {
    monitor.locked {
      isReady[slot] = false
      handedOver += 1
      monitor.broadcast()
    }
  }

  /// The calling thread's next task; waits while there is none.
  func nextTask() -> Task {
    monitor.locked {
      while true {
        let next = handedOver % buffers.count
        if handedOver < claimed, isReady[next] { return .handOver(next) }
        if let slot = claimIfFree() { return .make(slot) }
        if isAtEnd, handedOver == claimed { return .end }
        monitor.wait()
      }
    }
  }

  /// Ends the threads, whether or not all pieces were made.
  func stop() {
    monitor.locked {
      isAtEnd = true
      monitor.broadcast()
    }
    for thread in threads { thread.join() }
    threads = []
  }
}
