import Foundations

/// The top-level fields of a message, cut from a stream one at a time.
///
/// A field's bytes are contiguous in a window that moves along the stream. The window grows only as
/// bytes arrive, never because a length field says so.
struct FieldStream: ~Copyable {
  /// A field of wire type 0 has a value, one of type 2 a payload.
  struct Field {
    var number: Int
    var wireType: Int
    var value: UInt64 = 0

    /// Where the content is in ``bytes``.
    var payload = 0..<0

    /// Stream offset of the field's tag.
    var offset: Int
  }

  private let source: any ByteSource
  private let limits: ReadLimits
  private var memory = OwnedBuffer<UInt8>(capacity: 256 << 10)
  private var window: UnsafeMutableRawBufferPointer { memory.bytes }
  private var waiting = 0..<0
  private var isAtEnd = false

  /// Stream offset of the first byte of the window.
  private(set) var offset = 0

  /// How many compressed bytes were taken from the file so far.
  let inputBytes: () -> Int

  init(_ source: any ByteSource, limits: ReadLimits, inputBytes: @escaping () -> Int) {
    self.source = source
    self.limits = limits
    self.inputBytes = inputBytes
  }

  /// The window, into which the payload of the last field points.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: window[..<waiting.upperBound])
  }

  /// True while the window begins at the first byte of the stream.
  var hasAllBytes: Bool { offset == 0 }

  /// What was read and has not left the window.
  var buffered: UnsafeRawBufferPointer { bytes }

  /// Returns the next field, or nil at the end of the stream.
  mutating func next() throws(CodecError) -> Field? {
    if let field = nextShort() { return field }
    var openGroups: [Int] = []
    while true {
      if waiting.isEmpty, try !fill() {
        if let group = openGroups.first {
          throw .wire(.unbalancedGroup(field: group), message: .profile, offset: streamPosition)
        }
        return nil
      }
      let field = try nextFlat()
      switch field.wireType {
      case 3:
        // Skipping a malformed field of profile.proto would change the result.
        if openGroups.isEmpty, field.number <= 15 {
          throw .wire(
            .wrongWireType(field: field.number, found: 3), message: .profile, offset: field.offset)
        }
        openGroups.append(field.number)
        if openGroups.count > WireReader.deepestGroup {
          throw .limit(.groups, limit: WireReader.deepestGroup)
        }
      case 4:
        guard openGroups.popLast() == field.number else {
          throw .wire(
            .unbalancedGroup(field: field.number), message: .profile, offset: field.offset)
        }
      default: if openGroups.isEmpty { return field }
      }
    }
  }

  /// Returns a length-delimited field with a short header that is entirely in the window, as nearly
  /// all are; nil for any other.
  @inline(__always)
  private mutating func nextShort() -> Field? {
    let start = waiting.lowerBound
    guard waiting.count >= 4 else { return nil }
    let header = UInt32(
      littleEndian: window.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    // One byte of tag with wire type 2, and one or two bytes of length.
    guard header & 0x87 == 2, header & 0x78 != 0 else { return nil }
    var length = Int(header >> 8 & 0x7f)
    var payload = start &+ 2
    if header & 0x8000 != 0 {
      if header & 0x80_0000 != 0 { return nil }
      length |= Int(header >> 9 & 0x3f80)
      payload &+= 1
    }
    guard payload &+ length <= waiting.upperBound else { return nil }
    waiting = payload &+ length..<waiting.upperBound
    return Field(
      number: Int(header >> 3 & 0xf), wireType: 2, payload: payload..<payload &+ length,
      offset: offset &+ start)
  }

  private var streamPosition: Int { offset + waiting.lowerBound }

  /// Reads one field; a group's start and end count as fields without content.
  private mutating func nextFlat() throws(CodecError) -> Field {
    // A tag and a length, or a fixed number, take at most 20 bytes.
    while waiting.count < 20, try fill() {}
    var reader = WireReader(bytes, waiting, origin: offset, message: .profile)
    var field = Field(number: 0, wireType: 0, offset: streamPosition)
    (field.number, field.wireType) = try reader.tag()
    switch field.wireType {
    case 0: field.value = try reader.varint()
    case 1, 5: try reader.skip(field: field.number, wireType: field.wireType)
    case 2:
      let lengthStart = reader.position
      let length = try reader.varint()
      let problem = CodecError.wire(
        .lengthBeyondEnd(length: length), message: .profile, offset: offset + lengthStart)
      guard length <= UInt64(Int32.max) else { throw problem }
      guard length <= UInt64(limits.fieldBytes) else {
        throw .limit(.fieldBytes, limit: limits.fieldBytes)
      }
      // Filling may move the window, so positions are kept relative to its start.
      let headerLength = reader.position - waiting.lowerBound
      while waiting.count < headerLength + Int(length) {
        if try !fill() { throw problem }
      }
      let start = waiting.lowerBound + headerLength
      field.payload = start..<start + Int(length)
      reader.position = field.payload.upperBound
    case 3, 4: break
    default: throw reader.failure(.badWireType(field.wireType), at: reader.position)
    }
    waiting = reader.position..<waiting.upperBound
    return field
  }

  /// Reads more bytes after the waiting ones. False at the end of the stream.
  private mutating func fill() throws(CodecError) -> Bool {
    if isAtEnd { return false }
    if waiting.upperBound == window.count { makeRoom() }
    let free = UnsafeMutableRawBufferPointer(rebasing: window[waiting.upperBound...])
    let count = try source.read(into: free)
    isAtEnd = count == 0
    waiting = waiting.lowerBound..<waiting.upperBound + count
    return count > 0
  }

  /// Moves the waiting bytes to the start of the window, which doubles when it is half full.
  private mutating func makeRoom() {
    let count = waiting.count
    window.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[waiting]))
    if count * 2 > window.count { memory.grow(to: window.count * 2, keeping: count) }
    offset += waiting.lowerBound
    waiting = 0..<count
  }

  /// Makes the first `count` bytes available, or all if there are fewer: a pipe may have delivered
  /// less so far.
  ///
  /// - Precondition: ``hasAllBytes``.
  mutating func fillFront(_ count: Int) throws(CodecError) {
    waiting = 0..<waiting.upperBound
    while waiting.count < count, try fill() {}
  }

  /// Returns the whole stream.
  ///
  /// - Precondition: ``hasAllBytes``.
  mutating func readAll(limit: Int) throws(CodecError) -> [UInt8] {
    waiting = 0..<waiting.upperBound
    while try fill() {
      if waiting.count > limit { throw .limit(.legacyBytes, limit: limit) }
    }
    return Array(bytes)
  }
}
