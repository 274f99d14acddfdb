/// How to extract two ids of one to four bytes each from eight bytes (protobuf's varints).
struct IDPair {
  /// The shift that brings the second id from after the first into the upper half.
  var shift: UInt64

  /// The seven significant bits of each byte, for both ids in their halves.
  var mask: UInt64

  /// The number of bytes of both ids.
  var length: Int

  /// Indexed by which of the eight bytes are the last of an id, one bit each. With only one such
  /// byte, both halves are the same id.
  nonisolated(unsafe) static let table: UnsafePointer<IDPair> = {
    let table = UnsafeMutablePointer<IDPair>.allocate(capacity: 256)
    for ends in 0..<256 { (table + ends).initialize(to: IDPair(ends: ends)) }
    return UnsafePointer(table)
  }()

  private init(ends: Int) {
    let first = ends.trailingZeroBitCount + 1
    let second = (ends & (ends - 1)).trailingZeroBitCount + 1 - first
    if (1...4).contains(first), (1...4).contains(second) {
      shift = UInt64(32 - 8 * first)
      mask = Self.groups(first) | Self.groups(second) << 32
      length = first + second
    } else {
      shift = 32
      mask = Self.groups(min(first, 4)) | Self.groups(min(first, 4)) << 32
      length = first
    }
  }

  private static func groups(_ count: Int) -> UInt64 { 0x7f7f_7f7f >> UInt64(32 - 8 * count) }
}
