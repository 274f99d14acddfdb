/// Reads protobuf's wire format from bytes, checking every length.
///
/// All reads of untrusted bytes go through here: `end` lies within the bytes,
/// and nothing is read at or behind it. Positions are offsets in the bytes;
/// `origin` is the stream offset of the first one, so that errors name a place
/// in the file.
struct WireReader {
  let bytes: UnsafeRawBufferPointer
  let origin: Int
  let message: MessageKind
  var position: Int
  let end: Int

  init(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, origin: Int, message: MessageKind
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    self.origin = origin
    self.message = message
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  func failure(_ problem: WireProblem, at offset: Int) -> CodecError {
    .wire(problem, message: message, offset: origin + offset)
  }

  /// Reads a base-128 varint of at most ten bytes; bits above 63 are dropped.
  @inline(__always)
  mutating func varint() throws(CodecError) -> UInt64 {
    if position < end {
      let first = bytes.load(fromByteOffset: position, as: UInt8.self)
      if first < 0x80 {
        position += 1
        return UInt64(first)
      }
    }
    return try longVarint()
  }

  /// Reads ids into a buffer, each less 1, until the buffer is full, the bytes
  /// end, or an id is 0 or above 2³¹.
  ///
  /// Ids of one to three bytes, nearly all of them, are cut from four bytes at
  /// once, as long as four are left.
  ///
  /// - Returns: how many ids were read, and the largest number in the buffer.
  mutating func smallIDs(
    into buffer: UnsafeMutableBufferPointer<UInt32>
  ) throws(CodecError) -> (count: Int, largest: UInt32) {
    var count = 0
    var largest: UInt32 = 0
    let lastStart = end - 4
    while position <= lastStart, count < buffer.count {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      var id = word & 0x7f
      var length = 1
      if word & 0x80 != 0 {
        id |= (word >> 1) & 0x3f80
        length = 2
        if word & 0x8000 != 0 {
          if word & 0x80_0000 != 0 { break }
          id |= (word >> 2) & 0x1f_c000
          length = 3
        }
      }
      if id == 0 { return (count, largest) }
      position &+= length
      buffer[count] = id &- 1
      largest = max(largest, id &- 1)
      count &+= 1
    }
    while count < buffer.count, !isAtEnd {
      let start = position
      let id = try varint()
      if id == 0 || id > 1 << 31 {
        position = start
        break
      }
      buffer[count] = UInt32(id - 1)
      largest = max(largest, UInt32(id - 1))
      count += 1
    }
    return (count, largest)
  }

  private mutating func longVarint() throws(CodecError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes.load(fromByteOffset: position, as: UInt8.self)
      position += 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 { return value }
      shift += 7
      if shift >= 70 { throw failure(.varintTooLong, at: start) }
    }
    throw failure(.endsEarly, at: start)
  }

  /// Reads a field's number and wire type.
  @inline(__always)
  mutating func tag() throws(CodecError) -> (field: Int, wireType: Int) {
    let start = position
    let tag = try varint()
    let field = Int(truncatingIfNeeded: tag >> 3)
    if field == 0 { throw failure(.fieldNumberZero, at: start) }
    return (field, Int(tag & 7))
  }

  /// Reads a length and returns the range of bytes behind it, which it skips.
  @inline(__always)
  mutating func lengthDelimited() throws(CodecError) -> Range<Int> {
    let start = position
    let length = try varint()
    guard length <= UInt64(end - position) else {
      throw failure(.lengthBeyondEnd(length: length), at: start)
    }
    let range = position..<position + Int(length)
    position = range.upperBound
    return range
  }

  /// How deep unknown groups may be nested; each level is remembered.
  static let deepestGroup = 1 << 20

  /// Skips the value of an unknown field. Groups are walked with a stack of
  /// their numbers, not by recursion: nesting is the file's choice.
  mutating func skip(field: Int, wireType: Int) throws(CodecError) {
    var openGroups: [Int] = []
    var field = field
    var wireType = wireType
    var start = position
    while true {
      switch wireType {
      case 0: _ = try varint()
      case 1: try skipFixed(8)
      case 2: _ = try lengthDelimited()
      case 3:
        openGroups.append(field)
        if openGroups.count > Self.deepestGroup {
          throw .limit(.groups, limit: Self.deepestGroup)
        }
      case 4:
        guard openGroups.popLast() == field else {
          throw failure(.unbalancedGroup(field: field), at: start)
        }
      case 5: try skipFixed(4)
      default: throw failure(.badWireType(wireType), at: start)
      }
      if openGroups.isEmpty { return }
      start = position
      if isAtEnd { throw failure(.unbalancedGroup(field: openGroups[0]), at: start) }
      (field, wireType) = try tag()
    }
  }

  private mutating func skipFixed(_ count: Int) throws(CodecError) {
    guard count <= end - position else { throw failure(.endsEarly, at: position) }
    position += count
  }

  /// Skips a field that must not be one of a message's known fields.
  mutating func skipUnknown(
    field: Int, wireType: Int, known: ClosedRange<Int>
  ) throws(CodecError) {
    if known.contains(field) {
      throw failure(.wrongWireType(field: field, found: wireType), at: position)
    }
    try skip(field: field, wireType: wireType)
  }
}
