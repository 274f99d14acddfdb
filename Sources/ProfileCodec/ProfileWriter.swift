import CSystem
import CZlib
import Foundations
package import ProfileModel

/// Returns a profile as gzip-compressed profile.proto, which `go tool pprof` reads.
///
/// Rows keep their ids; the string table is heapscope's, with the empty text first. A large profile
/// is encoded and compressed in pieces on all cores. Where pieces end depends on the profile alone,
/// so equal profiles give equal files.
///
/// - Parameter level: zlib's, for a profile of one piece. Larger ones use at most level 3:
///   compressing them is most of the work, and level 6 takes half as long again for a file 4 %
///   smaller.
package func writeProfile(_ profile: Profile, level: Int = 6) throws(CodecError) -> [UInt8] {
  let encoder = ProfileEncoder(profile)
  let pieces = encoder.samplePieces()
  if pieces.count < 2 { return try gzip(encodeProfile(profile), level: level) }
  var next = 0
  var output = gzipHeader
  var checksum: UInt = 0
  var size = 0
  try makeInOrder(
    buffers: (0..<coreCount * 2).map { _ in EncodedPiece() },
    claim: { piece in
      piece.number = next
      next += 1
      return piece.number < pieces.count
    },
    make: { piece in
      var writer = SampleWriter(taking: &piece.plain)
      if piece.number == 0 { writer.append(encoder.head()) }
      encoder.writeSamples(pieces[piece.number], to: &writer)
      let isLast = piece.number == pieces.count - 1
      if isLast { writer.append(encoder.tail()) }
      piece.plain = writer.take()
      piece.result = compressedPiece(piece.plain, level: min(level, 3), isLast: isLast)
    },
    handOver: { (piece) throws(CodecError) in
      let compressed = try piece.result.get()
      output.append(contentsOf: compressed.bytes)
      checksum = crc32_combine(checksum, compressed.checksum, piece.plain.count)
      size += piece.plain.count
    })
  for number in [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: size)] {
    withUnsafeBytes(of: number.littleEndian) { output.append(contentsOf: $0) }
  }
  return output
}

/// Returns a profile as plain profile.proto.
package func encodeProfile(_ profile: Profile) -> [UInt8] {
  let encoder = ProfileEncoder(profile)
  var bytes: [UInt8] = []
  var writer = SampleWriter(taking: &bytes)
  writer.append(encoder.head())
  encoder.writeSamples(0..<profile.samples.count, to: &writer)
  writer.append(encoder.tail())
  return writer.take()
}

/// A piece of a profile's encoding. It is sendable because only one thread at a time fills it.
private final class EncodedPiece: @unchecked Sendable {
  var number = 0
  var plain: [UInt8] = []
  var result: Result<CompressedPiece, CodecError> = .failure(.empty)
}

private struct CompressedPiece {
  var bytes: [UInt8]
  var checksum: UInt
}

/// Gzip's header (RFC 1952) without name and time; 3 stands for Unix, as in zlib.
private let gzipHeader: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]

/// Compresses a piece so that pieces can be concatenated: all but the last end at a whole byte
/// without ending the stream.
private func compressedPiece(
  _ bytes: [UInt8], level: Int, isLast: Bool
) -> Result<CompressedPiece, CodecError> {
  Result { () throws(CodecError) in
    let output = try deflated(
      bytes, level: level, windowBits: -15, end: isLast ? Z_FINISH : Z_SYNC_FLUSH)
    let checksum = bytes.withUnsafeBufferPointer {
      crc32_z(crc32_z(0, nil, 0), $0.baseAddress, $0.count)
    }
    return CompressedPiece(bytes: output, checksum: checksum)
  }
}

/// Compresses bytes as one gzip member without name and time, so that equal bytes give equal files.
private func gzip(_ bytes: [UInt8], level: Int) throws(CodecError) -> [UInt8] {
  // 15 + 16: the largest window, gzip framing.
  try deflated(bytes, level: level, windowBits: 15 + 16, end: Z_FINISH)
}

/// - Parameter end: how zlib ends what it writes: `Z_FINISH` or `Z_SYNC_FLUSH`.
private func deflated(
  _ bytes: [UInt8], level: Int, windowBits: Int32, end: Int32
) throws(CodecError) -> [UInt8] {
  // zlib refuses a stream whose address changes, so it stays on the heap.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  // 8: zlib's default memory level.
  var status = deflateInit2_(
    stream, Int32(level), Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  if status == Z_MEM_ERROR { csystem_end_out_of_memory(0) }
  guard status == Z_OK else {
    throw .damagedCompression(.gzip, reason: "deflateInit2: status \(status)", offset: 0)
  }
  defer { _ = deflateEnd(stream) }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 256 << 10)
  var position = 0
  var isDone = false
  repeat {
    let inputCount = min(bytes.count - position, 1 << 30)
    let isLast = position + inputCount == bytes.count
    let (produced, isFull) = bytes.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { chunk in
        stream.pointee.next_in = input.baseAddress.map {
          UnsafeMutablePointer(mutating: $0 + position)
        }
        stream.pointee.avail_in = UInt32(inputCount)
        stream.pointee.next_out = chunk.baseAddress
        stream.pointee.avail_out = UInt32(chunk.count)
        status = deflate(stream, isLast ? end : Z_NO_FLUSH)
        return (chunk.count - Int(stream.pointee.avail_out), stream.pointee.avail_out == 0)
      }
    }
    position += inputCount - Int(stream.pointee.avail_in)
    output.append(contentsOf: chunk[..<produced])
    // A flush is complete if there was room left.
    isDone =
      end == Z_FINISH
      ? status == Z_STREAM_END : isLast && position == bytes.count && !isFull
  } while !isDone && (status == Z_OK || status == Z_BUF_ERROR && position < bytes.count)
  guard isDone else {
    throw .damagedCompression(.gzip, reason: "deflate: status \(status)", offset: position)
  }
  return output
}
