/// The first line of a heap profile in text form.
///
/// ```
/// heap profile:   104:  2792832 [ 69750: 75151904] @ heap/8192
/// ```
struct HeapHeader {
  /// The mean number of bytes between two samples by which figures are
  /// divided; nil when they are not.
  var unsamplingRate: Int64?

  /// What the profile gives as its period, in bytes.
  var period: Int64 = 1

  /// Whether the figures in brackets are allocations, not the first two again.
  var hasAllocations = false

  /// Whether the kind is the one that Go writes.
  var mayBeGo = false

  /// Reads the line; nil when it has no such header in it.
  ///
  /// - Throws: when the kind behind the `@` is unknown, or its rate too large.
  init?(_ line: ByteScanner) throws(LegacyProfileError) {
    var scanner = line
    while scanner.moveTo("heap profile:") {
      _ = scanner.take("heap profile:")
      var attempt = scanner
      if let figures = attempt.takeHeapFigures(), try readKind(attempt, figures) { return }
    }
    return nil
  }

  private mutating func readKind(
    _ line: ByteScanner, _ figures: HeapFigures
  ) throws(LegacyProfileError) -> Bool {
    var scanner = line
    if scanner.take(" @ growth") || scanner.take(" @ fragmentation") { return true }
    scanner.skipSpaces()
    guard scanner.take(UInt8(ascii: "@")) else { return false }
    scanner.skipSpaces()
    let kindStart = scanner.position
    guard scanner.take("heap") else { return false }
    scanner.takeWhile {
      isDigit($0) || $0 == UInt8(ascii: "_")
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
    if bytes.equals(kind, "heap_v2") || bytes.equals(kind, "heapz_v2") {
      unsamplingRate = rate
      period = rate
    } else if bytes.equals(kind, "heap") {
      // The first C++ profilers wrote twice the rate, and Go followed them.
      unsamplingRate = rate / 2
      period = rate / 2
      mayBeGo = true
    } else if !bytes.equals(kind, "heapprofile") {
      throw LegacyProfileError(
        .heapText, .line(1),
        .unexpected(expected: "heap_v2, heapz_v2, heap or heapprofile behind the @"))
    }
    hasAllocations = figures.hasAllocations(bytes)
    return true
  }
}

/// Where the four figures of a heap header or sample stand:
/// `objects: bytes [objects: bytes]`.
struct HeapFigures {
  var inUseObjects: Range<Int>
  var inUseBytes: Range<Int>
  var allocatedObjects: Range<Int>
  var allocatedBytes: Range<Int>

  /// Whether a figure in brackets is neither 0 nor equal to its partner.
  func hasAllocations(_ bytes: [UInt8]) -> Bool {
    func differs(_ allocated: Range<Int>, _ inUse: Range<Int>) -> Bool {
      !bytes.equals(allocated, "0") && bytes[allocated] != bytes[inUse]
    }
    return differs(allocatedObjects, inUseObjects) || differs(allocatedBytes, inUseBytes)
  }
}

extension ByteScanner {
  /// Takes ` objects: bytes [objects: bytes]`, where the first two may have a
  /// sign. Nil, and the position is somewhere, when it does not stand here.
  mutating func takeHeapFigures() -> HeapFigures? {
    skipSpaces()
    guard let inUseObjects = takeSignedDigits(), take(UInt8(ascii: ":")) else { return nil }
    skipSpaces()
    guard let inUseBytes = takeSignedDigits() else { return nil }
    skipSpaces()
    guard take(UInt8(ascii: "[")) else { return nil }
    skipSpaces()
    guard let allocatedObjects = takeDigits(), take(UInt8(ascii: ":")) else { return nil }
    skipSpaces()
    guard let allocatedBytes = takeDigits() else { return nil }
    skipSpaces()
    guard take(UInt8(ascii: "]")) else { return nil }
    return HeapFigures(
      inUseObjects: inUseObjects, inUseBytes: inUseBytes, allocatedObjects: allocatedObjects,
      allocatedBytes: allocatedBytes)
  }

  /// Takes the first `objects: bytes [objects: bytes]` of the line with this
  /// text behind it, wherever they stand.
  mutating func takeFirstHeapFigures(followedBy mark: StaticString) -> HeapFigures? {
    while let next {
      if isDigit(next) || next == UInt8(ascii: "-") {
        var attempt = self
        if let figures = attempt.takeHeapFigures(), attempt.take(mark) {
          self = attempt
          return figures
        }
        // Inside the number it would fail for the same reason.
        position += 1
        takeWhile(isDigit)
      } else {
        position += 1
      }
    }
    return nil
  }
}
