package import ProfileCodec

/// Why bytes are not a heap dump. Offsets count the inflated bytes, from 0.
package enum DumpError: Error, Equatable, Sendable {
  /// The bytes do not begin like a heap dump; the value says what they look like.
  case notADump(ContentKind)

  /// The file ends within a record, or without the final one.
  case truncated(offset: Int, within: DumpPart)

  /// No runtime writes this.
  case damaged(DumpDamage, offset: Int)

  /// Written by a program for another kind of machine.
  case unsupported(DumpMachine)

  case limit(DumpLimit)
  case codec(CodecError)
}

/// The part of the dump that was being read.
package enum DumpPart: String, Sendable {
  case header
  case types
  case objects
  case goroutines
  case globals = "global variables"
  case statistics = "statistics and samples"
}

/// What is wrong with a record.
package enum DumpDamage: Equatable, Sendable {
  case number
  case unknownRecord(UInt64)
  case misplacedRecord(UInt64)
  case objectAddress(UInt64)
  case objectSize(UInt64)
  case overlappingObject(UInt64)
  case field(kind: UInt64)
  case fieldOffset(UInt64)
  case nameLength(UInt64)
  case segment(UInt64)
  case frame
  case bytesAfterEnd
}

package enum DumpMachine: Equatable, Sendable {
  case bigEndian
  case pointerSize(UInt64)
}

/// A limit that guards the machine.
package enum DumpLimit: Equatable, Sendable {
  case heapAddresses, edges, names, goroutines, segment
}
