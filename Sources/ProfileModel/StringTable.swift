import Foundations
import Glibc

/// The texts of a profile, each stored once, as the bytes in the file.
///
/// Names in a profile are bytes chosen by others: they need not be UTF-8, and texts that Unicode
/// considers equal stay different here. Row 0 is the empty text.
package struct StringTable: Sendable {
  /// All texts in sequence.
  package private(set) var bytes: [UInt8] = []

  /// Where each text ends in ``bytes``; it begins where the previous one ends.
  package private(set) var ends: [Int] = [0]

  /// Covers all rows except row 0, and counts from 0 too: a row of the index is one less.
  private var index = RowIndex()

  package init() {}

  package var count: Int { ends.count }

  /// Returns the range of a text in ``bytes``.
  package func range(of id: StringID) -> Range<Int> {
    let index = id.index
    return (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  package subscript(bytesOf id: StringID) -> ArraySlice<UInt8> { bytes[range(of: id)] }

  /// Returns the text for display: bytes that are not UTF-8 are replaced.
  package subscript(id: StringID) -> String { String(decoding: self[bytesOf: id], as: UTF8.self) }

  /// Returns the row of a text, adding it if necessary.
  package mutating func intern(_ text: some Collection<UInt8>) -> StringID {
    if let id = text.withContiguousStorageIfAvailable({ unsafeIntern($0) }) { return id }
    return Array(text).withUnsafeBufferPointer { unsafeIntern($0) }
  }

  /// The same for plain memory, as a decoder has it.
  package mutating func intern(_ text: UnsafeRawBufferPointer) -> StringID {
    unsafeIntern(text.assumingMemoryBound(to: UInt8.self))
  }

  package mutating func intern(_ text: String) -> StringID {
    var text = text
    return text.withUTF8 { unsafeIntern($0) }
  }

  /// Returns the row of a text, or nil.
  package func find(_ text: String) -> StringID? {
    var text = text
    return text.withUTF8 { text in
      if text.isEmpty { return .empty }
      return index.find(hash(text)) { Self.isSame(text, $0 + 1, bytes, ends) }.map {
        StringID($0 + 1)
      }
    }
  }

  private mutating func unsafeIntern(_ text: UnsafeBufferPointer<UInt8>) -> StringID {
    if text.isEmpty { return .empty }
    let row = index.row(hash(text)) { Self.isSame(text, $0 + 1, bytes, ends) } + 1
    if row == ends.count {
      bytes.append(contentsOf: text)
      ends.append(bytes.count)
    }
    return StringID(row)
  }

  @inline(__always)
  private static func isSame(
    _ text: UnsafeBufferPointer<UInt8>, _ row: Int, _ bytes: [UInt8], _ ends: [Int]
  ) -> Bool {
    let start = ends[row - 1]
    return ends[row] - start == text.count
      && bytes.withUnsafeBufferPointer {
        memcmp(text.baseAddress!, $0.baseAddress! + start, text.count) == 0
      }
  }

  /// Hashes eight bytes at a time; each step folds a 128-bit product to 64 bits.
  private func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let raw = UnsafeRawBufferPointer(text)
    let seed = index.seed
    var hash = UInt64(truncatingIfNeeded: text.count) ^ seed
    var offset = 0
    while offset + 8 <= raw.count {
      hash = mixed(
        hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), seed: seed)
      offset += 8
    }
    var last: UInt64 = 0
    while offset < raw.count {
      last = last << 8 | UInt64(raw[offset])
      offset += 1
    }
    return UInt32(truncatingIfNeeded: mixed(hash ^ last, seed: seed) >> 16)
  }
}
