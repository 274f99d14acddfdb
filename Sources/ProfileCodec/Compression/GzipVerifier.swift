import CZlib
import Foundations
import ProfileModel

/// Compares the bytes that gzip members inflated to with the checksums after them.
///
/// zlib would do this while it inflates, in a tenth of its time. On large files everything else
/// waits for inflating, while the thread that takes the bytes has time to spare.
final class GzipVerifier: ByteSource {
  private let base: any ByteSource
  private let members: GzipMembers
  private var checksum: UInt = 0
  private var position = 0
  private var memberStart = 0

  /// - Parameters:
  ///   - base: what a ``GzipSource`` inflates, directly or read ahead.
  ///   - members: of the same source.
  init(_ base: any ByteSource, _ members: GzipMembers) {
    self.base = base
    self.members = members
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let count: Int
    do throws(CodecError) {
      count = try base.read(into: &buffer)
    } catch {
      // Members that ended before the error come first.
      try verify(UnsafeRawBufferPointer(start: nil, count: 0))
      throw error
    }
    try buffer.withUnsafeMutableBytes { (buffer) throws(CodecError) in
      try verify(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    return count
  }

  /// Advances by some bytes, past the ends of members among them.
  private func verify(_ bytes: UnsafeRawBufferPointer) throws(CodecError) {
    var rest = bytes
    while let member = members.next(endingBy: position + rest.count) {
      let own = member.end - position
      add(UnsafeRawBufferPointer(rebasing: rest[..<own]))
      rest = UnsafeRawBufferPointer(rebasing: rest[own...])
      try member.verify(
        checksum: UInt32(truncatingIfNeeded: checksum), length: member.end - memberStart)
      checksum = 0
      memberStart = member.end
    }
    add(rest)
  }

  private func add(_ bytes: UnsafeRawBufferPointer) {
    position += bytes.count
    guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    checksum = crc32_z(checksum, base, bytes.count)
  }
}

/// The ends of the members of a gzip file, passed from the thread that finds them to the one that
/// verifies them.
///
/// It is sendable because the lock guards what changes.
final class GzipMembers: @unchecked Sendable {
  struct Member {
    /// The member's end, as a position among the inflated bytes.
    var end: Int

    // The file's figures for the member (RFC 1952): CRC-32, and the number of bytes modulo 2³².
    var checksum: UInt32
    var length: UInt32

    /// Where the file gives them.
    var offset: Int

    /// - Throws: when the file gives other figures for its bytes.
    func verify(checksum: UInt32, length: Int) throws(CodecError) {
      if checksum != self.checksum {
        throw .damagedCompression(.gzip, reason: "incorrect data check", offset: offset)
      }
      if UInt32(truncatingIfNeeded: length) != self.length {
        throw .damagedCompression(.gzip, reason: "incorrect length check", offset: offset)
      }
    }
  }

  private let lock = Monitor()

  /// Only a few: inflating stops at each end, and empty members are not added.
  private var waiting: [Member] = []

  func append(_ member: Member) { lock.locked { waiting.append(member) } }

  /// Takes the next member if it ends by a position.
  func next(endingBy position: Int) -> Member? {
    lock.locked {
      guard let first = waiting.first, first.end <= position else { return nil }
      return waiting.removeFirst()
    }
  }
}
