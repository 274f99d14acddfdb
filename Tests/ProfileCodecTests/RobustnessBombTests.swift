import ProfileBytes
import ProfileCodec
import Testing

/// Small files that would exhaust the machine. The limits here are smaller than the usual ones, so
/// that the tests are fast; they work in the same way.
@Suite("Robustness: bombs") struct RobustnessBombTests {
  private var limits: ReadLimits {
    var limits = ReadLimits()
    limits.expansionFloor = 1 << 20
    limits.tableBytesFloor = 4 << 20
    limits.inflatedBytes = 64 << 20
    limits.fieldBytes = 16 << 20
    return limits
  }

  private static let units: [(String, [UInt8])] = [
    ("zeros", [0]), ("spaces", [0x20]), ("0xff", [0xff]), ("group starts", tag(99, 3)),
    ("empty samples", block(2, [])), ("empty mappings", block(3, [])),
    ("empty locations", block(4, [])), ("empty functions", block(5, [])),
    ("empty types", block(1, [])), ("comments", number(13, 0 as UInt64)),
    ("samples", block(2, packed(1, [1] as [UInt64]) + packed(2, [1, 2, 3, 4] as [Int64]))),
    ("one function", block(5, number(1, 1 as UInt64))),
    ("unknown fields", number(99, 1 as UInt64)), ("drop_frames", number(7, 0 as UInt64)),
  ]

  @Test("one record repeated endlessly is refused within the limits", arguments: units)
  func oneRecord(name: String, unit: [UInt8]) {
    for front in [[], plainHeap] {
      let bomb = gzipBomb(front: front, repeating: unit, count: (2 << 20) / unit.count)
      let error = refusal(bomb, limits: limits)
      #expect(error != nil)
      if !front.isEmpty, name == "unknown fields" || name == "drop_frames" {
        #expect(error == .limit(.expansion, limit: 200))
      }
    }
  }

  @Test("one huge string, list or message is refused within the limits")
  func hugeFields() {
    for field in [2, 4, 6, 13, 99] as [UInt64] {
      for size in [1 << 19, 12 << 20, 40 << 20] {
        let head = plainHeap + tag(field, 2) + varint(UInt64(size))
        let error = refusal(gzipBomb(front: head, repeating: [1], count: size), limits: limits)
        // A text, comments or an unknown field of half a mebibyte are legal.
        #expect((error == nil) == (size == 1 << 19 && [6, 13, 99].contains(field)))
      }
      // The length is a lie: nothing follows.
      let lie = plainHeap + tag(field, 2) + varint(UInt64(15 << 20))
      #expect(
        refusal(lie)
          == .wire(
            .lengthBeyondEnd(length: 15 << 20), message: .profile,
            offset: plainHeap.count + tag(field, 2).count))
    }
  }

  @Test("lists within a sample or location stop at their limits")
  func hugeLists() {
    var small = limits
    small.stackDepth = 1000
    small.sampleTypes = 50
    small.labelsPerSample = 1000
    small.linesPerLocation = 1000
    small.comments = 1000
    let many = [UInt64](repeating: 1, count: 10_000)
    let wide = [UInt64](repeating: .max, count: 10_000)
    for stack in [packed(1, many), packed(1, wide), many.flatMap { number(1, $0) }] {
      #expect(
        refusal(plainHeap + block(2, stack), limits: small) == .limit(.stackDepth, limit: 1000))
    }
    for values in [packed(2, many), many.flatMap { number(2, $0) }] {
      #expect(
        refusal(plainHeap + block(2, values), limits: small) == .limit(.sampleTypes, limit: 50))
    }
    let labels = many.flatMap { block(3, number(1, $0) + number(2, $0)) }
    #expect(refusal(plainHeap + block(2, labels), limits: small) == .limit(.labels, limit: 1000))
    let lines = many.flatMap { block(4, number(1, $0)) }
    #expect(
      refusal(plainHeap + block(4, number(1, 9 as UInt64) + lines), limits: small)
        == .limit(.inlinedLines, limit: 1000))
    #expect(refusal(plainHeap + packed(13, many), limits: small) == .limit(.comments, limit: 1000))
    let types = many.flatMap { block(1, number(1, $0)) }
    #expect(refusal(plainHeap + types, limits: small) == .limit(.sampleTypes, limit: 50))
  }

  @Test("bombs in many gzip members, or in gzip within gzip, are refused")
  func members() {
    let bomb = gzipBomb(repeating: [0x98, 0x06, 1], count: 1 << 16)
    let many = gzipped(plainHeap) + repeated(bomb, count: 20)
    #expect(refusal(many, limits: limits) == .limit(.expansion, limit: 200))
    #expect(refusal(gzipped(bomb)) == .nestedCompression(.gzip))
  }

  @Test("the limit on inflated bytes holds at any compression ratio")
  func inflatedBytes() {
    var small = ReadLimits()
    small.inflatedBytes = 1000
    let noise = block(99, [UInt8](repeating: 0x61, count: 2000))
    #expect(
      refusal(gzipped(plainHeap + noise), limits: small) == .limit(.inflatedBytes, limit: 1000))
  }
}
