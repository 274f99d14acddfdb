import CSystem
import CZstd
import Foundations
import Glibc

/// The bytes that zstd frames inflate to, as one stream (RFC 8878, libzstd's
/// `ZSTD_decompressStream`).
final class ZstdSource: ByteSource {
  private let input: BufferedSource
  private let stream: OpaquePointer
  private let chunk = OwnedBuffer<UInt8>(capacity: 256 << 10)
  private var waiting = 0..<0

  /// How much of the current frame libzstd says is missing; 0 between frames.
  private var missing = 0
  private var inflated = 0
  private var consumed = 0
  private let limits: ReadLimits

  init(_ input: BufferedSource, limits: ReadLimits) throws(CodecError) {
    guard let stream = ZSTD_createDStream() else { csystem_end_out_of_memory(0) }
    self.input = input
    self.limits = limits
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    try buffer.withUnsafeMutableBytes { (buffer) throws(CodecError) in try fill(buffer) }
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    while output.pos == 0 {
      if waiting.isEmpty {
        let count = try input.read(into: chunk.bytes)
        if count == 0 {
          if missing == 0 { break }
          throw .truncatedCompression(.zstd, offset: consumed)
        }
        waiting = 0..<count
      }
      var source = ZSTD_inBuffer(
        src: chunk.start, size: waiting.upperBound, pos: waiting.lowerBound)
      missing = ZSTD_decompressStream(stream, &output, &source)
      consumed += source.pos - waiting.lowerBound
      waiting = source.pos..<waiting.upperBound
      if ZSTD_isError(missing) != 0 {
        throw zstdError(missing, offset: consumed)
      }
    }
    inflated += output.pos
    try limits.check(inflated: inflated, compressed: consumed)
    return output.pos
  }
}

/// The error that zstd reported. When memory ran out, the process ends instead.
func zstdError(_ status: Int, offset: Int) -> CodecError {
  if ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation { csystem_end_out_of_memory(0) }
  return .damagedCompression(
    .zstd, reason: String(cString: ZSTD_getErrorName(status)), offset: offset)
}
