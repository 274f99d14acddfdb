import Foundations
import ProfileModel

/// Numbers the keys that it is given from 0, in the order of their first coming.
///
/// Open addressing, seeded: a dictionary's hashing alone took as long as reading
/// the stacks.
struct NumberRows {
  /// A key beside its row, so that one look finds both.
  private struct Slot {
    var key: UInt64 = 0

    /// Row + 1, or 0 for a free slot.
    var number: UInt32 = 0
  }

  private(set) var count = 0
  private var slots = [Slot](repeating: Slot(), count: 256)
  private let seed = TableSeed.value

  /// Returns the row of a key, or nil.
  func find(_ key: UInt64) -> Int? {
    let number = slots[slot(of: key)].number
    return number == 0 ? nil : Int(number) - 1
  }

  /// Returns the row of a key; ``count`` is one more when it is new.
  mutating func row(_ key: UInt64) -> Int {
    let slot = slot(of: key)
    if slots[slot].number != 0 { return Int(slots[slot].number) - 1 }
    count += 1
    slots[slot] = Slot(key: key, number: UInt32(count))
    if count * 2 == slots.count { grow() }
    return count - 1
  }

  /// The slot that holds the key, or the free one where it belongs.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mask = slots.count - 1
    let product = key.multipliedFullWidth(by: seed)
    var slot = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while slots[slot].number != 0, slots[slot].key != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    for entry in old where entry.number != 0 { slots[slot(of: entry.key)] = entry }
  }
}
