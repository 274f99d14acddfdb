import CZlib

/// Gzip members (RFC 1952) with any header and any legal encoding of the content.
package struct GzipBytes {
  package enum Coding: CaseIterable, Sendable {
    case stored, fixed, dynamic, fast, flushedOften, emptyBlocks
  }

  package var coding = Coding.dynamic
  package var time: UInt32 = 0
  package var system: UInt8 = 255
  package var isText = false
  package var extra: [UInt8]?
  package var name: String?
  package var comment: String?
  package var hasHeaderChecksum = false

  package init() {}

  package func member(_ content: [UInt8]) -> [UInt8] {
    header() + deflated(content) + trailer(content)
  }

  package func header() -> [UInt8] {
    var flags: UInt8 = 0
    if isText { flags |= 1 }
    if hasHeaderChecksum { flags |= 2 }
    if extra != nil { flags |= 4 }
    if name != nil { flags |= 8 }
    if comment != nil { flags |= 16 }
    var bytes: [UInt8] = [0x1f, 0x8b, 8, flags] + littleEndian(time, 4) + [0, system]
    if let extra { bytes += littleEndian(UInt32(extra.count), 2) + extra }
    if let name { bytes += Array(name.utf8) + [0] }
    if let comment { bytes += Array(comment.utf8) + [0] }
    if hasHeaderChecksum { bytes += littleEndian(checksum(bytes) & 0xffff, 2) }
    return bytes
  }

  package func trailer(_ content: [UInt8]) -> [UInt8] {
    littleEndian(checksum(content), 4) + littleEndian(UInt32(truncatingIfNeeded: content.count), 4)
  }

  package func deflated(_ content: [UInt8]) -> [UInt8] {
    // A stored block: not the last one, its length, and that inverted.
    let emptyBlock: [UInt8] = [0, 0, 0, 0xff, 0xff]
    return switch coding {
    case .stored: stored(content)
    case .fixed: zlibDeflated(content, level: 6, strategy: Z_FIXED)
    case .dynamic: zlibDeflated(content, level: 9, strategy: Z_DEFAULT_STRATEGY)
    case .fast: zlibDeflated(content, level: 1, strategy: Z_HUFFMAN_ONLY)
    case .flushedOften: zlibDeflated(content, level: 6, strategy: Z_DEFAULT_STRATEGY, flushing: 7)
    case .emptyBlocks:
      emptyBlock + emptyBlock + zlibDeflated(content, level: 6, strategy: Z_DEFAULT_STRATEGY)
    }
  }

  private func stored(_ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var start = 0
    repeat {
      let end = min(start + 100, content.count)
      let length = UInt32(end - start)
      bytes += [end == content.count ? 1 : 0] + littleEndian(length, 2)
      bytes += littleEndian(~length & 0xffff, 2) + content[start..<end]
      start = end
    } while start < content.count
    return bytes
  }

  /// - Parameter flushing: after this many bytes; 0 for never.
  private func zlibDeflated(
    _ content: [UInt8], level: Int32, strategy: Int32, flushing: Int = 0
  ) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // -15: the largest window, without a frame.
    let status = deflateInit2_(
      stream, level, Z_DEFLATED, -15, 8, strategy, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "deflateInit2: \(status)")
    defer { _ = deflateEnd(stream) }
    var output = [UInt8](
      repeating: 0, count: Int(deflateBound(stream, UInt(content.count))) + content.count * 8 + 64)
    var produced = 0
    var start = 0
    repeat {
      let end = flushing == 0 ? content.count : min(start + flushing, content.count)
      var piece = Array(content[start..<end])
      let isLast = end == content.count
      let outputCount = output.count
      piece.withUnsafeMutableBufferPointer { piece in
        output.withUnsafeMutableBufferPointer { output in
          stream.pointee.next_in = piece.baseAddress
          stream.pointee.avail_in = UInt32(piece.count)
          stream.pointee.next_out = output.baseAddress! + produced
          stream.pointee.avail_out = UInt32(outputCount - produced)
          _ = deflate(stream, isLast ? Z_FINISH : start % 2 == 0 ? Z_SYNC_FLUSH : Z_FULL_FLUSH)
          produced = outputCount - Int(stream.pointee.avail_out)
        }
      }
      start = end
    } while start < content.count
    return Array(output[..<produced])
  }
}

/// Returns one ordinary gzip member.
package func gzipped(_ content: [UInt8]) -> [UInt8] { GzipBytes().member(content) }

package func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
}

private func checksum(_ bytes: [UInt8]) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
}

/// Returns a gzip member that inflates to repeated bytes, made without holding them.
package func gzipBomb(
  front: [UInt8] = [], repeating unit: [UInt8], count: Int, back: [UInt8] = []
) -> [UInt8] {
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  // 15 + 16: the largest window, gzip framing.
  let status = deflateInit2_(
    stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  precondition(status == Z_OK, "deflateInit2: \(status)")
  defer { _ = deflateEnd(stream) }
  var result: [UInt8] = []
  var output = [UInt8](repeating: 0, count: 64 << 10)
  func deflateAll(_ input: [UInt8], _ flush: Int32) {
    var input = input
    input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      repeat {
        let produced = output.withUnsafeMutableBufferPointer { output in
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          _ = deflate(stream, flush)
          return output.count - Int(stream.pointee.avail_out)
        }
        result.append(contentsOf: output[..<produced])
      } while stream.pointee.avail_out == 0
    }
  }
  deflateAll(front, Z_NO_FLUSH)
  let perPiece = max(1, min(count, (1 << 20) / unit.count))
  let piece = repeated(unit, count: perPiece)
  for _ in 0..<(count / perPiece) { deflateAll(piece, Z_NO_FLUSH) }
  deflateAll(repeated(unit, count: count % perPiece), Z_NO_FLUSH)
  deflateAll(back, Z_FINISH)
  return result
}
