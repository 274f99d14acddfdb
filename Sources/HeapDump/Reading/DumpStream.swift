import Foundations
import ProfileCodec

/// The bytes of a dump, read through a window.
struct DumpStream: ~Copyable {
  private let source: any ByteSource
  private var buffer = OwnedBuffer<UInt8>(capacity: 1 << 20)

  /// The index of the next byte in the window, and the number of bytes in it.
  private var position = 0
  private var filled = 0

  /// The first byte that must stay in the window; -1 when none must.
  private var kept = -1

  /// How many bytes precede the window.
  private var passed = 0

  /// What is being read, for the error at an unexpected end.
  var part = DumpPart.header

  init(_ source: any ByteSource) { self.source = source }

  var offset: Int { passed + position }

  /// The bytes from the next one on; the pointer is invalid after further reading.
  @inline(__always)
  var next: UnsafeRawPointer { UnsafeRawPointer(buffer.start + position) }

  /// The bytes that are kept.
  @inline(__always)
  var keptBytes: UnsafeRawPointer { UnsafeRawPointer(buffer.start + kept) }

  var truncation: DumpError { .truncated(offset: passed + filled, within: part) }

  func damage(_ damage: DumpDamage) -> DumpError { .damaged(damage, offset: offset) }

  /// Reads until the window has this many bytes, or all that remain.
  private mutating func fill(_ count: Int) throws(DumpError) {
    let first = kept >= 0 ? kept : position
    if first > 0 {
      (buffer.start).update(from: buffer.start + first, count: filled - first)
      passed += first
      position -= first
      filled -= first
      if kept >= 0 { kept = 0 }
    }
    if position + count > buffer.capacity {
      buffer.grow(to: max(2 * buffer.capacity, position + count), keeping: filled)
    }
    while filled < position + count {
      let rest = UnsafeMutableBufferPointer(
        start: buffer.start + filled, count: buffer.capacity - filled)
      var span = rest.mutableSpan
      do throws(CodecError) {
        let got = try source.read(into: &span)
        if got == 0 { return }
        filled += got
      } catch { throw .codec(error) }
    }
  }

  /// Reads until the window has this many bytes.
  @inline(__always)
  mutating func need(_ count: Int) throws(DumpError) {
    if filled &- position >= count { return }
    try fill(count)
    if filled - position < count { throw truncation }
  }

  /// Keeps the bytes from the next one on in the window.
  @inline(__always)
  mutating func keep() { kept = position }

  @inline(__always)
  mutating func release() { kept = -1 }

  /// Skips bytes of the window.
  @inline(__always)
  mutating func advance(_ count: Int) { position &+= count }

  var isAtEnd: Bool {
    mutating get throws(DumpError) {
      if position < filled { return false }
      try fill(1)
      return position == filled
    }
  }

  /// Reads an unsigned varint.
  @inline(__always)
  mutating func number() throws(DumpError) -> UInt64 {
    if position &+ 10 <= filled {
      let first = buffer[position]
      if first < 0x80 {
        position &+= 1
        return UInt64(first)
      }
    }
    return try longNumber()
  }

  @inline(never)
  private mutating func longNumber() throws(DumpError) -> UInt64 {
    if position + 10 > filled { try fill(10) }
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < filled else { throw truncation }
      let byte = buffer[position]
      if shift == 63, byte > 1 { throw damage(.number) }
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  mutating func flag() throws(DumpError) -> Bool { try number() != 0 }

  /// Reads a name from the runtime or the program.
  ///
  /// Go's longest names, those of generic types, have a few kilobytes.
  mutating func name() throws(DumpError) -> [UInt8] {
    let count = try number()
    guard count <= 1 << 20 else { throw damage(.nameLength(count)) }
    try need(Int(count))
    let bytes = Array(UnsafeRawBufferPointer(start: next, count: Int(count)))
    position += Int(count)
    return bytes
  }

  /// Returns up to this many bytes of the window without taking them; none at the end.
  mutating func some(_ count: Int) throws(DumpError) -> UnsafeRawBufferPointer {
    let count = min(count, 1 << 16)
    if filled - position < count { try fill(count) }
    if filled == position { throw truncation }
    return UnsafeRawBufferPointer(start: next, count: min(count, filled - position))
  }
}
