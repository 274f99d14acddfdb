import LogText
import ProfileModel

/// Reads the heap profiles that begin with `heap profile:`, or returns nil.
func readHeapText(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  guard lines.advance(), let header = try HeapHeader(lines.scanner) else { return nil }
  var reader = HeapTextReader(lines, header, options: options)
  return try reader.read()
}

/// The sample types of a heap profile with and without allocations.
let allHeapTypes: [LegacyProfileBuilder.TypeName] = [
  ("alloc_objects", "count"), ("alloc_space", "bytes"),
  ("inuse_objects", "count"), ("inuse_space", "bytes"),
]
let plainHeapTypes: [LegacyProfileBuilder.TypeName] = [("objects", "count"), ("space", "bytes")]

private struct HeapTextReader {
  private var lines: LineReader
  private let header: HeapHeader
  private var builder: LegacyProfileBuilder

  /// Nil unless the `#` lines are read.
  private var symbols: GoSymbolReader?
  private var memStats = GoMemStatsReader()

  /// The last sample, which is completed after its `#` lines.
  private var addresses: [UInt64] = []
  private var figures: HeapSampleFigures?
  private var sampleLine = 0

  init(_ lines: LineReader, _ header: HeapHeader, options: LegacyOptions) {
    self.lines = lines
    self.header = header
    if options.useGoSymbols, header.mayBeGo {
      symbols = GoSymbolReader()
    }
    builder = LegacyProfileBuilder(
      sampleTypes: header.hasAllocations || symbols != nil ? allHeapTypes : plainHeapTypes,
      periodType: ("space", "bytes"), period: header.period)
  }

  mutating func read() throws(LegacyProfileError) -> LegacyReading {
    while lines.advance() {
      if lines.isBlankOrComment {
        readComment()
      } else if lines.announcesMemoryMap {
        break
      } else {
        try finishSample()
        try readSample()
      }
    }
    try finishSample()

    var memoryMap = MemoryMap()
    if lines.skipToMemoryMap() {
      memoryMap = try MemoryMap(readingFrom: &lines, format: .heapText)
    }
    let isGo = symbols?.hasFoundSymbols == true || memStats.stats != nil
    if symbols != nil, !isGo, !header.hasAllocations {
      builder.keepLastColumns(2, as: plainHeapTypes)
    }
    var profile = try builder.finish(memoryMap: memoryMap)
    if symbols != nil, isGo { profile.markGoSymbols(areComplete: builder.isSymbolized) }
    if let time = memStats.stats?.lastGCNanoseconds {
      profile.betterTimeNanoseconds = Int64(clamping: time)
    }
    return LegacyReading(
      format: .heapText, profile: profile, goMemStats: memStats.stats, leftOut: builder.leftOut)
  }

  private mutating func readComment() {
    if memStats.read(lines) { return }
    symbols?.read(lines)
  }

  private mutating func readSample() throws(LegacyProfileError) {
    var scanner = ByteCursor(lines.bytes[lines.trimmedLine])
    guard let text = scanner.takeFirstHeapFigures(followedBy: " @") else {
      throw error(.unexpected(expected: "objects: bytes [objects: bytes] @ addresses"))
    }
    symbols?.forgetFrames()
    var figures = HeapSampleFigures(unsamplingRate: header.unsamplingRate)
    do throws(LegacyProfileError) {
      if header.hasAllocations || symbols != nil {
        try figures.append(lines, text.allocatedObjects, text.allocatedBytes, .heapText)
      }
      try figures.append(lines, text.inUseObjects, text.inUseBytes, .heapText)
    } catch {
      return builder.leaveOut(error)
    }
    self.figures = figures
    sampleLine = lines.number
    addresses.removeAll(keepingCapacity: true)
    let list = scanner.takeWhile(isAddressListByte)
    guard lines.bytes.appendAddresses(in: list, to: &addresses) else {
      throw error(.outOfRange(what: "address"))
    }
    // Return addresses: the call ends just before.
    for index in addresses.indices { addresses[index] &-= 1 }
  }

  private mutating func finishSample() throws(LegacyProfileError) {
    guard let figures else { return }
    self.figures = nil
    guard symbols?.hasFrames == true else {
      return builder.append(
        addresses: addresses, values: figures.values, blockBytes: figures.blockBytes)
    }
    guard
      let stack = symbols?.takeStack(
        of: addresses, bytes: lines.bytes, in: &builder)
    else {
      throw LegacyProfileError(
        .heapText, .line(sampleLine),
        .unexpected(expected: "# lines with addresses of the sample"))
    }
    // Go's protobuf form has no label when the size is unknown.
    let blockBytes = figures.blockBytes == 0 ? nil : figures.blockBytes
    builder.append(stack: stack, values: figures.values, blockBytes: blockBytes)
  }

  private func error(_ problem: LegacyProfileError.Problem) -> LegacyProfileError {
    LegacyProfileError(.heapText, .line(lines.number), problem)
  }
}
