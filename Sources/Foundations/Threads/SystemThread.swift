import Glibc

/// A thread for one closure.
///
/// Its creator must call ``join()`` or ``detach()`` exactly once.
package struct SystemThread: Sendable {
  private let id: pthread_t

  /// Starts the thread.
  ///
  /// - Parameter body: a ``Monitor`` must guard everything that it shares with others, unless they
  ///   wait for ``join()``.
  /// - Returns: nil when no thread could be started; the closure then never runs.
  package init?(_ body: @escaping () -> Void) {
    /// A box that a C function can refer to.
    final class Work {
      let body: () -> Void
      init(_ body: @escaping () -> Void) { self.body = body }
    }
    let work = Unmanaged.passRetained(Work(body))
    var id = pthread_t()
    let status = pthread_create(
      &id, nil,
      { argument in
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      work.release()
      return nil
    }
    self.id = id
  }

  /// Waits for the end of the thread.
  package func join() { pthread_join(id, nil) }

  /// Lets the thread run on its own.
  package func detach() { pthread_detach(id) }
}
