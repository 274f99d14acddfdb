import ProfileModel

/// Reads the binary CPU profiles of gperftools, early Go and Java, or returns nil.
///
/// The format consists of words: 0, 3, 0 (1 for Java), the period in microseconds, 0; then for each
/// stack its count, depth and addresses, leaf first; at the end 0, 1, 0. A memory map in text form
/// follows, or Java's names.
func readBinaryCPU(_ bytes: [UInt8]) throws(LegacyProfileError) -> LegacyReading? {
  guard let header = BinaryCPUHeader(bytes) else { return nil }
  let (nanoseconds, overflow) = header.period.multipliedReportingOverflow(by: 1000)
  guard !overflow, let nanoseconds = Int64(exactly: nanoseconds) else {
    throw LegacyProfileError(
      header.format, .byte(3 * header.bytesPerWord), .outOfRange(what: "period in nanoseconds"))
  }
  var reader = BinaryCPUReader(header.words, header.format, periodNanoseconds: nanoseconds)
  return try reader.read()
}

/// Whether bytes begin a binary CPU profile of gperftools or early Go.
package func beginsBinaryCPU(_ front: [UInt8]) -> Bool {
  BinaryCPUHeader(front)?.format == .binaryCPU
}

private struct BinaryCPUHeader {
  let format: LegacyFormat
  let bytesPerWord: Int

  /// In microseconds.
  let period: UInt64

  /// Positioned after the header.
  let words: WordReader

  init?(_ bytes: [UInt8]) {
    let layouts = [(4, false), (4, true), (8, false), (8, true)]
    for (size, isBigEndian) in layouts {
      var words = WordReader(bytes, bytesPerWord: size, isBigEndian: isBigEndian)
      guard words.next() == 0, words.next() == 3, let language = words.next(), language <= 1,
        let period = words.next(), period > 0, words.next() == 0
      else { continue }
      format = language == 1 ? .javaCPU : .binaryCPU
      bytesPerWord = size
      self.period = period
      self.words = words
      return
    }
    return nil
  }
}

private struct BinaryCPUReader {
  private var words: WordReader
  private let format: LegacyFormat
  private let periodNanoseconds: Int64

  /// The addresses of all stacks, and where each ends.
  private var addresses: [UInt64] = []
  private var ends: [Int] = []
  private var counts: [Int64] = []
  private var nanoseconds: [Int64] = []
  private var builder: LegacyProfileBuilder

  init(_ words: WordReader, _ format: LegacyFormat, periodNanoseconds: Int64) {
    self.words = words
    self.format = format
    self.periodNanoseconds = periodNanoseconds
    builder = LegacyProfileBuilder(
      sampleTypes: [("samples", "count"), ("cpu", "nanoseconds")],
      periodType: ("cpu", "nanoseconds"), period: periodNanoseconds)
  }

  mutating func read() throws(LegacyProfileError) -> LegacyReading {
    while try readStack() {}
    if format == .binaryCPU { removeHandlerFrames() }

    var start = 0
    for (sample, end) in ends.enumerated() {
      builder.append(
        addresses: Array(addresses[start..<end]), values: [counts[sample], nanoseconds[sample]])
      start = end
    }
    var lines = LineReader(words.bytes, from: words.offset)
    if format == .javaCPU {
      let profile = try readJavaLocations(&lines, into: &builder, format)
      return LegacyReading(format: format, profile: profile, leftOut: builder.leftOut)
    }
    let memoryMap = try MemoryMap(readingFrom: &lines, format: format)
    builder.removeRepeatedLeaves()
    return LegacyReading(
      format: format, profile: try builder.finish(memoryMap: memoryMap), leftOut: builder.leftOut)
  }

  /// Reads a stack; false at the end mark.
  private mutating func readStack() throws(LegacyProfileError) -> Bool {
    let offset = words.offset
    guard let count = words.next(), let depth = words.next(),
      let depth = Int(exactly: depth), depth <= words.remainingCount
    else {
      throw LegacyProfileError(
        format, .byte(offset), .truncated(expected: "count, depth and addresses of a stack"))
    }
    let start = addresses.count
    for index in 0..<depth {
      guard let address = words.next() else { break }
      // Return addresses, except for the leaf: the call ends just before.
      addresses.append(format == .binaryCPU && index > 0 ? address &- 1 : address)
    }
    if count == 0, depth == 1, addresses[start] == 0 {
      addresses.removeLast()
      return false
    }
    let (product, overflow) = (Int64(exactly: count) ?? .max).multipliedReportingOverflow(
      by: periodNanoseconds)
    guard let count = Int64(exactly: count), !overflow else {
      builder.leaveOut(
        LegacyProfileError(format, .byte(offset), .outOfRange(what: "count times the period")))
      addresses.removeSubrange(start...)
      return true
    }
    ends.append(addresses.count)
    counts.append(count)
    nanoseconds.append(product)
    return true
  }

  /// Removes the second frame if nearly all stacks have the same one; at most twice.
  ///
  /// The leaf comes from the registers and is right. A frame that is second everywhere belongs to
  /// the signal handler.
  private mutating func removeHandlerFrames() {
    for _ in 0..<2 {
      var countOfSecond: [UInt64: Int] = [:]
      var start = 0
      for end in ends {
        if end - start > 1 { countOfSecond[addresses[start + 1], default: 0] += 1 }
        start = end
      }
      // At most one stack in 32 may differ, so only one address can be this common.
      let threshold = ends.count - ends.count / 32
      guard let common = countOfSecond.first(where: { $0.value >= threshold })?.key else { return }
      removeSecondFrames(of: &addresses, ends: &ends) { _, second in second == common }
    }
  }
}
