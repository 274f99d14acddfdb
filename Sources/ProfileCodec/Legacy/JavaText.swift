import LogText
import ProfileModel

/// Reads the heap and contention profiles of Java programs in text form, or returns nil.
///
/// ```
/// --- heapz 1 ---
/// format = java
/// resolution = bytes
///   7048  1 @ 0x00000003 0x00000004
///
///  0x00000003 com.example.Cache.put (Cache.java:41)
/// ```
///
/// A heap sample has bytes, then objects; a contention sample has the delay, then the count. The
/// apparent addresses are numbers of frames.
func readJavaText(_ bytes: [UInt8]) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  guard lines.advance(), lines.isComplete else { return nil }
  let format: LegacyFormat
  if bytes[lines.trimmedLine].equals("--- heapz 1 ---") {
    format = .javaHeap
  } else if bytes[lines.trimmedLine].equals("--- contentionz 1 ---") {
    format = .javaContention
  } else {
    return nil
  }
  var reader = JavaTextReader(lines, format)
  return try reader.read()
}

private struct JavaTextReader {
  /// The sampling rate of the Java agent's heap profiler, in bytes; the profile does not state it.
  private static let heapSamplingRate: Int64 = 524_288

  private var lines: LineReader
  private let format: LegacyFormat
  private var builder = LegacyProfileBuilder(sampleTypes: [], periodType: ("", ""), period: 0)
  private var stack: [UInt64] = []

  init(_ lines: LineReader, _ format: LegacyFormat) {
    self.lines = lines
    self.format = format
  }

  mutating func read() throws(LegacyProfileError) -> LegacyReading {
    var isAtSamples = false
    while lines.advance() {
      if lines.trimmedLine.isEmpty { continue }
      if !isAtSamples {
        if try readAttribute() { continue }
        isAtSamples = true
        if builder.header.sampleTypes.isEmpty {
          throw error(.unexpected(expected: "resolution = UNIT"))
        }
      }
      guard try readSample() else { break }
    }
    if builder.header.sampleTypes.isEmpty {
      throw error(.truncated(expected: "resolution = UNIT"))
    }
    let profile = try readJavaLocations(&lines, into: &builder, format)
    return LegacyReading(format: format, profile: profile, leftOut: builder.leftOut)
  }

  /// Reads `NAME = VALUE`; false when the line is something else.
  private mutating func readAttribute() throws(LegacyProfileError) -> Bool {
    let bytes = lines.bytes
    let line = lines.trimmedLine
    guard
      let equals = line.first(where: { index in
        bytes[index] == UInt8(ascii: "=") && index > line.lowerBound
          && isAttributeByte(bytes[index - 1]) && index + 1 < line.upperBound
          && isAttributeByte(bytes[index + 1])
      })
    else { return false }
    try checkIsComplete()
    let name = bytes.trimmed(bytes.run(before: equals, from: line.lowerBound, isAttributeByte))
    var scanner = ByteCursor(bytes[(equals + 1)..<line.upperBound])
    let value = bytes.trimmed(scanner.takeWhile(isAttributeByte))
    if bytes[name].equals("format") {
      guard bytes[value].equals("java") else { throw error(.unexpected(expected: "format = java")) }
    } else if bytes[name].equals("resolution") {
      builder.setSampleTypes(
        format == .javaHeap
          ? [("inuse_objects", "count"), ("inuse_space", "")]
          : [("contentions", "count"), ("delay", "")])
      let unit = builder.header.strings.intern(bytes[value])
      builder.header.sampleTypes[1].unit = unit
    } else if bytes[name].equals("sampling period"), format == .javaContention {
      builder.setPeriodType(("contentions", "count"))
      builder.header.period = try integer(value)
    } else if bytes[name].equals("ms since reset"), format == .javaContention {
      let (nanoseconds, overflow) = try integer(value).multipliedReportingOverflow(by: 1_000_000)
      if overflow { throw error(.outOfRange(what: "duration in nanoseconds")) }
      builder.header.durationNanoseconds = nanoseconds
    } else {
      throw error(.unexpected(expected: "a known attribute, or figures @ addresses"))
    }
    return true
  }

