import CSystem
import CZlib
import CZstd
import Foundations
import Glibc

/// Compresses bytes as they come into one gzip member or one zstd frame, without name and time.
package final class StreamCompressor {
  package enum Form: Sendable { case gzip, zstd }

  private enum Stream {
    /// zlib refuses a stream whose address changes, so it stays on the heap.
    case gzip(UnsafeMutablePointer<z_stream>)
    case zstd(OpaquePointer)
  }

  private let stream: Stream
  private let room = OwnedBuffer<UInt8>(capacity: 256 << 10)

  /// Rows repeat themselves: higher levels save a tenth for twice the time.
  private static let gzipLevel: Int32 = 4
  private static let zstdLevel: Int32 = 3

  package init(_ form: Form) throws(CodecError) {
    switch form {
    case .gzip:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      self.stream = .gzip(stream)
      // 15 + 16: the largest window, gzip framing; 8: zlib's default memory level.
      let status = deflateInit2_(
        stream, Self.gzipLevel, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
      if status != Z_OK { csystem_end_out_of_memory(0) }
    case .zstd:
      guard let stream = ZSTD_createCStream() else { csystem_end_out_of_memory(0) }
      self.stream = .zstd(stream)
      _ = ZSTD_initCStream(stream, Self.zstdLevel)
    }
  }

  deinit {
    switch stream {
    case .gzip(let stream):
      _ = deflateEnd(stream)
      stream.deallocate()
    case .zstd(let stream): ZSTD_freeCStream(stream)
    }
  }

  /// Compresses bytes.
  ///
  /// - Parameters:
  ///   - isLast: nothing comes after them.
  ///   - sink: takes what is ready, any number of pieces.
  package func add(
    _ bytes: [UInt8], isLast: Bool = false, _ sink: (Span<UInt8>) throws -> Void
  ) throws {
    try bytes.withUnsafeBufferPointer { input in
      switch stream {
      case .gzip(let stream): try deflate(input, isLast, stream, sink)
      case .zstd(let stream): try compress(input, isLast, stream, sink)
      }
    }
  }

  private func handOver(_ count: Int, _ sink: (Span<UInt8>) throws -> Void) throws {
    if count > 0 { try sink(UnsafeBufferPointer(start: room.start, count: count).span) }
  }

  private func deflate(
    _ input: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ stream: UnsafeMutablePointer<z_stream>,
    _ sink: (Span<UInt8>) throws -> Void
  ) throws {
    var position = 0
    while true {
      let count = min(input.count - position, 1 << 30)
      let isEnd = position + count == input.count
      stream.pointee.next_in = input.baseAddress.map {
        UnsafeMutablePointer(mutating: $0 + position)
      }
      stream.pointee.avail_in = UInt32(count)
      stream.pointee.next_out = room.start
      stream.pointee.avail_out = UInt32(room.capacity)
      let status = CZlib.deflate(stream, isEnd && isLast ? Z_FINISH : Z_NO_FLUSH)
      position += count - Int(stream.pointee.avail_in)
      let isFull = stream.pointee.avail_out == 0
      try handOver(room.capacity - Int(stream.pointee.avail_out), sink)
      if status == Z_STREAM_END || !isLast && position == input.count && !isFull { return }
      guard status == Z_OK || status == Z_BUF_ERROR else {
        throw CodecError.damagedCompression(
          .gzip, reason: "deflate: status \(status)", offset: position)
      }
    }
  }

  private func compress(
    _ input: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ stream: OpaquePointer,
    _ sink: (Span<UInt8>) throws -> Void
  ) throws {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    while true {
      var output = ZSTD_outBuffer(dst: room.start, size: room.capacity, pos: 0)
      let left = ZSTD_compressStream2(
        stream, &output, &source, isLast ? ZSTD_e_end : ZSTD_e_continue)
      if ZSTD_isError(left) != 0 { throw zstdError(left, offset: source.pos) }
      try handOver(output.pos, sink)
      if isLast ? left == 0 : source.pos == source.size { return }
    }
  }
}
