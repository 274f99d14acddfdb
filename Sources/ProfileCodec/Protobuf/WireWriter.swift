/// Writes protobuf's wire format.
struct WireWriter {
  private(set) var output: [UInt8] = []

  mutating func rawVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    output.append(UInt8(rest))
  }

  /// Writes a varint field, zero included.
  mutating func varint(_ field: Int, _ value: UInt64) {
    rawVarint(UInt64(field) << 3)
    rawVarint(value)
  }

  /// Writes a varint field unless the value is the default, 0.
  mutating func optional(_ field: Int, _ value: UInt64) {
    if value != 0 { varint(field, value) }
  }

  mutating func optional(_ field: Int, _ value: Int64) {
    optional(field, UInt64(bitPattern: value))
  }

  mutating func bytes(_ field: Int, _ value: some Collection<UInt8>) {
    rawVarint(UInt64(field) << 3 | 2)
    rawVarint(UInt64(value.count))
    output.append(contentsOf: value)
  }

  mutating func packed(_ field: Int, _ values: some Collection<UInt64>) {
    if values.isEmpty { return }
    var inner = WireWriter()
    for value in values { inner.rawVarint(value) }
    bytes(field, inner.output)
  }

  mutating func message(_ field: Int, _ write: (inout WireWriter) -> Void) {
    var inner = WireWriter()
    write(&inner)
    bytes(field, inner.output)
  }

  mutating func removeAll() { output.removeAll(keepingCapacity: true) }
}
