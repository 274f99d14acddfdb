/// Zstd frames (RFC 8878) whose blocks are uncompressed, or one repeated byte: a generator that
/// needs no library.
package enum ZstdBytes {
  /// One frame, in blocks of at most this many bytes.
  package static func frame(_ content: [UInt8], blockBytes: Int = 1000) -> [UInt8] {
    var bytes = header
    var start = 0
    repeat {
      let end = min(start + blockBytes, content.count)
      bytes += block(type: 0, size: end - start, isLast: end == content.count)
      bytes += content[start..<end]
      start = end
    } while start < content.count
    return bytes
  }

  /// One frame with this many blocks, each 128 KiB of one byte: four bytes become 131,072.
  package static func bomb(front: [UInt8] = [], byte: UInt8, blocks: Int) -> [UInt8] {
    var bytes = header
    if !front.isEmpty { bytes += block(type: 0, size: front.count, isLast: false) + front }
    let repeated = block(type: 1, size: 128 << 10, isLast: false) + [byte]
    for _ in 0..<blocks { bytes += repeated }
    return bytes + block(type: 0, size: 0, isLast: true)
  }

  /// A frame that readers skip, with one of its sixteen magic numbers.
  package static func skippable(_ content: [UInt8], magic: UInt8 = 0x50) -> [UInt8] {
    [magic, 0x2a, 0x4d, 0x18] + littleEndian(UInt32(content.count), 4) + content
  }

  /// The magic, no checksum, no size, a window of 1 MiB.
  private static let header: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0, 10 << 3]

  /// - Parameter type: 0 for plain bytes, 1 for one repeated byte.
  private static func block(type: UInt32, size: Int, isLast: Bool) -> [UInt8] {
    littleEndian((isLast ? 1 : 0) | type << 1 | UInt32(size) << 3, 3)
  }
}
