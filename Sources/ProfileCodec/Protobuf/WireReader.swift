import CSystem

/// Reads protobuf's wire format from bytes, checking every length.
///
/// All reads of untrusted bytes go through here: `end` is within the bytes, and nothing is read at
/// or after it. Positions are offsets in the bytes; `origin` is the stream offset of the first one,
/// so that errors name a place in the file.
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

  /// The same bytes as another message.
  @inline(__always)
  func reading(_ message: MessageKind) -> WireReader { WireReader(self, position, end, message) }

  /// Some of the bytes that are left.
  @inline(__always)
  func reading(_ range: Range<Int>, as message: MessageKind) -> WireReader {
    precondition(range.lowerBound >= position && range.upperBound <= end)
    return WireReader(self, range.lowerBound, range.upperBound, message)
  }

  /// Reads a length and returns a reader of the bytes after it, which are skipped.
  @inline(__always)
  mutating func nested(_ message: MessageKind) throws(CodecError) -> WireReader {
    let range = try lengthDelimited()
    return WireReader(self, range.lowerBound, range.upperBound, message)
  }

  /// A part of another reader's bytes, so its bounds need no check.
  @inline(__always)
  private init(_ whole: WireReader, _ position: Int, _ end: Int, _ message: MessageKind) {
    bytes = whole.bytes
    origin = whole.origin
    self.message = message
    self.position = position
    self.end = end
  }

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

  /// Reads ids of one to four bytes, each less 1, until the room or the bytes end, or an id is
  /// longer or 0.
  ///
  /// The highest bits of 64 bytes, which mark the last byte of each id, are collected in one word.
  /// With them each id is extracted without waiting for the previous one, and nothing branches on
  /// lengths, whose order no processor could predict in large profiles.
  ///
  /// - Parameter buffer: has `room` places, plus one.
  /// - Returns: how many ids were read.
  mutating func smallIDs(
    into buffer: UnsafeMutablePointer<UInt32>, room: Int
  ) throws(CodecError) -> Int {
    var count = 0
    // Bytes after the end may be loaded if they exist, but are ignored. The last of 64 may be an
    // id, with which eight are loaded.
    let lastBlock = bytes.count &- 71
    while position < end, position <= lastBlock, count &+ 64 <= room {
      let left = end &- position
      let inside = left >= 64 ? UInt64.max : (1 &<< UInt64(left)) &- 1
      let continued = highBitsOf64(bytes.baseAddress! + position)
      let ends = ~continued & inside
      let long = continued & continued &>> 1 & continued &>> 2 & continued &>> 3
      if long & inside != 0 || ends == 0 { break }
      guard cutIDs(at: position, ends, into: buffer + count) else { break }
      count &+= ends.nonzeroBitCount
      position &+= 64 &- ends.leadingZeroBitCount
    }
    while count < room, !isAtEnd {
      let start = position
      let id = try varint()
      if id == 0 || id > 1 << 31 {
        position = start
        break
      }
      buffer[count] = UInt32(id - 1)
      count += 1
    }
    return count
  }

  /// Writes the ids that begin at a position, each less 1, two at a time.
  ///
  /// - Parameter ends: a bit for each byte that ends an id.
  /// - Returns: false when one of them is 0; then what was written means nothing.
  @inline(__always)
  private func cutIDs(
    at position: Int, _ ends: UInt64, into buffer: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    let pairs = IDPair.table
    let count = ends.nonzeroBitCount
    var start = 0
    var index = 0
    var borrowed: UInt64 = 0
    while index < count {
      let pair = pairs[Int((ends &>> UInt64(start)) & 0xff)]
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: position &+ start, as: UInt64.self))
      let upper = (word &<< pair.shift) & 0xffff_ffff_0000_0000
      let groups = (word & 0xffff_ffff | upper) & pair.mask
      let halves =
        groups & 0x007f_007f_007f_007f | (groups & 0x7f00_7f00_7f00_7f00) &>> 1
      let ids = halves & 0x0000_3fff_0000_3fff | (halves & 0x3fff_0000_3fff_0000) &>> 2
      let numbers = ids &- 0x0000_0001_0000_0001
      borrowed |= numbers
      buffer[index] = UInt32(truncatingIfNeeded: numbers)
      buffer[index &+ 1] = UInt32(truncatingIfNeeded: numbers &>> 32)
      index &+= 2
      start &+= pair.length
    }
    // This bit is set only if an id was 0.
    return borrowed & 0x8000_0000_8000_0000 == 0
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

  /// Reads a length and returns the range of bytes after it, which it skips.
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

  /// The deepest nesting of unknown groups; each level is remembered.
  static let deepestGroup = 1 << 20

  /// Skips the value of an unknown field. Groups are walked with a stack of their numbers, not by
  /// recursion, since the file determines the nesting.
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
