import CZlib
import Glibc

/// A gzip file that is written in pieces, under a temporary name until it is complete.
final class GzipFile {
  private let path: String
  private let descriptor: Int32
  private let stream: UnsafeMutablePointer<z_stream>
  private var pending: [UInt8] = []
  private var chunk = [UInt8](repeating: 0, count: 1 << 20)

  /// The number of bytes written, before compression.
  private(set) var inflatedBytes = 0

  init(_ path: String) {
    self.path = path
    descriptor = open(path + ".tmp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { fail("\(path): cannot write") }
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Level 1 is what Go's runtime/pprof uses.
    let status = deflateInit2_(
      stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    if status != Z_OK { fail("zlib: status \(status)") }
  }

  func write(_ bytes: [UInt8]) {
    pending.append(contentsOf: bytes)
    if pending.count > 1 << 20 { compress(Z_NO_FLUSH) }
  }

  func finish() {
    compress(Z_FINISH)
    deflateEnd(stream)
    stream.deallocate()
    if close(descriptor) != 0 || rename(path + ".tmp", path) != 0 { fail("\(path): cannot write") }
  }

  private func compress(_ flush: Int32) {
    inflatedBytes += pending.count
    pending.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      repeat {
        let produced = chunk.withUnsafeMutableBufferPointer { output in
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          deflate(stream, flush)
          return output.count - Int(stream.pointee.avail_out)
        }
        writeOut(produced)
      } while stream.pointee.avail_out == 0
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func writeOut(_ count: Int) {
    var start = 0
    while start < count {
      let written = chunk.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + start, count - start)
      }
      if written < 0 { fail("\(path): cannot write") }
      start += written
    }
  }
}

/// Inflates a file and discards the bytes: no reader of it can be faster. Returns the number of
/// bytes.
func inflateOnly(_ path: String) -> Int {
  var total = 0
  inflate(path) { total += $0.count }
  return total
}

/// The uncompressed bytes of a file.
func inflated(_ path: String) -> [UInt8] {
  var bytes: [UInt8] = []
  inflate(path) { bytes.append(contentsOf: $0) }
  return bytes
}

private func inflate(_ path: String, _ take: (UnsafeBufferPointer<UInt8>) -> Void) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 { fail("\(path): cannot read") }
  defer { close(descriptor) }
  let input = UnsafeMutablePointer<UInt8>.allocate(capacity: 256 << 10)
  let output = UnsafeMutablePointer<UInt8>.allocate(capacity: 256 << 10)
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { fail("zlib: cannot start") }
  defer {
    inflateEnd(stream)
    for memory in [input, output] { memory.deallocate() }
    stream.deallocate()
  }
  var status = Z_OK
  while status == Z_OK {
    if stream.pointee.avail_in == 0 {
      let count = read(descriptor, input, 256 << 10)
      if count <= 0 { fail("\(path): ends early") }
      stream.pointee.next_in = input
      stream.pointee.avail_in = UInt32(count)
    }
    stream.pointee.next_out = output
    stream.pointee.avail_out = 256 << 10
    status = CZlib.inflate(stream, Z_NO_FLUSH)
    take(UnsafeBufferPointer(start: output, count: (256 << 10) - Int(stream.pointee.avail_out)))
  }
  if status != Z_STREAM_END { fail("\(path): zlib status \(status)") }
}
