import CSystem
import CZlib
import Foundations
import Glibc

/// The bytes that gzip members inflate to, as one stream (RFC 1952, zlib's `inflate`).
///
/// Any number of members may follow one another, and zero bytes may pad the end. ``GzipVerifier``
/// checks the checksum and length of each member.
final class GzipSource: ByteSource {
  private let input: BufferedSource
  private let inflater: Inflater

  /// Room for compressed bytes, placed after the last ones of the previous read.
  private let memory = OwnedBuffer<UInt8>(capacity: trailerCount + chunkCount)
  private var chunk: UnsafeMutableRawBufferPointer { memory.bytes }
  private static let trailerCount = 8
  private static let chunkCount = 256 << 10

  /// The part of `chunk` that was not inflated yet.
  private var waiting = 0..<0
  private var betweenMembers = false
  private var isBehindHeader = false
  private var finished = false
  private var inflated = 0
  private var memberStart = 0
  private let limits: ReadLimits

  /// The members that have ended so far.
  let members = GzipMembers()

  /// Compressed bytes taken so far.
  private(set) var consumed = 0

  init(_ input: BufferedSource, limits: ReadLimits) throws(CodecError) {
    inflater = try Inflater()
    self.input = input
    self.limits = limits
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    try buffer.withUnsafeMutableBytes { (buffer) throws(CodecError) in try fill(buffer) }
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    var produced = 0
    while produced == 0, !finished {
      if waiting.isEmpty {
        let count = try fill()
        if count == 0 {
          guard betweenMembers else {
            throw .truncatedCompression(.gzip, offset: consumed)
          }
          finished = true
          break
        }
      }
      if betweenMembers, try !startMember() { continue }
      produced = try inflate(into: buffer)
    }
    inflated += produced
    try limits.check(inflated: inflated, compressed: consumed)
    return produced
  }

  /// Reads compressed bytes, and places them after the last ones of the previous read.
  private func fill() throws(CodecError) -> Int {
    let last = chunk[max(0, waiting.upperBound - Self.trailerCount)..<waiting.upperBound]
    let front = UnsafeMutableRawBufferPointer(rebasing: chunk[..<Self.trailerCount])
    if last.count == front.count { front.copyMemory(from: UnsafeRawBufferPointer(rebasing: last)) }
    let free = UnsafeMutableRawBufferPointer(rebasing: chunk[Self.trailerCount...])
    let count = try input.read(into: free)
    waiting = Self.trailerCount..<Self.trailerCount + count
    return count
  }

  /// Examines the bytes after a member. False when they were padding.
  private func startMember() throws(CodecError) -> Bool {
    if chunk[waiting.lowerBound] == 0x1f {
      betweenMembers = false
      isBehindHeader = false
      inflater.reset()
      return true
    }
    while true {
      for index in waiting where chunk[index] != 0 {
        throw .trailingBytes(.gzip, offset: consumed + index - waiting.lowerBound)
      }
      consumed += waiting.count
      if try fill() == 0 { break }
    }
    finished = true
    return false
  }

  private func inflate(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(CodecError) -> Int {
    let step = inflater.step(
      from: UnsafeRawBufferPointer(rebasing: chunk[waiting]), into: buffer,
      stopsAtBlocks: !isBehindHeader)
    waiting = waiting.lowerBound + step.taken..<waiting.upperBound
    consumed += step.taken
    if !isBehindHeader, inflater.isBetweenBlocks {
      isBehindHeader = true
      inflater.ignoreChecksum()
    }
    switch step.status {
    case Z_STREAM_END:
      betweenMembers = true
      let trailer = UnsafeRawBufferPointer(rebasing: chunk[..<waiting.lowerBound])
      func number(_ bytesBefore: Int) -> UInt32 {
        UInt32(
          littleEndian: trailer.loadUnaligned(
            fromByteOffset: trailer.count - bytesBefore, as: UInt32.self))
      }
      let member = GzipMembers.Member(
        end: inflated + step.produced, checksum: number(8), length: number(4), offset: consumed)
      // A file may be millions of empty members, during which the caller gets no control.
      if member.end == memberStart {
        try member.verify(checksum: 0, length: 0)
      } else {
        members.append(member)
      }
      memberStart = member.end
    case Z_OK where step.taken + step.produced > 0: break
    case Z_MEM_ERROR: csystem_end_out_of_memory(0)
    default:
      throw .damagedCompression(
        .gzip, reason: inflater.message ?? "zlib status \(step.status)", offset: consumed)
    }
    return step.produced
  }
}

extension ReadLimits {
  /// - Throws: when this many inflated bytes are implausible for so few compressed ones.
  func check(inflated: Int, compressed: Int) throws(CodecError) {
    if inflated > inflatedBytes { throw .limit(.inflatedBytes, limit: inflatedBytes) }
    if inflated > expansionFloor, inflated / max(1, compressed) > expansion {
      throw .limit(.expansion, limit: expansion)
    }
  }
}

/// zlib remembers the address of its `z_stream` and refuses one that has moved. So the stream stays
/// at one heap address, owned by a value that cannot be copied.
struct Inflater: ~Copyable {
  struct Step {
    var status: Int32
    var taken: Int
    var produced: Int
  }

  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(CodecError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; + 16: gzip framing, with header and checksum.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      if status == Z_MEM_ERROR { csystem_end_out_of_memory(0) }
      throw .input(errno: ENOSYS)
    }
    self.stream = stream
  }

  deinit {
    _ = inflateEnd(stream)
    stream.deallocate()
  }

  /// zlib's description of the last error.
  var message: String? { stream.pointee.msg.map { String(cString: $0) } }

  /// Begins the next member.
  func reset() {
    _ = inflateReset(stream)
    _ = inflateValidate(stream, 1)
  }

  /// Whether the last step stopped after the header, or a block.
  var isBetweenBlocks: Bool { stream.pointee.data_type & 128 != 0 }

  /// Stops comparing the bytes with the checksum from now on.
  func ignoreChecksum() { _ = inflateValidate(stream, 0) }

  /// Calls `inflate` once.
  func step(
    from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    stopsAtBlocks: Bool
  ) -> Step {
    let inputCount = UInt32(clamping: input.count)
    let outputCount = UInt32(clamping: output.count)
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = inputCount
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = outputCount
    let status = inflate(stream, stopsAtBlocks ? Z_BLOCK : Z_NO_FLUSH)
    return Step(
      status: status, taken: Int(inputCount - stream.pointee.avail_in),
      produced: Int(outputCount - stream.pointee.avail_out))
  }
}
