/// Integers, mostly small, in groups of seven bits: the lowest first, with the eighth bit set if
/// more follow.
struct PageBytes {
  private(set) var bytes: [UInt8] = []

  mutating func number(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Small magnitudes become small numbers: 0, -1, 1, -2, …
  mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  /// The nonzero values, each with its distance from the previous one.
  mutating func sparse<Value>(
    _ values: [Value], isZero: (Value) -> Bool, write: (inout PageBytes, Value) -> Void
  ) {
    number(UInt64(values.reduce(0) { $0 + (isZero($1) ? 0 : 1) }))
    var previous = 0
    for (node, value) in values.enumerated() where !isZero(value) {
      number(UInt64(node - previous))
      write(&self, value)
      previous = node
    }
  }
}
