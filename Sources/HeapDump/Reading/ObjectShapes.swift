import Foundations

/// The kinds of objects that a dump distinguishes: a size, and where pointers may be.
package struct ObjectShapes: Sendable {
  private var rows = NumberRows()

  /// By shape, in bytes.
  package private(set) var sizes: [UInt32] = []
  package private(set) var pointerSlots: [UInt32] = []

  /// The number of shapes.
  package var count: Int { sizes.count }

  /// A hash of the size and the offsets of the pointers.
  struct Key {
    private(set) var hash: UInt64
    private(set) var count: UInt32 = 0

    init(size: UInt64) { hash = size &* 0x9e37_79b9_7f4a_7c15 }

    @inline(__always)
    mutating func add(_ offset: UInt64) {
      hash = (hash ^ offset) &* 0xff51_afd7_ed55_8ccd
      hash ^= hash &>> 29
      count &+= 1
    }

    init(size: UInt64, offsets: [UInt64]) {
      self.init(size: size)
      for offset in offsets { add(offset) }
    }
  }

  @inline(__always)
  mutating func row(_ key: Key, size: UInt64) -> UInt32 {
    let row = rows.row(key.hash)
    if row == sizes.count {
      sizes.append(UInt32(truncatingIfNeeded: size))
      pointerSlots.append(key.count)
    }
    return UInt32(truncatingIfNeeded: row)
  }

  func find(_ key: Key) -> UInt32? { rows.find(key.hash).map { UInt32($0) } }
}
