import Glibc

/// A lock, with a condition to wait for changes of what it guards.
///
/// It uses pthread's lock, which the thread sanitizer knows, unlike `Synchronization.Mutex`, so
/// that the sanitizer finds what is not guarded.
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

  /// Releases the lock until another thread signals a change, or spuriously.
  ///
  /// - Precondition: the calling thread has the lock.
  package func wait() { pthread_cond_wait(changed, mutex) }

  /// The same, but at most until a deadline.
  ///
  /// - Returns: false when the deadline has passed.
  package func wait(until deadline: Deadline) -> Bool {
    var time = deadline.time
    return pthread_cond_timedwait(changed, mutex, &time) == 0
  }

  /// Wakes one of the waiting threads.
  package func signal() { pthread_cond_signal(changed) }

  /// Wakes all waiting threads.
  package func broadcast() { pthread_cond_broadcast(changed) }
}

/// A point in time in the future.
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
