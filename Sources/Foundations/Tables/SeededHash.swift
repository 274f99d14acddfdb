/// Spreads a key over 64 bits: the two halves of its product with the process's seed
/// (`TableSeed`). For our own tables, with one key or a pair packed into it.
@inlinable @inline(__always)
public func mixed(_ key: UInt64, seed: UInt64) -> UInt64 {
  let product = key.multipliedFullWidth(by: seed)
  return product.high ^ product.low
}
