/// Returns the slots of a table of open addressing, twice as many.
///
/// - Parameter slots: a power of two of them; each has the entry's hash in its upper half,
///   whose lower bits tell where it belongs, and is 0 when it is free.
package func grownSlots(_ slots: [UInt64]) -> [UInt64] {
  let mask = slots.count * 2 - 1
  var larger = [UInt64](repeating: 0, count: mask + 1)
  for entry in slots where entry != 0 {
    var slot = Int(entry >> 32) & mask
    while larger[slot] != 0 { slot = (slot + 1) & mask }
    larger[slot] = entry
  }
  return larger
}
