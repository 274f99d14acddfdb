import Foundations
import Glibc
import ProfileModel

/// Memory that arrays will soon be written to. A thread with time to spare has the kernel find and
/// clear its pages.
///
/// Otherwise a page is cleared when it is first written to, which takes a quarter of the decoder's
/// time on large profiles, while the inflating thread waits.
///
/// It is sendable because the lock guards what changes, and because the kernel does not change the
/// contents of pages, whoever owns the memory by then.
final class RoomAhead: @unchecked Sendable {
  /// The free memory of one array, as addresses.
  private struct Room {
    var start: Int
    var end: Int

    /// Pages were requested up to here.
    var prepared: Int
  }

  private let lock = Monitor()

  // Guarded by the lock.
  private var rooms: [Room] = []

  /// The part of each room that was written to, 0 to 1: the rooms fill up side by side.
  private var used = 0.0

  /// How many bytes of a room may be prepared before they are written to. What is left unused at
  /// the end was prepared in vain.
  private static let bytesAhead = 2 << 20

  /// Smaller rooms are left to the writer.
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

  /// Sets the part of each room that was written to so far, 0 to 1.
  func advance(to part: Double) { lock.locked { used = part } }

  /// Prepares the pages that are written to next, a few megabytes of them.
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
