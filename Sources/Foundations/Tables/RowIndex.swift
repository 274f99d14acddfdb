/// Finds the rows of a table by their content, with open addressing and a seeded hash.
///
/// The table itself stores and compares the content of its rows. A dictionary would store a copy of
/// each key, and its hashing took as long as reading the stacks of a profile.
///
/// It is public, and its members inlinable, since it is used for every frame: only then is it
/// compiled into the loops of other modules.
@frozen
public struct RowIndex: Sendable {
  /// The upper half of a slot is a row's hash, the lower half row + 1; 0 marks a free slot. The
  /// stored hash avoids nearly all unnecessary comparisons, and all when the index grows. The
  /// number of slots is a power of two, and at most half of them are used.
  @usableFromInline var slots: [UInt64]

  @usableFromInline var rowCount = 0

  /// The number of rows.
  @inlinable
  public var count: Int { rowCount }

  /// The seed of the hashes.
  public let seed: UInt64

  /// - Parameter count: the approximate number of rows to expect.
  public init(about count: Int = 32) {
    var slotCount = 64
    while slotCount < 1 << 20, slotCount < count * 2 { slotCount *= 2 }
    slots = [UInt64](repeating: 0, count: slotCount)
    seed = TableSeed.value
  }

  /// Returns the hash of a number, for example a pair of rows.
  @inlinable @inline(__always)
  public func hash(_ key: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: mixed(key, seed: seed))
  }

  /// Returns the row with some content, or nil.
  ///
  /// - Parameters:
  ///   - hash: of the content.
  ///   - isSame: whether a row has this content.
  @inlinable @inline(__always)
  public func find(_ hash: UInt32, isSame: (_ row: Int) -> Bool) -> Int? {
    slot(of: hash, isSame).row
  }

  /// Returns the row with some content, or the previous ``count`` when there is none; the caller
  /// must then store the content in that row.
  @inlinable @inline(__always)
  public mutating func row(_ hash: UInt32, isSame: (_ row: Int) -> Bool) -> Int {
    let (slot, row) = slot(of: hash, isSame)
    if let row { return row }
    add(rowCount, hash, slot)
    return rowCount &- 1
  }

  /// Adds a row, with any number, that is not in the index yet.
  public mutating func insert(_ row: Int, _ hash: UInt32) {
    add(row, hash, slot(of: hash) { _ in false }.slot)
  }

  /// Removes all rows, and keeps the memory.
  public mutating func removeAll() {
    if rowCount == 0 { return }
    rowCount = 0
    for slot in slots.indices { slots[slot] = 0 }
  }

  /// Returns the row with some content and its slot, or the free slot for it.
  @inlinable @inline(__always)
  func slot(of hash: UInt32, _ isSame: (_ row: Int) -> Bool) -> (slot: Int, row: Int?) {
    slots.withUnsafeBufferPointer { slots in
      let mask = slots.count &- 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while true {
        let entry = slots[slot]
        if entry == 0 { return (slot, nil) }
        if UInt32(truncatingIfNeeded: entry &>> 32) == hash {
          let row = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
          if isSame(row) { return (slot, row) }
        }
        slot = (slot &+ 1) & mask
      }
    }
  }

  @usableFromInline @inline(never)
  mutating func add(_ row: Int, _ hash: UInt32, _ slot: Int) {
    slots[slot] = UInt64(hash) << 32 | UInt64(row + 1)
    rowCount += 1
    if rowCount * 2 > slots.count { grow() }
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    var larger = [UInt64](repeating: 0, count: mask + 1)
    for entry in slots where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = entry
    }
    slots = larger
  }
}
