import ProfileBytes
import ProfileCodec
import Testing

/// What a reader makes of bytes: the facts, or the error.
func outcome(_ bytes: [UInt8], limits: ReadLimits = ReadLimits()) -> Result<
  ProfileFacts, CodecError
> {
  do throws(CodecError) {
    let profile = try readProfile(bytes, limits: limits).profile
    #expect(profile.inconsistency == nil)
    return .success(ProfileFacts(profile))
  } catch {
    return .failure(error)
  }
}

/// Returns the error that bytes are refused with, or nil.
func refusal(_ bytes: [UInt8], limits: ReadLimits = ReadLimits()) -> CodecError? {
  if case .failure(let error) = outcome(bytes, limits: limits) { return error }
  return nil
}

let plainHeap = ProfileBytes.heap.encoded

/// Expects that bytes say the same as the plain form of ``ProfileBytes/heap``.
func expectHeap(
  _ bytes: [UInt8], _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome(bytes) == outcome(plainHeap), comment, sourceLocation: sourceLocation)
}

@Suite("Robustness: gzip") struct RobustnessGzipTests {
  @Test("the plain profile of the gzip tests is the one that they expect")
  func plain() throws {
    let facts = try outcome(plainHeap).get()
    #expect(facts.types.count == 4)
    #expect(facts.samples.map(\.values) == [[100, 6400, 2, 128], [1, 512, 1, 512]])
    #expect(facts.samples.map { $0.stack.map(\.count) } == [[2, 1], [1, 2, 1]])
    #expect(facts.samples[0].labels.count == 1)
    #expect(facts.numbers == [1_700_000_000_000_000_000, 0, 524_288])
  }

  @Test("every legal gzip header is read", arguments: 0..<32)
  func headers(fields: Int) {
    var gzip = GzipBytes()
    gzip.isText = fields & 1 != 0
    gzip.hasHeaderChecksum = fields & 2 != 0
    if fields & 4 != 0 {
      gzip.extra = [UInt8](repeating: 0x1f, count: fields & 1 == 0 ? 0 : 65_535)
    }
    if fields & 8 != 0 { gzip.name = "héap.pb" }
    if fields & 16 != 0 { gzip.comment = String(repeating: "long ", count: 100_000) }
    gzip.time = .max
    gzip.system = UInt8(fields)
    expectHeap(gzip.member(plainHeap))
  }

  @Test("every legal deflate encoding is read", arguments: GzipBytes.Coding.allCases)
  func codings(coding: GzipBytes.Coding) {
    var gzip = GzipBytes()
    gzip.coding = coding
    expectHeap(gzip.member(plainHeap))
  }

  @Test("gzip members are read as one stream wherever they are cut, empty ones too")
  func members() {
    for cut in 0...plainHeap.count {
      let parts =
        gzipped(Array(plainHeap[..<cut])) + gzipped([]) + gzipped(Array(plainHeap[cut...]))
      expectHeap(parts, "cut at \(cut)")
    }
    expectHeap(plainHeap.flatMap { gzipped([$0]) })
    expectHeap(gzipped([]) + gzipped([]) + gzipped(plainHeap) + gzipped([]))
  }

  @Test("a hundred thousand gzip members are read")
  func manyMembers() {
    let empty = gzipped([])
    let many = repeated(empty, count: 100_000)
    expectHeap(gzipped(plainHeap) + many)
    #expect(refusal(many) == .compressedNothing(.gzip))
  }

  @Test("gzip cut at any byte is reported as truncated, in the first member or a later one")
  func truncation() throws {
    var gzip = GzipBytes()
    gzip.extra = [1, 2, 3]
    gzip.name = "name"
    gzip.comment = "comment"
    gzip.hasHeaderChecksum = true
    let half = plainHeap.count / 2
    let first = gzip.member(Array(plainHeap[..<half]))
    let both = first + gzipped(Array(plainHeap[half...]))
    for count in 1..<both.count where count != first.count {
      guard case .truncatedCompression(.gzip, offset: let offset) = refusal(Array(both[..<count]))
      else {
        Issue.record("\(count) bytes: \(String(describing: refusal(Array(both[..<count]))))")
        continue
      }
      #expect(offset <= count)
    }
    // The first member alone is whole, but half of a profile.
    #expect(refusal(first) != nil)
    #expect(refusal([]) == .empty)
  }

