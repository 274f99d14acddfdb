import LogText

/// The first line of a heap profile in text form.
///
/// ```
/// heap profile:   104:  2792832 [ 69750: 75151904] @ heap/8192
/// ```
struct HeapHeader {
  /// The mean number of bytes between two samples, which figures are divided by; nil when they are
  /// not divided.
  var unsamplingRate: Int64?

  /// The period that the profile gives, in bytes.
  var period: Int64 = 1

  /// Whether the figures in brackets are allocations, and not a repetition of the first two.
  var hasAllocations = false

  /// Whether the kind is the one that Go writes.
  var mayBeGo = false

  /// Reads the line; nil when it contains no such header.
  ///
  /// - Throws: when the kind after the `@` is unknown, or its rate too large.
  init?(_ line: ByteCursor) throws(LegacyProfileError) {
    var scanner = line
    while scanner.moveTo("heap profile:") {
      _ = scanner.take("heap profile:")
      var attempt = scanner
      if let figures = attempt.takeHeapFigures(), try readKind(attempt, figures) { return }
    }
    return nil
  }

  private mutating func readKind(
    _ line: ByteCursor, _ figures: HeapFigures
  ) throws(LegacyProfileError) -> Bool {
    var scanner = line
    if scanner.take(" @ growth") || scanner.take(" @ fragmentation") { return true }
    scanner.skipSpaces()
    guard scanner.take(UInt8(ascii: "@")) else { return false }
    scanner.skipSpaces()
    let kindStart = scanner.position
    guard scanner.take("heap") else { return false }
    scanner.takeWhile {
      $0.isDigit || $0 == UInt8(ascii: "_")
        || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")
    }
    let kind = kindStart..<scanner.position
    _ = scanner.take(UInt8(ascii: "/"))
    var rate: Int64 = 0
    if let digits = scanner.takeDigits() {
      guard let number = scanner.bytes.signedDecimal(digits) else {
        throw LegacyProfileError(.heapText, .line(1), .outOfRange(what: "sampling rate"))
      }
      rate = number
    }

    let bytes = scanner.bytes
    if bytes[kind].equals("heap_v2") || bytes[kind].equals("heapz_v2") {
      unsamplingRate = rate
      period = rate
    } else if bytes[kind].equals("heap") {
      // The first C++ profilers wrote twice the rate, and Go followed them.
      unsamplingRate = rate / 2
      period = rate / 2
      mayBeGo = true
    } else if !bytes[kind].equals("heapprofile") {
      throw LegacyProfileError(
        .heapText, .line(1),
        .unexpected(expected: "heap_v2, heapz_v2, heap or heapprofile behind the @"))
    }
    hasAllocations = figures.hasAllocations(bytes)
    return true
  }
}
