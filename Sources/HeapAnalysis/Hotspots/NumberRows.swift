import ProfileModel

/// Numbers the keys that it is given from 0, in the order of their first coming.
///
/// Open addressing, seeded: a dictionary's hashing alone took as long as reading
/// the stacks.
struct NumberRows {
  private var keys: [UInt64] = []

  /// Row + 1, or 0 for a free slot.
  private var slots = [UInt32](repeating: 0, count: 256)
  private let seed = TableSeed.value

  var count: Int { keys.count }

  /// Returns the row of a key, or nil.
  func find(_ key: UInt64) -> Int? {
    let row = slots[slot(of: key)]
    return row == 0 ? nil : Int(row) - 1
  }

  /// Returns the row of a key; ``count`` is one more when it is new.
  mutating func row(_ key: UInt64) -> Int {
    let slot = slot(of: key)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    keys.append(key)
    slots[slot] = UInt32(keys.count)
    if keys.count * 2 == slots.count { grow() }
    return keys.count - 1
  }

  /// The slot that holds the key, or the free one where it belongs.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mask = slots.count - 1
    let product = key.multipliedFullWidth(by: seed)
    var slot = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while slots[slot] != 0, keys[Int(slots[slot]) - 1] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (row, key) in keys.enumerated() { slots[slot(of: key)] = UInt32(row + 1) }
  }
}
