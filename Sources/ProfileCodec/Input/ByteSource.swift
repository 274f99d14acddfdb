import Foundations

/// A source of bytes: a file, a pipe, an array.
package protocol ByteSource: AnyObject {
  /// Fills the start of the buffer; returns the number of bytes, 0 at the end.
  ///
  /// - Throws: ``CodecError/input(errno:)`` when reading fails.
  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int

  /// The total number of bytes, if known before reading.
  var byteCount: Int? { get }
}

extension ByteSource {
  package var byteCount: Int? { nil }

  /// The same for plain memory.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    var span = buffer.assumingMemoryBound(to: UInt8.self).mutableSpan
    return try read(into: &span)
  }
}

/// Bytes in memory.
package final class ArraySource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var byteCount: Int? { bytes.count }

  package func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let count = min(buffer.count, bytes.count - position)
    guard count > 0 else { return 0 }
    buffer.withUnsafeMutableBytes { buffer in
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
      }
    }
    position += count
    return count
  }
}

/// A source whose next bytes can be examined without taking them.
package final class BufferedSource: ByteSource {
  package let base: any ByteSource
  private var front: [UInt8] = []
  private var position = 0

  /// How many bytes were handed out.
  private(set) var consumed = 0

  package init(_ base: any ByteSource) { self.base = base }

  package var byteCount: Int? { base.byteCount }

  /// Returns up to `count` bytes without taking them; fewer only at the end.
  package func peek(_ count: Int) throws(CodecError) -> ArraySlice<UInt8> {
    if position > 0 {
      front.removeFirst(position)
      position = 0
    }
    while front.count < count {
      let chunk = OwnedBuffer<UInt8>(capacity: count - front.count)
      let got = try base.read(into: chunk.bytes)
      if got == 0 { break }
      front.append(contentsOf: chunk.bytes[..<got])
    }
    return front.prefix(count)
  }

  package func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    let waiting = front.count - position
    let count: Int
    if waiting > 0 {
      count = min(waiting, buffer.count)
      buffer.withUnsafeMutableBytes { buffer in
        front.withUnsafeBytes {
          buffer.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
        }
      }
      position += count
      if position == front.count {
        front = []
        position = 0
      }
    } else {
      count = try base.read(into: &buffer)
    }
    consumed += count
    return count
  }
}
