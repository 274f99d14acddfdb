import ProfileModel

/// Encodes a profile in parts: what stands before the samples, these, and the rest.
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

  /// Returns the samples in ranges whose encodings are about a megabyte each.
  func samplePieces() -> [Range<Int>] {
    var result: [Range<Int>] = []
    var first = 0
    var size = 0
    // A frame takes up to three bytes in all but the largest profiles, and values,
    // labels and what frames them about as much as sixteen frames.
    func add(_ sample: Int, depth: Int) {
      size += depth + 16
      if size < 384 << 10 { return }
      result.append(first..<sample + 1)
      first = sample + 1
      size = 0
    }
    if let stacks = profile.samples.packedStacks {
      for (sample, step) in stacks.steps.enumerated() { add(sample, depth: step.depth) }
    } else {
      var start = 0
      for (sample, end) in profile.samples.frameEnds.enumerated() {
        add(sample, depth: end - start)
        start = end
      }
    }
    if first < profile.samples.count { result.append(first..<profile.samples.count) }
    return result
  }

  func writeSamples(_ range: Range<Int>, to writer: inout SampleWriter) {
    if range.isEmpty { return }
    let samples = profile.samples
    let ids = profile.locations.ids
    let columns = samples.values
    var labels: [Label: [UInt8]] = [:]
    samples.withStackCursor { cursor in
      cursor.begin(at: range.lowerBound)
      writer.beginStacks(longest: samples.longestStack)
      for sample in range {
        writer.begin()
        let stack = cursor.stack(of: sample)
        writer.stack(stack.frames, shared: stack.shared, ids)
        if !columns.isEmpty {
          writer.beginPacked()
          for column in columns { writer.packed(UInt64(bitPattern: column[sample])) }
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

/// Writes samples: their fields in a buffer of their own first, as their length
/// comes before them.
struct SampleWriter {
  private var output: [UInt8]
  private var fields: [UInt8] = []
  private var numbers: [UInt8] = []

  // The stack written last, whose outer frames the next one mostly shares: its bytes stand at
  // the end, and how many those of so many outer frames are is known.
  private var stackBytes: [UInt8] = []
  private var stackSizes: [Int] = []

  /// The most bytes that a number takes.
  private static let longestNumber = 10

  /// Writes into an array's memory, what it holds being thrown away.
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

  /// Makes room for stacks, of which the first shares nothing with those before it.
  mutating func beginStacks(longest: Int) {
    stackBytes = [UInt8](repeating: 0, count: longest * Self.longestNumber)
    stackSizes = [Int](repeating: 0, count: longest + 1)
  }

  /// Adds the locations of a sample.
  ///
  /// - Parameters:
  ///   - frames: leaf first.
  ///   - shared: how many of them, counted from the root, the stack before has too.
  mutating func stack(_ frames: UnsafeBufferPointer<UInt32>, shared: Int, _ ids: [UInt64]) {
    if frames.isEmpty { return }
    var size = stackSizes[shared]
    for position in shared..<frames.count {
      var rest = ids[Int(frames[frames.count - 1 - position])]
      let length = max(1, (70 - rest.leadingZeroBitCount) / 7)
      size += length
      let start = stackBytes.count - size
      for byte in 0..<length - 1 {
        stackBytes[start + byte] = UInt8(truncatingIfNeeded: rest) | 0x80
        rest >>= 7
      }
      stackBytes[start + length - 1] = UInt8(rest)
      stackSizes[position + 1] = size
    }
    Self.varint(UInt64(1) << 3 | 2, &fields)
    Self.varint(UInt64(size), &fields)
    fields.append(contentsOf: stackBytes[(stackBytes.count - size)...])
  }

  mutating func endPacked(_ field: Int) {
    Self.varint(UInt64(field) << 3 | 2, &fields)
    Self.varint(UInt64(numbers.count), &fields)
    fields.append(contentsOf: numbers)
  }

  /// Adds a field that is encoded already.
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
