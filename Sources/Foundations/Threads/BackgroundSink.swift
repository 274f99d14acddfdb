/// Passes pieces to a thread that processes them in order, while their producer continues.
///
/// When no thread can be started, pieces are processed at once. It is sendable because the monitor
/// guards what changes.
package final class BackgroundSink<Piece: Sendable>: @unchecked Sendable {
  private let take: (Piece) throws -> Void
  private let limit: Int
  private let monitor = Monitor()
  private var thread: SystemThread?

  // Guarded by the monitor.
  private var waiting: [Piece] = []
  private var isAtEnd = false
  private var failure: (any Error)?

  /// - Parameters:
  ///   - limit: the most pieces that may wait.
  ///   - take: called by one thread at a time; not called again after it has thrown.
  package init(limit: Int, _ take: @escaping (Piece) throws -> Void) {
    self.take = take
    self.limit = limit
  }

  deinit { end() }

  /// Passes a piece on; waits while too many are waiting.
  ///
  /// - Throws: what processing an earlier one threw.
  package func add(_ piece: Piece) throws {
    if thread == nil { thread = SystemThread { [unowned self] in work() } }
    if thread == nil { return try take(piece) }
    let failure = monitor.locked {
      while waiting.count >= limit, self.failure == nil { monitor.wait() }
      waiting.append(piece)
      monitor.broadcast()
      return self.failure
    }
    if let failure { throw failure }
  }

  /// Waits until all pieces were processed.
  package func finish() throws {
    end()
    if let failure { throw failure }
  }

  private func end() {
    monitor.locked {
      isAtEnd = true
      monitor.broadcast()
    }
    thread?.join()
    thread = nil
  }

  private func work() {
    while true {
      let piece: Piece? = monitor.locked {
        while waiting.isEmpty, !isAtEnd { monitor.wait() }
        return waiting.isEmpty || failure != nil ? nil : waiting.removeFirst()
      }
      guard let piece else { return }
      do { try take(piece) } catch { monitor.locked { failure = error } }
      monitor.locked { monitor.broadcast() }
    }
  }
}
