/// The seed that our own hash tables mix into their keys.
///
/// It is random for each process, so that nobody can craft a file whose rows collide. No order and
/// no output depends on it. It comes from the seed of Swift's own tables, so that
/// `SWIFT_DETERMINISTIC_HASHING` fixes both, for counting instructions.
package enum TableSeed {
  package static let value = UInt64(bitPattern: Int64(Hasher().finalize())) | 1
}

/// Spreads a key over 64 bits: the two halves of its product with the process's seed (`TableSeed`).
/// For our own tables, with one key or a packed pair.
@inlinable @inline(__always)
public func mixed(_ key: UInt64, seed: UInt64) -> UInt64 {
  let product = key.multipliedFullWidth(by: seed)
  return product.high ^ product.low
}
