import Glibc

/// A thread of its own for one closure.
///
/// Whoever starts it calls ``join()`` or ``detach()`` once.
package struct SystemThread: Sendable {
  private let id: pthread_t

  /// Starts the thread.
  ///
  /// - Parameter body: what it and others change is guarded by a ``Monitor``, or not touched by
  ///   others before ``join()``.
  /// - Returns: nil when no thread could be had; the closure never runs then.
  package init?(_ body: @escaping () -> Void) {
    /// What a C function can name.
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

  /// Leaves the thread to itself.
  package func detach() { pthread_detach(id) }
}