  /// Reads a sample; false when the line is none, which ends the samples.
  private mutating func readSample() throws(LegacyProfileError) -> Bool {
    let bytes = lines.bytes
    guard let text = JavaSampleText(ByteCursor(bytes[lines.trimmedLine])) else { return false }
    try checkIsComplete()
    stack.removeAll(keepingCapacity: true)
    guard bytes.appendAddresses(in: text.addresses, to: &stack) else {
      throw error(.outOfRange(what: "address"))
    }
    do throws(LegacyProfileError) {
      try appendSample(text)
    } catch {
      builder.leaveOut(error)
    }
    return true
  }

  private mutating func appendSample(_ text: JavaSampleText) throws(LegacyProfileError) {
    guard let amount = lines.bytes.prefixedInteger(text.amount),
      let count = lines.bytes.prefixedInteger(text.count)
    else { throw error(.outOfRange(what: "figure")) }
    if format == .javaHeap {
      if count == 0 { throw error(.unexpected(expected: "at least one object")) }
      let (size, overflow) = amount.dividedReportingOverflow(by: count)
      guard !overflow,
        let pair = unsampled(count: count, bytes: amount, rate: Self.heapSamplingRate)
      else { throw error(.outOfRange(what: "figure divided by the sampling rate")) }
      builder.append(addresses: stack, values: [pair.count, pair.bytes], blockBytes: size)
    } else {
      let period = builder.header.period == 0 ? 1 : builder.header.period
      let (scaledCount, countOverflow) = count.multipliedReportingOverflow(by: period)
      let (scaledAmount, amountOverflow) = amount.multipliedReportingOverflow(by: period)
      if countOverflow || amountOverflow {
        throw error(.outOfRange(what: "figure times the sampling period"))
      }
      builder.append(addresses: stack, values: [scaledCount, scaledAmount])
    }
  }

  private func integer(_ range: Range<Int>) throws(LegacyProfileError) -> Int64 {
    guard let value = lines.bytes.prefixedInteger(range) else {
      throw error(.unexpected(expected: "a whole number of at most 64 bits behind the ="))
    }
    return value
  }

  /// Before the names, a line without a newline means that the file was cut off.
  private func checkIsComplete() throws(LegacyProfileError) {
    if !lines.isComplete { throw error(.truncated(expected: "end of the line")) }
  }

  private func error(_ problem: LegacyProfileError.Problem) -> LegacyProfileError {
    LegacyProfileError(format, .line(lines.number), problem)
  }
}

/// What RE2 matches with `[\w ]`.
private func isAttributeByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: " "):
    true
  default: false
  }
}

/// The positions of the parts of `AMOUNT COUNT @ ADDRESSES`.
private struct JavaSampleText {
  var amount: Range<Int>
  var count: Range<Int>
  var addresses: Range<Int>

  /// Finds the first such text; nil when there is none.
  init?(_ line: ByteCursor) {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") }
    var scanner = line
    while scanner.moveTo("@") {
      let bytes = scanner.bytes
      let start = line.position
      let secondGap = bytes.run(before: scanner.position, from: start, isBlank)
      count = bytes.run(before: secondGap.lowerBound, from: start, \.isDigit)
      let firstGap = bytes.run(before: count.lowerBound, from: start, isBlank)
      amount = bytes.run(before: firstGap.lowerBound, from: start, \.isDigit)
      scanner.position += 1
      if secondGap.isEmpty || count.isEmpty || firstGap.isEmpty || amount.isEmpty { continue }
      if scanner.takeWhile(isBlank).isEmpty { continue }
      addresses = scanner.takeWhile(isAddressListByte)
      return
    }
    return nil
  }
}
