/// Finds the rows of a table by what they hold: open addressing, seeded.
///
/// The table itself keeps what is in its rows, and compares them. A dictionary would hold a
/// copy of each key, and its hashing took as long as reading the stacks of a profile.
///
/// It is public, and its members inlinable, since it is asked for every frame: only so it
/// becomes part of the loops of other modules.
@frozen
public struct RowIndex: Sendable {
  /// A row's hash in the upper half, row + 1 in the lower; 0 for a free slot. With the hash at
  /// hand, hardly any row is looked at in vain, and none when the index grows. A power of
  /// two of them, at most half of which are taken.
  @usableFromInline var slots: [UInt64]

  @usableFromInline var rowCount = 0

  /// How many rows there are.
  @inlinable
  public var count: Int { rowCount }

  /// What hashes are made with.
  public let seed: UInt64

  /// - Parameter count: about how many rows there will be.
  public init(about count: Int = 32) {
    var slotCount = 64
    while slotCount < 1 << 20, slotCount < count * 2 { slotCount *= 2 }
    slots = [UInt64](repeating: 0, count: slotCount)
    seed = TableSeed.value
  }

  /// Returns the hash of a number, such as a pair of rows.
  @inlinable @inline(__always)
  public func hash(_ key: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: mixed(key, seed: seed))
  }

  /// Returns the row that holds something, or nil.
  ///
  /// - Parameters:
  ///   - hash: of what is looked for.
  ///   - isSame: whether a row holds it.
  @inlinable @inline(__always)
  public func find(_ hash: UInt32, isSame: (_ row: Int) -> Bool) -> Int? {
    slot(of: hash, isSame).row
  }

  /// Returns the row that holds something; ``count`` before the call where none did. That
  /// row is to hold it then.
  @inlinable @inline(__always)
  public mutating func row(_ hash: UInt32, isSame: (_ row: Int) -> Bool) -> Int {
    let (slot, row) = slot(of: hash, isSame)
    if let row { return row }
    add(rowCount, hash, slot)
    return rowCount &- 1
  }

  /// Adds a row that is not there yet: any number.
  public mutating func insert(_ row: Int, _ hash: UInt32) {
    add(row, hash, slot(of: hash) { _ in false }.slot)
  }

  /// Forgets all rows, and keeps the memory.
  public mutating func removeAll() {
    if rowCount == 0 { return }
    rowCount = 0
    for slot in slots.indices { slots[slot] = 0 }
  }

  /// Returns the row that holds something with its slot, or the free slot where it belongs.
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
