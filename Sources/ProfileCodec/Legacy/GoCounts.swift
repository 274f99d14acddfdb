import LogText
import ProfileModel

/// Reads Go's count profiles (`goroutine profile: total 7`), or returns nil.
///
/// Each line is `COUNT @ ADDRESSES`.
func readGoCounts(
  _ bytes: [UInt8], options: LegacyOptions
) throws(LegacyProfileError) -> LegacyReading? {
  var lines = LineReader(bytes)
  lines.skipLeadingComments()
  var scanner = lines.scanner
  let nameRange = scanner.takeWhile { !isSpace($0) }
  guard !nameRange.isEmpty, scanner.take(" profile: total "), scanner.takeDigits() != nil,
    scanner.next == nil
  else { return nil }

  func error(_ line: Int, _ problem: LegacyProfileError.Problem) -> LegacyProfileError {
    LegacyProfileError(.goCounts, .line(line), problem)
  }
  var builder = LegacyProfileBuilder(
    sampleTypes: [("", "count")], periodType: ("", "count"), period: 1)
  // As bytes: the name need not be UTF-8.
  let name = builder.header.strings.intern(bytes[nameRange])
  builder.header.sampleTypes[0].name = name
  builder.header.periodType?.name = name

  var symbols = options.useGoSymbols ? GoSymbolReader() : nil
  var pending: (line: Int, count: Int64)?
  var stack: [UInt64] = []
  func finishSample() throws(LegacyProfileError) {
    guard let sample = pending else { return }
    pending = nil
    guard symbols?.hasFrames == true else {
      return builder.append(addresses: stack, values: [sample.count])
    }
    guard let symbolized = symbols?.takeStack(of: stack, bytes: bytes, in: &builder) else {
      throw error(sample.line, .unexpected(expected: "# lines with addresses of the sample"))
    }
    builder.append(stack: symbolized, values: [sample.count])
  }

  while lines.advance() {
    if lines.isBlankOrComment {
      symbols?.read(lines)
      continue
    }
    if lines.hasPrefix("---") { break }
    try finishSample()
    symbols?.forgetFrames()
    var scanner = lines.scanner
    guard let digits = scanner.takeDigits(), scanner.take(" @") else {
      throw error(lines.number, .unexpected(expected: "count @ addresses"))
    }
    let count = bytes.prefixedInteger(digits)
    stack.removeAll(keepingCapacity: true)
    while scanner.take(" 0x") {
      let digits = scanner.takeWhile(isAddressDigit)
      if digits.isEmpty {
        throw error(lines.number, .unexpected(expected: "digits behind 0x"))
      }
      guard let address = bytes.hexadecimal(digits) else {
        throw error(lines.number, .outOfRange(what: "address"))
      }
      stack.append(address &- 1)
    }
    guard scanner.next == nil, !stack.isEmpty else {
      throw error(lines.number, .unexpected(expected: "addresses behind the @"))
    }
    if let count {
      pending = (lines.number, count)
    } else {
      builder.leaveOut(error(lines.number, .outOfRange(what: "count")))
    }
  }
  try finishSample()

  var memoryMap = MemoryMap()
  if lines.skipToMemoryMap() {
    memoryMap = try MemoryMap(readingFrom: &lines, format: .goCounts)
  }
  var profile = try builder.finish(memoryMap: memoryMap)
  if symbols?.hasFoundSymbols == true {
    profile.markGoSymbols(areComplete: builder.isSymbolized)
  }
  return LegacyReading(format: .goCounts, profile: profile, leftOut: builder.leftOut)
}
