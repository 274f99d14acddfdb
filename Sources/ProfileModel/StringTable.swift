import Foundations
import Glibc

/// The texts of a profile, each kept once, as the bytes that the file holds.
///
/// Names in a profile are bytes chosen by others: they need not be UTF-8, and
/// texts that Unicode calls equal stay different here. Row 0 is the empty text.
package struct StringTable: Sendable {
  /// All texts one after another.
  package private(set) var bytes: [UInt8] = []

  /// Where each text ends in ``bytes``; it begins where the one before ends.
  package private(set) var ends: [Int] = [0]

  /// Open addressing over the rows: the text's hash in the upper half, row + 1 in the
  /// lower; 0 for a free slot. With the hash at hand, hardly any text is looked at in
  /// vain, and none when the table grows.
  private var slots = [UInt64](repeating: 0, count: 64)

  package init() {}

  package var count: Int { ends.count }

  /// Returns the range in ``bytes`` that holds a text.
  package func range(of id: StringID) -> Range<Int> {
    let index = id.index
    return (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  package subscript(bytesOf id: StringID) -> ArraySlice<UInt8> { bytes[range(of: id)] }

  /// Returns the text for showing: bytes that are no UTF-8 are replaced.
  package subscript(id: StringID) -> String { String(decoding: self[bytesOf: id], as: UTF8.self) }

  /// Returns the row that holds the text, added when it was not there.
  package mutating func intern(_ text: some Collection<UInt8>) -> StringID {
    if let id = text.withContiguousStorageIfAvailable({ unsafeIntern($0) }) { return id }
    return Array(text).withUnsafeBufferPointer { unsafeIntern($0) }
  }

  /// The same for plain memory, which is what a decoder has.
  package mutating func intern(_ text: UnsafeRawBufferPointer) -> StringID {
    unsafeIntern(text.assumingMemoryBound(to: UInt8.self))
  }

  package mutating func intern(_ text: String) -> StringID {
    var text = text
    return text.withUTF8 { unsafeIntern($0) }
  }

  /// Returns the row that holds the text, or nil.
  package func find(_ text: String) -> StringID? {
    var text = text
    return text.withUTF8 { text in
      if text.isEmpty { return .empty }
      return Self.row(slots[slot(of: text, Self.hash(text))])
    }
  }

  private mutating func unsafeIntern(_ text: UnsafeBufferPointer<UInt8>) -> StringID {
    if text.isEmpty { return .empty }
    let hash = Self.hash(text)
    var slot = slot(of: text, hash)
    if let row = Self.row(slots[slot]) { return row }
    if ends.count * 2 > slots.count {
      slots = grownSlots(slots)
      slot = self.slot(of: text, hash)
    }
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    slots[slot] = UInt64(hash) << 32 | UInt64(ends.count)
    return StringID(ends.count - 1)
  }

  @inline(__always)
  private static func row(_ slot: UInt64) -> StringID? {
    slot == 0 ? nil : StringID(Int(slot & 0xffff_ffff) - 1)
  }

  /// The slot that holds the text, or the free one where it belongs.
  private func slot(of text: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    return bytes.withUnsafeBufferPointer { bytes in
      while slots[slot] != 0 {
        if slots[slot] >> 32 == UInt64(hash), let row = Self.row(slots[slot]) {
          let range = range(of: row)
          if range.count == text.count,
            memcmp(text.baseAddress!, bytes.baseAddress! + range.lowerBound, range.count) == 0
          {
            return slot
          }
        }
        slot = (slot + 1) & mask
      }
      return slot
    }
  }

  /// Eight bytes at a time, each step a 128-bit product folded to 64 bits.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let raw = UnsafeRawBufferPointer(text)
    var hash = UInt64(truncatingIfNeeded: text.count) ^ seed
    var offset = 0
    while offset + 8 <= raw.count {
      hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var last: UInt64 = 0
    while offset < raw.count {
      last = last << 8 | UInt64(raw[offset])
      offset += 1
    }
    return UInt32(truncatingIfNeeded: mix(hash ^ last) >> 16)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: seed)
    return product.high ^ product.low
  }

  private static let seed = TableSeed.value
}