  @Test("a flipped bit in gzip is noticed or changes nothing")
  func turnedBits() throws {
    let whole = gzipped(plainHeap)
    let expected = outcome(plainHeap)
    for index in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[index] ^= 1 << UInt8(bit)
        let result = outcome(damaged)
        // Some bits mean nothing: time and system in the header, and what fills
        // the last byte of the deflated data.
        if case .success = result { #expect(result == expected, "bit \(bit) of byte \(index)") }
      }
    }
  }

  @Test("lost or doubled bytes in gzip never pass unnoticed")
  func lostBytes() throws {
    let whole = gzipped(plainHeap)
    // A zero doubled at the very end is padding.
    for index in 0..<whole.count - 2 {
      var lost = whole
      lost.remove(at: index)
      var doubled = whole
      doubled.insert(whole[index], at: index)
      #expect(refusal(lost) != nil, "without byte \(index)")
      #expect(refusal(doubled) != nil, "byte \(index) twice")
    }
  }

  @Test(
    "the checksum and length of gzip are found wherever the reader's pieces end", arguments: 0...9)
  func trailers(rest: Int) {
    // Four bytes are looked at first.
    for target in [4 + (256 << 10), 4 + (512 << 10)] {
      var gzip = GzipBytes()
      gzip.comment = ""
      let frame = gzip.member(plainHeap).count
      gzip.comment = String(repeating: "x", count: target + rest - frame)
      let bytes = gzip.member(plainHeap)
      #expect(bytes.count == target + rest)
      expectHeap(bytes)
      // As the first of two members, and with each byte of the trailer changed.
      expectHeap(bytes + gzip.member([]))
      for place in 1...8 {
        var damaged = bytes
        damaged[damaged.count - place] ^= 0x10
        guard case .damagedCompression(.gzip, let reason, let offset) = refusal(damaged) else {
          Issue.record("byte \(place) from the end: \(String(describing: refusal(damaged)))")
          continue
        }
        #expect(reason == (place > 4 ? "incorrect data check" : "incorrect length check"))
        #expect(offset == bytes.count)
      }
    }
  }

  @Test("among several gzip members the damaged one is named")
  func damagedMembers() {
    let gzip = GzipBytes()
    let half = plainHeap.count / 2
    let first = gzip.member(Array(plainHeap[..<half]))
    let second = gzip.member(Array(plainHeap[half...]))
    let empty = gzip.member([])
    let whole = [empty, first, empty, second, empty]
    expectHeap(whole.flatMap { $0 })
    for (number, member) in whole.enumerated() {
      var damaged = whole
      damaged[number][member.count - 8] ^= 1
      guard
        case .damagedCompression(.gzip, let reason, let offset) = refusal(damaged.flatMap { $0 })
      else {
        Issue.record("member \(number) is not refused")
        continue
      }
      #expect(reason == "incorrect data check")
      #expect(offset == whole[...number].reduce(0) { $0 + $1.count })
    }
  }

  @Test("many empty gzip members cost no more than their bytes")
  func emptyMembers() {
    let gzip = GzipBytes()
    let empty = repeated(gzip.member([]), count: 50_000)
    expectHeap(empty + gzip.member(plainHeap) + empty)
    // The damage that stands first is the one that is told.
    var first = gzip.member(plainHeap)
    first[first.count - 8] ^= 1
    var second = gzip.member([])
    second[second.count - 1] ^= 1
    for rest in [second, [UInt8](second.dropLast(3))] {
      guard case .damagedCompression(.gzip, let reason, let offset) = refusal(first + rest) else {
        Issue.record("\(String(describing: refusal(first + rest)))")
        continue
      }
      #expect(reason == "incorrect data check")
      #expect(offset == first.count)
    }
  }

  @Test("damage in the frame of gzip is named")
  func frames() {
    let gzip = GzipBytes()
    let body = gzip.deflated(plainHeap)
    let trailer = gzip.trailer(plainHeap)
    func damage(_ bytes: [UInt8]) -> String {
      guard case .damagedCompression(.gzip, let reason, _) = refusal(bytes) else {
        return String(describing: refusal(bytes))
      }
      return reason
    }
    let checksumOff = [trailer[0] ^ 1] + trailer[1...]
    #expect(damage(gzip.header() + body + checksumOff) == "incorrect data check")
    let lengthOff = trailer[..<7] + [trailer[7] ^ 1]
    #expect(damage(gzip.header() + body + lengthOff) == "incorrect length check")
    #expect(
      damage([0x1f, 0x8b, 7] + gzip.header()[3...] + body + trailer) == "unknown compression method"
    )
    #expect(
      damage([0x1f, 0x8b, 8, 0xe0] + gzip.header()[4...] + body + trailer)
        == "unknown header flags set")
    // Block type 3, and a stored block whose length is not inverted after it.
    #expect(damage(gzip.header() + [7] + body + trailer) == "invalid block type")
    #expect(
      damage(gzip.header() + [1, 4, 0, 4, 0] + body + trailer) == "invalid stored block lengths")
    var checked = gzip
    checked.hasHeaderChecksum = true
    var header = checked.header()
    header[header.count - 1] ^= 1
    #expect(damage(header + body + trailer) == "header crc mismatch")
    let endless = [0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0x61, count: 300_000)
    #expect(refusal(endless) == .truncatedCompression(.gzip, offset: endless.count))
  }

  @Test("bytes after the last gzip member are refused, except padding")
  func trailingBytes() {
    let whole = gzipped(plainHeap)
    for tail in [[0x0a], Array("junk".utf8), [0x8b, 0x1f], [0, 0, 1], plainHeap] as [[UInt8]] {
      let offset = whole.count + (tail.firstIndex { $0 != 0 } ?? 0)
      #expect(refusal(whole + tail) == .trailingBytes(.gzip, offset: offset))
    }
    #expect(refusal(whole + [0x1f]) == .truncatedCompression(.gzip, offset: whole.count + 1))
    #expect(refusal(whole + [0x1f, 0x00]) != nil)
    for count in [1, 7, 512, 300_000] { expectHeap(whole + [UInt8](repeating: 0, count: count)) }
  }

  @Test("bytes before the magic of gzip are refused")
  func leadingBytes() {
    let whole = gzipped(plainHeap)
    #expect(refusal([0x0a] + whole) == .notAProfile(.displacedGzip))
    #expect(refusal([0x0d, 0x0a] + whole) == .notAProfile(.displacedGzip))
    #expect(refusal([0xef, 0xbb, 0xbf] + whole) == .notAProfile(.byteOrderMark))
    let answer = Array("HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n".utf8)
    #expect(refusal(answer + whole) == .notAProfile(.httpResponse))
  }

  @Test("two profiles in one file are refused, compressed or not")
  func twoProfiles() {
    for first in [plainHeap, timeless.encoded, sampleless.encoded] {
      for second in [plainHeap, timeless.encoded, sampleless.encoded] {
        for bytes in [first + second, gzipped(first) + gzipped(second), gzipped(first + second)] {
          #expect(refusal(bytes) != nil)
        }
        #expect(refusal(gzipped(first) + second) != nil)
        #expect(refusal(first + gzipped(second)) != nil)
      }
    }
    #expect(refusal(plainHeap + plainHeap).map(isConcatenated) == true)
    #expect(refusal(timeless.encoded + timeless.encoded).map(isConcatenated) == true)
    #expect(refusal(sampleless.encoded + sampleless.encoded).map(isConcatenated) == true)
  }

  private func isConcatenated(_ error: CodecError) -> Bool {
    if case .concatenated = error { true } else { false }
  }

  private var timeless: ProfileBytes {
    var profile = ProfileBytes.heap
    profile.rest = []
    return profile
  }

  private var sampleless: ProfileBytes {
    var profile = timeless
    profile.samples = []
    profile.locations = []
    profile.functions = []
    profile.mappings = []
    return profile
  }

  @Test("gzip within gzip is named")
  func nested() {
    #expect(refusal(gzipped(gzipped(plainHeap))) == .nestedCompression(.gzip))
    #expect(refusal(gzipped([])) == .compressedNothing(.gzip))
  }
}
