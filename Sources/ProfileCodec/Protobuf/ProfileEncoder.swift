import ProfileModel

/// Encodes a profile in parts: what precedes the samples, the samples, and the rest.
struct ProfileEncoder: Sendable {
  private let profile: Profile

  init(_ profile: Profile) { self.profile = profile }

  func head() -> [UInt8] {
    var writer = WireWriter()
    for type in profile.sampleTypes { valueType(1, type, &writer) }
    return writer.output
  }

  private func text(_ id: StringID) -> UInt64 { UInt64(id.rawValue) }

  private func valueType(_ field: Int, _ type: SampleType, _ writer: inout WireWriter) {
    writer.message(field) {
      $0.optional(1, text(type.name))
      $0.optional(2, text(type.unit))
    }
  }

  /// Splits the samples into ranges whose encodings are about a megabyte each.
  func samplePieces() -> [Range<Int>] {
    let ends = profile.samples.frameEnds
    var result: [Range<Int>] = []
    var first = 0
    var firstFrame = 0
    // A frame takes up to three bytes in all but the largest profiles; values, labels and framing
    // take about as much as sixteen frames.
    for sample in ends.indices
    where ends[sample] - firstFrame + (sample - first) * 16 >= 384 << 10 {
      result.append(first..<sample + 1)
      first = sample + 1
      firstFrame = ends[sample]
    }
    if first < ends.count { result.append(first..<ends.count) }
    return result
  }

  func writeSamples(_ range: Range<Int>, to writer: inout SampleWriter) {
    let samples = profile.samples.whole
    let ids = profile.locations.ids
    var labels: [Label: [UInt8]] = [:]
    samples.frames.withUnsafeBufferPointer { frames in
      for sample in range {
        writer.begin()
        let stack = samples.frameRange(of: sample)
        if !stack.isEmpty {
          writer.beginPacked()
          for frame in stack { writer.packed(ids[frames[frame].index]) }
          writer.endPacked(1)
        }
        if !samples.values.isEmpty {
          writer.beginPacked()
          for column in samples.values { writer.packed(UInt64(bitPattern: column[sample])) }
          writer.endPacked(2)
        }
        for label in samples.labels[samples.labelRange(of: sample)] {
          // Mostly a size, of which there are a few dozen.
          let known = labels[label]
          let bytes = known ?? encoded(label)
          if known == nil, labels.count < 256 { labels[label] = bytes }
          writer.field(bytes)
        }
        writer.end(2)
      }
    }
  }

  private func encoded(_ label: Label) -> [UInt8] {
    var writer = WireWriter()
    writer.message(3) {
      $0.optional(1, text(label.key))
      if label.kind == .text {
        $0.optional(2, text(label.string))
      } else {
        $0.optional(3, label.number)
        $0.optional(4, text(label.string))
      }
    }
    return writer.output
  }

  func tail() -> [UInt8] {
    var writer = WireWriter()
    let locations = profile.locations
    let functions = profile.functions
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
}

/// Writes samples. Their fields go to a buffer first, as their length precedes them.
struct SampleWriter {
  private var output: [UInt8]
  private var fields: [UInt8] = []
  private var numbers: [UInt8] = []

  /// Writes into an array's memory, discarding its contents.
  init(taking bytes: inout [UInt8]) {
    output = []
    swap(&output, &bytes)
    output.removeAll(keepingCapacity: true)
  }

  mutating func take() -> [UInt8] { output }

  mutating func append(_ bytes: [UInt8]) { output.append(contentsOf: bytes) }

  mutating func begin() { fields.removeAll(keepingCapacity: true) }
  mutating func beginPacked() { numbers.removeAll(keepingCapacity: true) }

  @inline(__always)
  mutating func packed(_ number: UInt64) { Self.varint(number, &numbers) }

  mutating func endPacked(_ field: Int) {
    Self.varint(UInt64(field) << 3 | 2, &fields)
    Self.varint(UInt64(numbers.count), &fields)
    fields.append(contentsOf: numbers)
  }

  /// Adds a field that is already encoded.
  mutating func field(_ bytes: [UInt8]) { fields.append(contentsOf: bytes) }

  mutating func end(_ field: Int) {
    Self.varint(UInt64(field) << 3 | 2, &output)
    Self.varint(UInt64(fields.count), &output)
    output.append(contentsOf: fields)
  }

  @inline(__always)
  private static func varint(_ value: UInt64, _ bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
