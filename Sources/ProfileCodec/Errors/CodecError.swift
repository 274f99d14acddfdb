/// How the bytes of a profile were packed.
package enum Compression: String, Sendable {
  case gzip, zstd
}

/// The messages of profile.proto, as errors name them.
package enum MessageKind: String, Sendable {
  case profile = "Profile"
  case sampleType = "ValueType"
  case sample = "Sample"
  case label = "Label"
  case mapping = "Mapping"
  case location = "Location"
  case line = "Line"
  case function = "Function"
  case string = "string_table"
}

/// What is wrong with the encoding of a protobuf field.
package enum WireProblem: Equatable, Sendable {
  case endsEarly
  case varintTooLong
  case lengthBeyondEnd(length: UInt64)
  case fieldNumberZero
  case badWireType(Int)
  case wrongWireType(field: Int, found: Int)
  case unbalancedGroup(field: Int)
  case refusedByProtobufC
}

/// A limit that guards the machine.
package enum LimitKind: Equatable, Sendable {
  case inflatedBytes, expansion, memory, sampleTypes, stackDepth, inlinedLines, groups, labels
  case comments, fieldBytes, legacyBytes
}

/// Why bytes are not a profile. Offsets count inflated bytes, from 0, unless stated otherwise.
package enum CodecError: Error, Equatable, Sendable {
  case empty
  case compressedNothing(Compression)
  /// The compressed data stop at `offset`, in compressed bytes.
  case truncatedCompression(Compression, offset: Int)
  case damagedCompression(Compression, reason: String, offset: Int)
  /// Bytes after the last member, at `offset` in compressed bytes, are not another member.
  case trailingBytes(Compression, offset: Int)
  /// Inflating gave data that are compressed again.
  case nestedCompression(ContentKind)
  case notAProfile(ContentKind)
  case limit(LimitKind, limit: Int)

  case wire(WireProblem, message: MessageKind, offset: Int)
  /// Several profiles in one file; `offset` is where the second one's header begins, if known.
  case concatenated(offset: Int?)
  case noStringTable
  case firstStringNotEmpty
  case stringIndex(Int64, count: Int, field: String)
  case zeroID(MessageKind, row: Int)
  case repeatedID(MessageKind, id: UInt64)
  case unknownLocation(id: UInt64, sample: Int)
  case unknownFunction(id: UInt64, location: UInt64)
  case valueCount(sample: Int, found: Int, expected: Int)
  case noSampleTypes

  case legacy(LegacyProfileError)
  /// A line, counted from 1, that is no folded stack.
  case foldedLine(Int)

  /// The source could not be read; the value is `errno`.
  case input(errno: Int32)
  /// The file is no longer the one that was opened: it was truncated, or written to.
  case changedWhileRead
}
