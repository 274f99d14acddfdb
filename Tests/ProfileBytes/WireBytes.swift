/// Protobuf's wire format in all encodings, including those that no writer uses.

/// Returns a varint of at least this many bytes.
package func varint(_ value: UInt64, width: Int = 1) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = value
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
  while bytes.count < width {
    bytes[bytes.count - 1] |= 0x80
    bytes.append(0)
  }
  return bytes
}

package func varint(_ value: Int64) -> [UInt8] { varint(UInt64(bitPattern: value)) }

package func tag(_ field: UInt64, _ wireType: UInt64, width: Int = 1) -> [UInt8] {
  varint(field << 3 | wireType, width: width)
}

/// Returns a field of wire type 0.
package func number(_ field: UInt64, _ value: UInt64, width: Int = 1) -> [UInt8] {
  tag(field, 0, width: min(width, 10)) + varint(value, width: width)
}

package func number(_ field: UInt64, _ value: Int64) -> [UInt8] {
  number(field, UInt64(bitPattern: value))
}

/// Returns a field of wire type 2.
package func block(_ field: UInt64, _ content: [UInt8], width: Int = 1) -> [UInt8] {
  tag(field, 2, width: width) + varint(UInt64(content.count), width: width) + content
}

package func block(_ field: UInt64, _ content: String) -> [UInt8] {
  block(field, Array(content.utf8))
}

/// Returns a packed list.
package func packed(_ field: UInt64, _ values: [UInt64], width: Int = 1) -> [UInt8] {
  block(field, values.flatMap { varint($0, width: width) }, width: width)
}

package func packed(_ field: UInt64, _ values: [Int64]) -> [UInt8] {
  packed(field, values.map { UInt64(bitPattern: $0) })
}

/// Returns a field of wire type 1.
package func fixed64(_ field: UInt64) -> [UInt8] { tag(field, 1) + [UInt8](repeating: 7, count: 8) }

/// Returns a field of wire type 5.
package func fixed32(_ field: UInt64) -> [UInt8] { tag(field, 5) + [UInt8](repeating: 7, count: 4) }

/// Returns a group, wire types 3 and 4.
package func group(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
  tag(field, 3) + content + tag(field, 4)
}

/// Returns repeated bytes.
package func repeated(_ unit: [UInt8], count: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(unit.count * count)
  // Doubling: tests run unoptimised, where a byte at a time is slow.
  while bytes.count < unit.count * count {
    let missing = unit.count * count - bytes.count
    bytes += bytes.isEmpty ? unit[...] : bytes.prefix(missing)
  }
  return bytes
}
