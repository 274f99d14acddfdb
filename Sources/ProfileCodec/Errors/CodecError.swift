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

/// Why bytes are not a profile. Offsets count the inflated bytes, from 0,
/// unless said otherwise.
package enum CodecError: Error, Equatable, Sendable {
  case empty
  case compressedNothing(Compression)
  /// The compressed data stop at `offset`, in compressed bytes.
  case truncatedCompression(Compression, offset: Int)
  case damagedCompression(Compression, reason: String, offset: Int)
  /// Bytes that are no further member follow the last one, at `offset` in compressed bytes.
  case trailingBytes(Compression, offset: Int)
  /// Inflating gave something that is compressed once more.
  case nestedCompression(ContentKind)
  case notAProfile(ContentKind)
  case limit(LimitKind, limit: Int)

  case wire(WireProblem, message: MessageKind, offset: Int)
  /// Several profiles one after another; `offset` is where the second's header begins, if known.
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
  /// A line that is no folded stack, counted from 1.
  case foldedLine(Int)

  /// The source could not be read; the value is `errno`.
  case input(errno: Int32)
  /// The file is no longer the one that was opened: it was cut, or written to.
  case changedWhileRead
}
