import CZlib
import Glibc

/// Compares the bytes that gzip members inflated to with the checksums behind them.
///
/// zlib would do so while it inflates, for a tenth of its time. On large files that is
/// what everything else waits for, while the thread that takes the bytes does not.
final class GzipVerifier: ByteSource {
  private let base: any ByteSource
  private let members: GzipMembers
  private var checksum: UInt = 0
  private var position = 0
  private var memberStart = 0

  /// - Parameters:
  ///   - base: what a ``GzipSource`` inflates, at once or read ahead.
  ///   - members: of the same source.
  init(_ base: any ByteSource, _ members: GzipMembers) {
    self.base = base
    self.members = members
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    let count = try base.read(into: buffer)
    var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    while let member = members.next(endingBy: position + rest.count) {
      let own = member.end - position
      add(UnsafeRawBufferPointer(rebasing: rest[..<own]))
      rest = UnsafeRawBufferPointer(rebasing: rest[own...])
      let length = UInt32(truncatingIfNeeded: member.end - memberStart)
      if UInt32(truncatingIfNeeded: checksum) != member.checksum {
        throw .damagedCompression(.gzip, reason: "incorrect data check", offset: member.offset)
      }
      if length != member.length {
        throw .damagedCompression(.gzip, reason: "incorrect length check", offset: member.offset)
      }
      checksum = 0
      memberStart = member.end
    }
    add(rest)
    return count
  }

  private func add(_ bytes: UnsafeRawBufferPointer) {
    position += bytes.count
    guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    checksum = crc32_z(checksum, base, bytes.count)
  }
}

/// The ends of the members of a gzip file, handed from the thread that comes upon them to
/// the one that verifies them.
///
/// It is sendable because the mutex guards what changes.
final class GzipMembers: @unchecked Sendable {
  struct Member {
    /// Where it ends among the inflated bytes.
    var end: Int

    // What the file says of them (RFC 1952): CRC-32, and their number modulo 2³².
    var checksum: UInt32
    var length: UInt32

    /// Where the file says so.
    var offset: Int
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var waiting: [Member] = []

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func append(_ member: Member) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    waiting.append(member)
  }

  /// Takes the next member if it ends by there.
  func next(endingBy position: Int) -> Member? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard let first = waiting.first, first.end <= position else { return nil }
    return waiting.removeFirst()
  }
}
