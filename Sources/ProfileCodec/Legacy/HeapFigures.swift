import LogText

/// The positions of the four figures of a heap header or sample: `objects: bytes [objects: bytes]`.
struct HeapFigures {
  var inUseObjects: Range<Int>
  var inUseBytes: Range<Int>
  var allocatedObjects: Range<Int>
  var allocatedBytes: Range<Int>

  /// Whether a figure in brackets is neither 0 nor equal to its counterpart.
  func hasAllocations(_ bytes: ArraySlice<UInt8>) -> Bool {
    func differs(_ allocated: Range<Int>, _ inUse: Range<Int>) -> Bool {
      !bytes[allocated].equals("0") && bytes[allocated] != bytes[inUse]
    }
    return differs(allocatedObjects, inUseObjects) || differs(allocatedBytes, inUseBytes)
  }
}

extension ByteCursor {
  /// Takes ` objects: bytes [objects: bytes]`, where the first two may have a sign. Returns nil,
  /// with the position undefined, when the text here is different.
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

  /// Takes the first `objects: bytes [objects: bytes]` on the line that this text follows.
  mutating func takeFirstHeapFigures(followedBy mark: StaticString) -> HeapFigures? {
    while let next {
      if next.isDigit || next == UInt8(ascii: "-") {
        var attempt = self
        if let figures = attempt.takeHeapFigures(), attempt.take(mark) {
          self = attempt
          return figures
        }
        // A start inside the number would fail for the same reason.
        position += 1
        takeWhile(\.isDigit)
      } else {
        position += 1
      }
    }
    return nil
  }
}

/// The values of a heap sample, divided by the sampling rate.
struct HeapSampleFigures {
  /// As ``HeapHeader/unsamplingRate``.
  let unsamplingRate: Int64?

  /// One value per sample type.
  private(set) var values: [Int64] = []

  /// The mean size of the sampled objects: of those in use if any, else of those allocated, else 0.
  private(set) var blockBytes: Int64 = 0

  init(unsamplingRate: Int64?) { self.unsamplingRate = unsamplingRate }

  /// Adds a pair of figures: objects and their bytes.
  mutating func append(
    _ lines: LineReader, _ objects: Range<Int>, _ bytes: Range<Int>, _ format: LegacyFormat
  ) throws(LegacyProfileError) {
    guard let objects = lines.bytes.signedDecimal(objects),
      let bytes = lines.bytes.signedDecimal(bytes)
    else {
      throw LegacyProfileError(format, .line(lines.number), .outOfRange(what: "figure"))
    }
    if objects == 0 {
      guard bytes == 0 else {
        throw LegacyProfileError(
          format, .line(lines.number), .unexpected(expected: "0 bytes for 0 objects"))
      }
      values += [0, 0]
      return
    }
    let (size, overflow) = bytes.dividedReportingOverflow(by: objects)
    let pair = unsamplingRate.map { unsampled(count: objects, bytes: bytes, rate: $0) }
    guard !overflow, let pair = pair ?? (objects, bytes) else {
      throw LegacyProfileError(
        format, .line(lines.number), .outOfRange(what: "figure divided by the sampling rate"))
    }
    blockBytes = size
    values += [pair.count, pair.bytes]
  }
}
