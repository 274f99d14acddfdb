import Foundations
import Glibc
import ProfileModel

/// Memory that arrays will soon be written to, for which a thread with time to spare has
/// the kernel find and clear pages.
///
/// Without that a page is cleared when it is first written to, which is a quarter of the
/// decoder's time on large profiles, while the thread that inflates for it waits.
///
/// It is sendable because the lock guards what changes, and because the kernel leaves
/// what is in pages alone, whoever has the memory by then.
final class RoomAhead: @unchecked Sendable {
  /// The room of one array: addresses.
  private struct Room {
    var start: Int
    var end: Int

    /// Up to here pages were asked for.
    var prepared: Int
  }

  private let lock = Monitor()

  // Guarded by the lock.
  private var rooms: [Room] = []

  /// Which part of each room was written to, from 0 to 1: they fill up side by side.
  private var used = 0.0

  /// How many bytes of a room may be ready before they are written to. What is ready at
  /// the end was made in vain.
  private static let bytesAhead = 2 << 20

  /// Smaller rooms are left to whoever writes to them.
  private static let smallestRoom = 4 << 20

  /// Forgets all rooms: the arrays are about to move.
  func removeAll() { lock.locked { rooms = [] } }

  /// Adds the free room of an array, for which the kernel is asked to use large pages.
  func add<Element>(_ array: inout [Element]) {
    let capacity = array.capacity * MemoryLayout<Element>.stride
    let start = array.withUnsafeMutableBytes { $0.baseAddress }
    let memory = UnsafeMutableRawBufferPointer(start: start, count: capacity)
    guard let first = useLargePages(memory), capacity >= Self.smallestRoom else { return }
    let end = Int(bitPattern: start) + capacity
    lock.locked { rooms.append(Room(start: Int(bitPattern: start), end: end, prepared: first)) }
  }

  /// Says which part of each room was written to so far, from 0 to 1.
  func advance(to part: Double) { lock.locked { used = part } }

  /// Has the pages made that are written to next, some megabytes of them.
  ///
  /// - Returns: false when enough are ready.
  func prepareSome() -> Bool {
    guard let (start, count) = lock.locked({ next() }) else { return false }
    // A kernel before 5.14 refuses.
    _ = madvise(UnsafeMutableRawPointer(bitPattern: start), count, Self.populateWrite)
    return true
  }

  /// MADV_POPULATE_WRITE, which older headers lack.
  private static let populateWrite: Int32 = 23

  /// Takes the next large page to prepare.
  private func next() -> (start: Int, count: Int)? {
    for index in rooms.indices {
      let room = rooms[index]
      let written = room.start + Int(Double(room.end - room.start) * used)
      let start = max(room.prepared, written & ~(largePageSize - 1))
      let count = min(largePageSize, room.end - start)
      if count > 0, start < written + Self.bytesAhead {
        rooms[index].prepared = start + count
        return (start, count)
      }
    }
    return nil
  }
}
