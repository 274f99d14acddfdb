/// Reads a message in the encoding that nearly all have, and rejects any other.
///
/// It does not say what is wrong: when ``isGood`` is false, the caller reads the whole message
/// again with ``WireReader`` or protobuf-c. So the loops over a million small messages carry no
/// errors.
struct QuickReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private(set) var end: Int

  /// False once anything was unusual; numbers read since then mean nothing.
  private(set) var isGood = true

  /// Reads the bytes that another reader has left.
  init(_ reader: WireReader) {
    bytes = reader.bytes
    position = reader.position
    end = reader.end
  }

  var isAtEnd: Bool { position >= end }

  /// Reads a field's tag if it takes one byte, as for fields 1 to 15; 0 otherwise.
  @inline(__always)
  mutating func tag() -> UInt8 {
    let tag = bytes.load(fromByteOffset: position, as: UInt8.self)
    position &+= 1
    return tag
  }

  /// Reads a base-128 varint of at most ten bytes; bits above 63 are dropped.
  @inline(__always)
  mutating func varint() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end, shift < 70 {
      let byte = bytes.load(fromByteOffset: position, as: UInt8.self)
      position &+= 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
    isGood = false
    position = end
    return 0
  }

  /// Reads a length and returns where the following bytes end; they come next.
  @inline(__always)
  mutating func lengthEnd() -> Int {
    let length = varint()
    guard isGood, length <= UInt64(end &- position) else {
      isGood = false
      return position
    }
    return position &+ Int(length)
  }

  /// Reads a length and skips the bytes after it; returns where they are.
  @inline(__always)
  mutating func list() -> Range<Int> {
    let listEnd = lengthEnd()
    let list = position..<listEnd
    position = listEnd
    return list
  }

  /// Enters a nested message.
  ///
  /// - Returns: the end to restore with ``leave(to:)``.
  @inline(__always)
  mutating func enter() -> Int {
    let outerEnd = end
    end = lengthEnd()
    return outerEnd
  }

  @inline(__always)
  mutating func leave(to outerEnd: Int) { end = outerEnd }

  mutating func giveUp() { isGood = false }
}
