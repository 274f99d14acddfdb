import Foundations
import Glibc

/// A part of a long report, composed in a buffer of its own.
///
/// The buffer is reused for other parts, since clearing new pages for a gigabyte of text took
/// longer than writing it. It is sendable because only one thread at a time fills it.
class TextPiece: @unchecked Sendable {
  private final var buffer = OwnedBuffer<UInt8>(capacity: 1 << 16)

  // Copies of the buffer's properties: reading those for every number would check exclusive access
  // each time, which took a third of the time of `raw`.
  private(set) final var memory: UnsafeMutablePointer<UInt8>
  private final var capacity: Int

  /// The bytes written so far.
  final var count = 0

  /// A single line would be longer than a report may be.
  final var isTooLong = false

  init() {
    memory = buffer.start
    capacity = buffer.capacity
  }

  final var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

  /// Makes room for more bytes after those that were written and `kept` more.
  @inline(__always)
  final func reserve(_ more: Int, keeping kept: Int = 0) {
    if count + more > capacity { grow(more, kept) }
  }

  private final func grow(_ more: Int, _ kept: Int) {
    while capacity < count + more { capacity *= 2 }
    buffer.grow(to: capacity, keeping: count + kept)
    memory = buffer.start
  }

  /// Writes a number where there is room for its 20 characters; returns its length.
  @inline(__always)
  static func write(_ number: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    return withUnsafeMutableBytes(of: &digits) { digits in
      var rest = number.magnitude
      var first = digits.count
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        first -= 1
        digits[first] = UInt8(ascii: "-")
      }
      let length = digits.count - first
      memcpy(place, digits.baseAddress! + first, length)
      return length
    }
  }
}
