package import ProfileModel

/// Reads a profile: gzip, zstd or plain protobuf, or one of the text and binary forms that came
/// before it.
///
/// The bytes flow through in pieces; the inflated text is never held as a whole.
///
/// - Parameter readsAhead: inflates large files on a thread of their own, which pays unless the
///   cores are busy with other files.
/// - Throws: ``CodecError``, which says what is wrong and where.
package func readProfile(
  from source: any ByteSource, limits: ReadLimits = ReadLimits(),
  legacy: LegacyOptions = LegacyOptions(), readsAhead: Bool = true
) throws(CodecError) -> ReadProfile {
  let room = RoomAhead()
  let plain = try inflated(source, limits, ahead: readsAhead ? room : nil)
  var stream = FieldStream(plain.source, limits: limits, inputBytes: plain.inputBytes)
  do {
    var decoder = ProfileDecoder(
      limits: limits,
      progress: {
        source.byteCount.map { $0 == 0 ? 0 : Double(plain.inputBytes()) / Double($0) }
      }, room: room)
    try decoder.decode(&stream)
    return ReadProfile(profile: try decoder.finish())
  } catch {
    return try readOtherFormat(
      &stream, compression: plain.compression, limits: limits, legacy: legacy,
      protobufError: error)
  }
}

/// Returns the decompressed bytes of a source, and the first of them, so that a caller can check
/// whether it is a profile.
package func unpacked(
  _ source: any ByteSource, limits: ReadLimits = ReadLimits()
) throws(CodecError) -> (source: any ByteSource, front: [UInt8]) {
  let plain = BufferedSource(try inflated(source, limits).source)
  return (plain, Array(try plain.peek(512)))
}

/// The decompressed bytes of a source.
struct PlainSource {
  var source: any ByteSource
  var compression: Compression?

  /// How many bytes were taken from the file so far.
  var inputBytes: () -> Int
}

/// - Parameter room: if given, a thread inflates ahead, and prepares this memory when it has time.
func inflated(
  _ source: any ByteSource, _ limits: ReadLimits, ahead room: RoomAhead? = nil
) throws(CodecError) -> PlainSource {
  let buffered = BufferedSource(source)
  func plain(_ inflating: any ByteSource, _ compression: Compression) -> PlainSource {
    guard let room else {
      return PlainSource(
        source: inflating, compression: compression, inputBytes: { buffered.consumed })
    }
    let ahead = ReadAheadSource(inflating, room: room, progress: { buffered.consumed })
    return PlainSource(
      source: ahead, compression: compression, inputBytes: { ahead.inputBytes })
  }
  let magic = Array(try buffered.peek(4))
  if magic.isEmpty { throw .empty }
  if magic == [0x1f] { throw .truncatedCompression(.gzip, offset: 1) }
  if magic.starts(with: [0x1f, 0x8b]) {
    let gzip = try GzipSource(buffered, limits: limits)
    var plain = plain(gzip, .gzip)
    plain.source = GzipVerifier(plain.source, gzip.members)
    return plain
  }
  // A frame, or a skippable frame before it. No profile begins with the magic number of the latter,
  // which would be a field of a wrong type.
  if magic == [0x28, 0xb5, 0x2f, 0xfd]
    || magic.count == 4 && magic[0] & 0xf0 == 0x50 && magic[1...] == [0x2a, 0x4d, 0x18]
  {
    return plain(try ZstdSource(buffered, limits: limits), .zstd)
  }
  return PlainSource(source: buffered, inputBytes: { buffered.consumed })
}

/// Reads a profile from bytes in memory; see ``readProfile(from:limits:legacy:)``.
package func readProfile(
  _ bytes: [UInt8], limits: ReadLimits = ReadLimits(), legacy: LegacyOptions = LegacyOptions()
) throws(CodecError) -> ReadProfile {
  try readProfile(from: ArraySource(bytes), limits: limits, legacy: legacy)
}

/// A profile, and what its file says besides.
package struct ReadProfile: Sendable {
  package var profile: Profile

  /// The runtime's own account of its memory, which Go's text form includes.
  package var memoryStatistics: GoMemStats?

  /// Go's text form has names for its addresses, but they were not read.
  package var hasUnreadSymbols = false

  /// Nil when all records are in the profile.
  package var leftOut: LeftOutRecords?

  package init(
    profile: Profile, memoryStatistics: GoMemStats? = nil, leftOut: LeftOutRecords? = nil
  ) {
    self.profile = profile
    self.memoryStatistics = memoryStatistics
    self.leftOut = leftOut
  }
}

/// Examines bytes that are no protobuf profile: a legacy format, or a known kind of content, which
/// makes a better message than the place where decoding stopped.
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
  // If bytes have left the window, the file was valid protobuf for long enough.
  guard stream.hasAllBytes else { throw protobufError }
  try stream.fillFront(ContentKind.sniffedBytes)
  let kind = ContentKind(sniffing: stream.buffered)
  if compression != nil, kind == .gzip || kind == .zstd { throw .nestedCompression(kind) }
  // Compressed data are read on, so that a bomb is reported as such.
  if compression != nil || kind.mayBeLegacyProfile(stream.buffered)
    || ContentKind.mayBeWrappedText(stream.buffered)
  {
    let bytes = try stream.readAll(limit: limits.legacyBytes)
    do {
      if let reading = try readAnyLegacyProfile(bytes, options: legacy) {
        var profile = ReadProfile(
          profile: reading.profile, memoryStatistics: reading.goMemStats, leftOut: reading.leftOut)
        profile.hasUnreadSymbols = reading.hasUnreadSymbols
        return profile
      }
    } catch {
      throw .legacy(error)
    }
  }
  throw kind == .binary ? protobufError : .notAProfile(kind)
}

/// Reads a legacy profile as a profiler wrote it, or else as it was copied or logged.
private func readAnyLegacyProfile(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  do {
    if let reading = try readLegacyProfile(bytes, options: options) { return reading }
  } catch {
    // An error in the text as it is says more than one in a part of it.
    guard let reading = try? readWrappedProfile(bytes, options: options) else { throw error }
    return reading
  }
  return try readWrappedProfile(bytes, options: options)
}
