import CZlib
package import ProfileModel

/// Returns a profile as gzip-compressed profile.proto, which `go tool pprof` reads.
///
/// Rows keep their ids; the string table is ours, with the empty text first.
package func writeProfile(_ profile: Profile, level: Int = 6) throws(CodecError) -> [UInt8] {
  try gzip(encodeProfile(profile), level: level)
}

/// Returns a profile as plain profile.proto.
package func encodeProfile(_ profile: Profile) -> [UInt8] {
  var writer = WireWriter()
  func text(_ id: StringID) -> UInt64 { UInt64(id.rawValue) }
  func valueType(_ field: Int, _ type: SampleType, _ writer: inout WireWriter) {
    writer.message(field) {
      $0.optional(1, text(type.name))
      $0.optional(2, text(type.unit))
    }
  }
  for type in profile.sampleTypes { valueType(1, type, &writer) }
  let samples = profile.samples
  let locations = profile.locations
  let functions = profile.functions
  for sample in 0..<samples.count {
    writer.message(2) {
      $0.packed(
        1, samples.frames[samples.frameRange(of: sample)].lazy.map { locations.ids[$0.index] })
      $0.packed(2, samples.values.lazy.map { UInt64(bitPattern: $0[sample]) })
      for label in samples.labels[samples.labelRange(of: sample)] {
        $0.message(3) {
          $0.optional(1, text(label.key))
          if label.kind == .text {
            $0.optional(2, text(label.string))
          } else {
            $0.optional(3, label.number)
            $0.optional(4, text(label.string))
          }
        }
      }
    }
  }
  for mapping in profile.mappings {
    writer.message(3) {
      $0.optional(1, mapping.id)
      $0.optional(2, mapping.start)
      $0.optional(3, mapping.limit)
      $0.optional(4, mapping.offset)
      $0.optional(5, text(mapping.file))
      $0.optional(6, text(mapping.buildID))
      $0.optional(7, mapping.hasFunctions ? UInt64(1) : 0)
      $0.optional(8, mapping.hasFilenames ? UInt64(1) : 0)
      $0.optional(9, mapping.hasLineNumbers ? UInt64(1) : 0)
      $0.optional(10, mapping.hasInlineFrames ? UInt64(1) : 0)
    }
  }
  for row in 0..<locations.count {
    writer.message(4) {
      $0.optional(1, locations.ids[row])
      $0.optional(2, locations.mappings[row].index.map { profile.mappings[$0].id } ?? 0)
      $0.optional(3, locations.addresses[row])
      for line in locations.lines[locations.lineRange(of: row)] {
        $0.message(4) {
          $0.optional(1, functions.ids[line.function.index])
          $0.optional(2, line.line)
          $0.optional(3, line.column)
        }
      }
      $0.optional(5, locations.foldedFlags[row] ? UInt64(1) : 0)
    }
  }
  for row in 0..<functions.count {
    writer.message(5) {
      $0.optional(1, functions.ids[row])
      $0.optional(2, text(functions.names[row]))
      $0.optional(3, text(functions.systemNames[row]))
      $0.optional(4, text(functions.files[row]))
      $0.optional(5, functions.startLines[row])
    }
  }
  for row in 0..<profile.strings.count {
    writer.bytes(6, profile.strings[bytesOf: StringID(row)])
  }
  writer.optional(7, text(profile.dropFrames))
  writer.optional(8, text(profile.keepFrames))
  writer.optional(9, profile.timeNanoseconds)
  writer.optional(10, profile.durationNanoseconds)
  if let type = profile.periodType { valueType(11, type, &writer) }
  writer.optional(12, profile.period)
  writer.packed(13, profile.comments.map(text))
  writer.optional(14, text(profile.defaultSampleType))
  writer.optional(15, text(profile.documentationURL))
  return writer.output
}

/// Compresses bytes as one gzip member without name and time, so that equal
/// bytes give equal files.
private func gzip(_ bytes: [UInt8], level: Int) throws(CodecError) -> [UInt8] {
  // zlib refuses a stream whose address changes, so it stays on the heap.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  // 15 + 16: the largest window, gzip framing; 8: zlib's default memory level.
  var status = deflateInit2_(
    stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  guard status == Z_OK else {
    throw .damagedCompression(.gzip, reason: "deflateInit2: status \(status)", offset: 0)
  }
  defer { _ = deflateEnd(stream) }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 256 << 10)
  var position = 0
  repeat {
    let inputCount = min(bytes.count - position, 1 << 30)
    let isLast = position + inputCount == bytes.count
    let produced = bytes.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { chunk in
        stream.pointee.next_in = input.baseAddress.map {
          UnsafeMutablePointer(mutating: $0 + position)
        }
        stream.pointee.avail_in = UInt32(inputCount)
        stream.pointee.next_out = chunk.baseAddress
        stream.pointee.avail_out = UInt32(chunk.count)
        status = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        return chunk.count - Int(stream.pointee.avail_out)
      }
    }
    position += inputCount - Int(stream.pointee.avail_in)
    output.append(contentsOf: chunk[..<produced])
  } while status == Z_OK || status == Z_BUF_ERROR && position < bytes.count
  guard status == Z_STREAM_END else {
    throw .damagedCompression(.gzip, reason: "deflate: status \(status)", offset: position)
  }
  return output
}
