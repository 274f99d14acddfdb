import Glibc

/// A lock, and the wait for a change of what it guards.
///
/// It is one of pthread's, which the thread sanitizer sees, unlike `Synchronization.Mutex`,
/// so that it finds what is not guarded.
package final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Runs a body while no other thread runs one under this lock.
  package func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Lets other threads have the lock until one of them tells of a change, or for no reason.
  ///
  /// - Precondition: the calling thread has the lock.
  package func wait() { pthread_cond_wait(changed, mutex) }

  /// The same, but no longer than up to a time.
  ///
  /// - Returns: false when that time has come.
  package func wait(until deadline: Deadline) -> Bool {
    var time = deadline.time
    return pthread_cond_timedwait(changed, mutex, &time) == 0
  }

  /// Tells one of the waiting threads of a change.
  package func signal() { pthread_cond_signal(changed) }

  /// Tells all of the waiting threads of a change.
  package func broadcast() { pthread_cond_broadcast(changed) }
}

/// A time to come.
package struct Deadline {
  fileprivate var time = timespec()

  /// - Parameter milliseconds: less than a thousand.
  package init(milliseconds: Int) {
    clock_gettime(CLOCK_REALTIME, &time)
    time.tv_nsec += milliseconds * 1_000_000
    if time.tv_nsec >= 1_000_000_000 {
      time.tv_nsec -= 1_000_000_000
      time.tv_sec += 1
    }
  }
}
