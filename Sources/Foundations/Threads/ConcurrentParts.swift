import Glibc

/// Runs a function over the parts of a whole, one part per core, and returns the results in the
/// order of the parts.
///
/// The last part runs on the calling thread. When no thread can be started, parts run one after
/// another.
package func concurrently<Part: Sendable, Result: Sendable>(
  _ parts: [Part], _ body: @escaping @Sendable (Part) -> Result
) -> [Result] {
  guard let last = parts.last else { return [] }
  let tasks = parts.dropLast().map { part in PartTask { body(part) } }
  for task in tasks { task.start() }
  let lastResult = body(last)
  return tasks.map { $0.wait() } + [lastResult]
}

/// Runs a task on a thread of its own, and a body on the calling thread meanwhile.
///
/// When no thread can be started, the task runs after the body.
package func alongside<First: Sendable, Second>(
  _ task: @escaping @Sendable () -> First, _ body: () -> Second
) -> (First, Second) {
  let task = PartTask(task)
  task.start()
  let second = body()
  return (task.wait(), second)
}

/// The number of parts into which to split a large job.
package let coreCount = givenParts ?? max(1, min(16, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

/// `HEAPSCOPE_PARTS`, which tests set: no result may depend on the number of parts.
private let givenParts = getenv("HEAPSCOPE_PARTS").flatMap { Int(String(cString: $0)) }
  .flatMap { (1...64).contains($0) ? $0 : nil }

/// Whether a job is large enough for a thread per part to pay. When the number of parts is set,
/// small jobs are split too.
package func isWorthSplitting(_ size: Int, from least: Int) -> Bool {
  size >= (givenParts == nil ? least : 2)
}

/// A computation on a thread of its own.
///
/// It is sendable because the thread writes the result before it ends, and the owner reads it only
/// after that.
private final class PartTask<Result: Sendable>: @unchecked Sendable {
  private let body: @Sendable () -> Result
  private var result: Result?
  private var thread: SystemThread?

  init(_ body: @escaping @Sendable () -> Result) { self.body = body }

  func start() { thread = SystemThread { self.result = self.body() } }

  func wait() -> Result {
    thread?.join()
    return result ?? body()
  }
}

/// Hands out the parts of a whole to threads as they become free, since cores differ in speed.
///
/// It is sendable because the lock guards what changes.
package final class PartQueue<Part: Sendable>: @unchecked Sendable {
  private let lock = Monitor()
  private let parts: [Part]
  private var taken = 0

  package init(_ parts: [Part]) { self.parts = parts }

  /// Takes the next part; nil when there is none.
  package func next() -> Part? {
    lock.locked {
      if taken == parts.count { return nil }
      taken += 1
      return parts[taken - 1]
    }
  }
}
