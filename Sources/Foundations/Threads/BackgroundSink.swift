/// Hands pieces to a thread that takes them in their order, while their maker goes on.
///
/// Where no thread can be had, pieces are taken at once. It is sendable because the monitor
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
  ///   - limit: how many pieces may wait.
  ///   - take: is called by one thread at a time; no more once it has thrown.
  package init(limit: Int, _ take: @escaping (Piece) throws -> Void) {
    self.take = take
    self.limit = limit
  }

  deinit { end() }

  /// Hands over a piece; waits while too many wait.
  ///
  /// - Throws: what taking an earlier one threw.
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

  /// Waits until all pieces were taken.
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
