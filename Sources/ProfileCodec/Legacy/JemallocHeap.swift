import LogText
import ProfileModel

/// Reads the heap profiles of jemalloc 4 and later, or returns nil.
///
/// ```
/// heap_v2/524288
///   t*: 28106: 56637512 [0: 0]
/// @ 0x45a1f2 0x45a0b8
///   t*: 13: 6688 [0: 0]
///   t3: 13: 6688 [0: 0]
/// ```
///
/// `t*` is the sum over all threads, which follow. Go's pprof does not read this format; figures,
/// addresses and the memory map are read as pprof reads those of other heap profiles.
func readJemallocHeap(_ bytes: [UInt8]) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  guard lines.advance() else { return nil }
  var scanner = ByteCursor(bytes[lines.trimmedLine])
  guard scanner.take("heap_v2/"), let digits = scanner.takeDigits(), scanner.next == nil else {
    return nil
  }
  func error(_ problem: LegacyProfileError.Problem) -> LegacyProfileError {
    LegacyProfileError(.jemallocHeap, .line(lines.number), problem)
  }
  guard let rate = bytes.signedDecimal(digits) else {
    throw error(.outOfRange(what: "sampling rate"))
  }

  var builder = LegacyProfileBuilder(
    sampleTypes: plainHeapTypes, periodType: ("space", "bytes"), period: rate)
  var hasAllocations = false
  var hasTotal = false
  var stack: [UInt64] = []
  var waitsForSum = false
  while lines.advance() {
    if lines.isBlankOrComment { continue }
    if lines.announcesMemoryMap { break }
    var scanner = ByteCursor(bytes[lines.trimmedLine])
    if scanner.take(UInt8(ascii: "@")) {
      if waitsForSum { throw error(.unexpected(expected: "t*: objects: bytes [objects: bytes]")) }
      stack.removeAll(keepingCapacity: true)
      guard bytes.appendAddresses(in: scanner.rest.indices, to: &stack) else {
        throw error(.outOfRange(what: "address"))
      }
      for index in stack.indices { stack[index] &-= 1 }
      waitsForSum = true
      continue
    }
    let isSum = scanner.take("t*:")
    guard isSum || scanner.take(UInt8(ascii: "t")),
      let text = scanner.takeFirstHeapFigures(followedBy: "")
    else { throw error(.unexpected(expected: "@ addresses, or t*: objects: bytes")) }
    if !isSum { continue }
    if !hasTotal {
      hasTotal = true
      hasAllocations = text.hasAllocations(bytes[...])
      if hasAllocations { builder.setSampleTypes(allHeapTypes) }
      continue
    }
    guard waitsForSum else { throw error(.unexpected(expected: "@ addresses")) }
    waitsForSum = false
    var figures = HeapSampleFigures(unsamplingRate: rate)
    do throws(LegacyProfileError) {
      if hasAllocations {
        try figures.append(lines, text.allocatedObjects, text.allocatedBytes, .jemallocHeap)
      }
      try figures.append(lines, text.inUseObjects, text.inUseBytes, .jemallocHeap)
      // jemalloc counts what was allocated and what is left of it, so neither is negative.
      if figures.values.contains(where: { $0 < 0 }) {
        throw error(.unexpected(expected: "figures that are not negative"))
      }
    } catch {
      builder.leaveOut(error)
      continue
    }
    builder.append(addresses: stack, values: figures.values, blockBytes: figures.blockBytes)
  }
  guard hasTotal, !waitsForSum else {
    throw error(.truncated(expected: "t*: objects: bytes [objects: bytes]"))
  }
  var memoryMap = MemoryMap()
  if lines.skipToMemoryMap() {
    memoryMap = try MemoryMap(readingFrom: &lines, format: .jemallocHeap)
  }
  var profile = try builder.finish(memoryMap: memoryMap)
  profile.dropJemallocFrames()
  return LegacyReading(format: .jemallocHeap, profile: profile, leftOut: builder.leftOut)
}
