package import ProfileModel

/// Reads a profile: gzip, zstd or plain protobuf, or one of the text and binary
/// forms that came before it.
///
/// The bytes flow through in pieces; nothing holds all of the inflated text.
///
/// - Throws: ``CodecError``, which says what is wrong and where.
package func readProfile(
  from source: any ByteSource, limits: ReadLimits = ReadLimits(),
  legacy: LegacyOptions = LegacyOptions()
) throws(CodecError) -> ReadProfile {
  let (inflating, compression, buffered) = try inflated(source, limits)
  var stream: FieldStream
  if compression == nil {
    stream = FieldStream(inflating, limits: limits, inputBytes: { buffered.consumed })
  } else {
    let ahead = ReadAheadSource(inflating, progress: { buffered.consumed })
    stream = FieldStream(ahead, limits: limits, inputBytes: { ahead.inputBytes })
  }
  do {
    let inputBytes = stream.inputBytes
    var decoder = ProfileDecoder(
      limits: limits,
      progress: {
        source.byteCount.map { $0 == 0 ? 0 : Double(inputBytes()) / Double($0) }
      })
    try decoder.decode(&stream)
    return ReadProfile(profile: try decoder.finish())
  } catch {
    return try readOtherFormat(
      &stream, compression: compression, limits: limits, legacy: legacy, protobufError: error)
  }
}

/// Returns the plain bytes of a source, which may be packed, and the first of them,
/// so that a caller can tell whether it is a profile.
package func unpacked(
  _ source: any ByteSource, limits: ReadLimits = ReadLimits()
) throws(CodecError) -> (source: any ByteSource, front: [UInt8]) {
  let plain = BufferedSource(try inflated(source, limits).0)
  return (plain, Array(try plain.peek(512)))
}

/// Returns the plain bytes of a source, how they were packed, and the packed ones.
func inflated(
  _ source: any ByteSource, _ limits: ReadLimits
) throws(CodecError) -> (any ByteSource, Compression?, BufferedSource) {
  let buffered = BufferedSource(source)
  let magic = Array(try buffered.peek(4))
  if magic.isEmpty { throw .empty }
  if magic == [0x1f] { throw .truncatedCompression(.gzip, offset: 1) }
  if magic.starts(with: [0x1f, 0x8b]) {
    return (try GzipSource(buffered, limits: limits), .gzip, buffered)
  }
  // A frame, or one to skip before it; no profile begins with the latter's magic,
  // which is a field of a wrong type.
  if magic == [0x28, 0xb5, 0x2f, 0xfd]
    || magic.count == 4 && magic[0] & 0xf0 == 0x50 && magic[1...] == [0x2a, 0x4d, 0x18]
  {
    return (try ZstdSource(buffered, limits: limits), .zstd, buffered)
  }
  return (buffered, nil, buffered)
}

/// Reads a profile from bytes in memory; see ``readProfile(from:limits:legacy:)``.
package func readProfile(
  _ bytes: [UInt8], limits: ReadLimits = ReadLimits(), legacy: LegacyOptions = LegacyOptions()
) throws(CodecError) -> ReadProfile {
  try readProfile(from: ArraySource(bytes), limits: limits, legacy: legacy)
}

/// A profile, and what its file says beside it.
package struct ReadProfile: Sendable {
  package var profile: Profile

  /// The runtime's own account of its memory, which Go's text form carries.
  package var memoryStatistics: GoMemStats?

  package init(profile: Profile, memoryStatistics: GoMemStats? = nil) {
    self.profile = profile
    self.memoryStatistics = memoryStatistics
  }
}

/// Looks at bytes that are no protobuf profile: an older format, or something
/// whose name makes a better message than the place where decoding stopped.
private func readOtherFormat(
  _ stream: inout FieldStream, compression: Compression?, limits: ReadLimits,
  legacy: LegacyOptions, protobufError: CodecError
) throws(CodecError) -> ReadProfile {
  switch protobufError {
  case .limit, .truncatedCompression, .damagedCompression, .trailingBytes, .input,
    .changedWhileRead:
    throw protobufError
  default: break
  }
  if stream.offset == 0, stream.buffered.isEmpty {
    throw compression.map { .compressedNothing($0) } ?? .empty
  }
  // Once bytes have left the window the file began as protobuf for long enough.
  guard stream.hasAllBytes else { throw protobufError }
  try stream.fillFront(ContentKind.sniffedBytes)
  let kind = ContentKind(sniffing: stream.buffered)
  if compression != nil, kind == .gzip || kind == .zstd { throw .nestedCompression(kind) }
  // What is packed is read on, so that of a bomb the limit is told.
  if compression != nil || kind.mayBeLegacyProfile(stream.buffered) {
    let bytes = try stream.readAll(limit: limits.legacyBytes)
    do {
      if let reading = try readLegacyProfile(bytes, options: legacy) {
        return ReadProfile(profile: reading.profile, memoryStatistics: reading.goMemStats)
      }
    } catch {
      throw .legacy(error)
    }
  }
  throw kind == .binary ? protobufError : .notAProfile(kind)
}
