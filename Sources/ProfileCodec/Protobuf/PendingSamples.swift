import Foundations
import ProfileModel

/// A buffer for some thousand frames and rows on their way into the columns.
///
/// It is plain memory: for each frame, an array would check whether it is shared, and it would grow
/// by copying.
final class PendingSamples {
  static let frameCapacity = 1 << 14
  static let mostRows = 1 << 10

  /// The values of samples with more of them are appended directly.
  static let mostColumns = 16

  /// With the extra place that ``WireReader/smallIDs(into:room:)`` needs.
  let frames = OwnedBuffer<UInt32>(capacity: frameCapacity + 1)

  /// Sample by sample.
  let values = OwnedBuffer<Int64>(capacity: mostRows * mostColumns)
  let steps = OwnedBuffer<PackedStacks.Step>(capacity: mostRows)

  /// The values of one sample type.
  let column = OwnedBuffer<Int64>(capacity: mostRows)
}

/// How many bytes two packed lists have in common at their ends, counted from where a number begins
/// in both, and how many numbers these bytes encode.
///
/// The result always covers whole numbers, which the other list, read before, also contains.
func sharedTail(
  _ bytes: UnsafeRawBufferPointer, _ list: Range<Int>, _ other: Range<Int>
) -> (bytes: Int, count: Int) {
  let limit = min(list.count, other.count)
  let listEnd = list.upperBound
  let otherEnd = other.upperBound
  var same = 0
  var difference: UInt64 = 0
  while same &+ 8 <= limit, difference == 0 {
    difference =
      bytes.loadUnaligned(fromByteOffset: listEnd &- same &- 8, as: UInt64.self).littleEndian
      ^ bytes.loadUnaligned(fromByteOffset: otherEnd &- same &- 8, as: UInt64.self).littleEndian
    same &+= difference.leadingZeroBitCount &>> 3
  }
  if difference == 0 {
    while same < limit, bytes[listEnd &- same &- 1] == bytes[otherEnd &- same &- 1] { same &+= 1 }
  }
  func begins(_ range: Range<Int>) -> Bool {
    same == range.count || bytes[range.upperBound &- same &- 1] < 0x80
  }
  if !(begins(list) && begins(other)) {
    // Up to the end of the number that contains the first byte.
    while same > 0 {
      same &-= 1
      if bytes[listEnd &- same &- 1] < 0x80 { break }
    }
  }
  if same < 8 { return (0, 0) }
  // A number ends with a byte whose highest bit is clear.
  let highBits: UInt64 = 0x8080_8080_8080_8080
  let ones: UInt64 = 0x0101_0101_0101_0101
  var count = 0
  var position = listEnd &- same
  let rest = same & 7
  if rest > 0 {
    let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
    let ends = (~word & highBits) &>> 7 & ((1 &<< UInt64(8 &* rest)) &- 1)
    count &+= Int((ends &* ones) &>> 56)
    position &+= rest
  }
  while position < listEnd {
    let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
    count &+= Int((((~word & highBits) &>> 7) &* ones) &>> 56)
    position &+= 8
  }
  return (same, count)
}
