import LogText
import ProfileModel

/// Reads the lock contention profiles of C++ programs (`--- contentionz 1 ---`) and of Go (`---
/// mutex:`, `--- contention:`), or returns nil.
///
/// Attributes come first, as `NAME = VALUE`; then samples, as `DELAY COUNT @ ADDRESSES`. It also
/// returns nil when an attribute shows that Java wrote the profile.
func readContention(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  guard lines.advance(),
    lines.hasPrefix("--- contentionz ") || lines.hasPrefix("--- mutex:")
      || lines.hasPrefix("--- contention:")
  else { return nil }
  let isGo = !lines.hasPrefix("--- contentionz ")
  var reader = ContentionReader(lines, readsSymbols: isGo && options.useGoSymbols)
  guard try reader.readAttributes() else { return nil }
  return try reader.readSamples()
}

private struct ContentionReader {
  private var lines: LineReader
  private var builder: LegacyProfileBuilder
  private var symbols: GoSymbolReader?

  /// The unit of the delays; 0 for nanoseconds.
  private var cyclesPerSecond: Int64 = 0

  /// The profile contains one in this many contentions.
  private var period: Int64 = 1

  private var stack: [UInt64] = []
  private var sample: (line: Int, values: [Int64])?

  init(_ lines: LineReader, readsSymbols: Bool) {
    self.lines = lines
    if readsSymbols { symbols = GoSymbolReader() }
    builder = LegacyProfileBuilder(
      sampleTypes: [("contentions", "count"), ("delay", "nanoseconds")],
      periodType: ("contentions", "count"), period: 1)
  }

  /// Reads up to the first line that is no attribute; false when the profile is Java's.
  mutating func readAttributes() throws(LegacyProfileError) -> Bool {
    let bytes = lines.bytes
    while lines.advance() {
      if lines.isBlankOrComment { continue }
      let line = lines.trimmedLine
      if lines.hasTrimmedPrefix("---") { break }
      guard let equals = bytes[line].firstIndex(of: UInt8(ascii: "=")) else { break }
      let name = bytes.trimmed(line.lowerBound..<equals)
      let value = bytes.trimmed((equals + 1)..<line.upperBound)
      if bytes[name].equals("cycles/second") {
        cyclesPerSecond = try integer(value)
      } else if bytes[name].equals("sampling period") {
        period = try integer(value)
        builder.header.period = period
      } else if bytes[name].equals("ms since reset") {
        let (nanoseconds, overflow) = try integer(value).multipliedReportingOverflow(by: 1_000_000)
        if overflow { throw error(.outOfRange(what: "duration in nanoseconds")) }
        builder.header.durationNanoseconds = nanoseconds
      } else if bytes[name].equals("format") || bytes[name].equals("resolution") {
        return false
      } else if !bytes[name].equals("discarded samples") {
        throw error(.unexpected(expected: "a known attribute, or delay count @ addresses"))
      }
    }
    return true
  }

  /// Reads from the line that ``readAttributes()`` stopped at.
  mutating func readSamples() throws(LegacyProfileError) -> LegacyReading {
    repeat {
      if lines.hasTrimmedPrefix("---") { break }
      if lines.isBlankOrComment {
        symbols?.read(lines)
      } else {
        try finishSample()
        try readSample()
      }
    } while lines.advance()
    try finishSample()

    var memoryMap = MemoryMap()
    if lines.skipToMemoryMap() {
      memoryMap = try MemoryMap(readingFrom: &lines, format: .contention)
    }
    var profile = try builder.finish(memoryMap: memoryMap)
    if symbols?.hasFoundSymbols == true {
      profile.markGoSymbols(areComplete: builder.isSymbolized)
    }
    return LegacyReading(format: .contention, profile: profile, leftOut: builder.leftOut)
  }

  private mutating func readSample() throws(LegacyProfileError) {
    let bytes = lines.bytes
    guard let text = ContentionSampleText(ByteCursor(bytes[lines.trimmedLine])) else {
      throw error(.unexpected(expected: "delay count @ addresses"))
    }
    stack.removeAll(keepingCapacity: true)
    symbols?.forgetFrames()
    guard bytes.appendAddresses(in: text.addresses, to: &stack) else {
      throw error(.outOfRange(what: "address"))
    }
    // Return addresses: the call ends just before.
    for index in stack.indices { stack[index] &-= 1 }
    do throws(LegacyProfileError) {
      sample = (lines.number, try values(text))
    } catch {
      builder.leaveOut(error)
    }
  }

  /// The count and the delay, in the profile's units.
  private func values(_ text: ContentionSampleText) throws(LegacyProfileError) -> [Int64] {
    guard var delay = lines.bytes.signedDecimal(text.delay),
      let count = lines.bytes.signedDecimal(text.count)
    else { throw error(.outOfRange(what: "delay or count")) }
    guard period > 0 else { return [count, delay] }
    if cyclesPerSecond > 0 {
      let nanoseconds = Double(delay) * Double(period) / (Double(cyclesPerSecond) / 1e9)
      guard let whole = truncated(nanoseconds) else {
        throw error(.outOfRange(what: "delay in nanoseconds"))
      }
      delay = whole
    }
    let (product, overflow) = count.multipliedReportingOverflow(by: period)
    if overflow { throw error(.outOfRange(what: "count times the sampling period")) }
    return [product, delay]
  }

  private mutating func finishSample() throws(LegacyProfileError) {
    guard let sample else { return }
    self.sample = nil
    guard symbols?.hasFrames == true else {
      return builder.append(addresses: stack, values: sample.values)
    }
    guard let symbolized = symbols?.takeStack(of: stack, bytes: lines.bytes, in: &builder) else {
      throw LegacyProfileError(
        .contention, .line(sample.line),
        .unexpected(expected: "# lines with addresses of the sample"))
    }
    builder.append(stack: symbolized, values: sample.values)
  }

  private func integer(_ range: Range<Int>) throws(LegacyProfileError) -> Int64 {
    guard let value = lines.bytes.prefixedInteger(range) else {
      throw error(.unexpected(expected: "a whole number of at most 64 bits behind the ="))
    }
    return value
  }

  private func error(_ problem: LegacyProfileError.Problem) -> LegacyProfileError {
    LegacyProfileError(.contention, .line(lines.number), problem)
  }
}

/// The positions of the parts of `DELAY COUNT @ ADDRESSES`.
private struct ContentionSampleText {
  var delay: Range<Int>
  var count: Range<Int>
  var addresses: Range<Int>

  /// Finds the first such text; nil when there is none.
  init?(_ line: ByteCursor) {
    var scanner = line
    while scanner.moveTo(" @") {
      let mark = scanner.position
      _ = scanner.take(" @")
      let bytes = scanner.bytes
      count = bytes.run(before: mark, from: line.position, \.isDigit)
      let gap = bytes.run(before: count.lowerBound, from: line.position) {
        $0 == UInt8(ascii: " ")
      }
      delay = bytes.run(before: gap.lowerBound, from: line.position, \.isDigit)
      if count.isEmpty { continue }
      if delay.isEmpty {
        // pprof requires no blank between the two, so one number is both: all digits but the last,
        // and the last.
        if count.count < 2 { continue }
        delay = count.dropLast()
        count = delay.upperBound..<(delay.upperBound + 1)
      }
      addresses = scanner.takeWhile(isAddressListByte)
      return
    }
    return nil
  }
}
