import HeapscopeTestSupport
import ProfileBytes
import ProfileCodec
import Testing

@Suite("Robustness: protobuf encoding") struct RobustnessWireTests {
  @Test("every prefix of a profile fails cleanly")
  func prefixes() {
    // After the tables come singular fields, and texts that only these use:
    // a cut between them leaves a profile.
    var profile = ProfileBytes.heap
    profile.strings.removeLast(2)
    let tables = profile.fields.flatMap { $0 }
    for count in 0..<tables.count {
      #expect(refusal(Array(tables[..<count])) != nil, "\(count) bytes")
    }
    #expect(refusal(tables) == nil)
    for count in tables.count..<plainHeap.count { _ = outcome(Array(plainHeap[..<count])) }
  }

  @Test("lengths beyond the end are refused, however large")
  func lengths() {
    let lengths: [UInt64] = [
      1, 0x7f, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, .max >> 1, 1 << 63, .max,
    ]
    for length in lengths {
      for field in [1, 2, 6, 13, 100] as [UInt64] {
        let bytes = plainHeap + tag(field, 2) + varint(length)
        let limit = ReadLimits().fieldBytes
        let expected: CodecError =
          length == 0x7fff_ffff
          ? .limit(.fieldBytes, limit: limit)
          : .wire(
            .lengthBeyondEnd(length: length), message: .profile,
            offset: plainHeap.count + tag(field, 2).count)
        #expect(refusal(bytes) == expected)
      }
      // Within a message whose own length is right, with room after it.
      for list in [1, 2, 3] as [UInt64] {
        let sample = packed(2, [1, 2, 3, 4] as [Int64]) + tag(list, 2) + varint(length)
        #expect(isWire(refusal(plainHeap + block(2, sample) + plainHeap), .sample))
      }
      let line = tag(4, 2) + varint(length)
      #expect(
        isWire(refusal(plainHeap + block(4, number(1, 9 as UInt64) + line) + plainHeap), .location))
      let unknown = tag(50, 2) + varint(length)
      #expect(isWire(refusal(plainHeap + block(5, number(1, 9 as UInt64) + unknown)), .function))
    }
  }

  @Test("varints that are too long or do not end are refused")
  func varints() {
    let tooLong = [UInt8](repeating: 0x80, count: 10) + [0]
    let endless = [UInt8](repeating: 0xff, count: 1000)
    for value in [tooLong, endless] {
      #expect(isWire(refusal(plainHeap + tag(12, 0) + value), .profile))
      #expect(isWire(refusal(plainHeap + value), .profile))
      #expect(isWire(refusal(plainHeap + block(2, tag(2, 0) + value)), .sample))
      #expect(isWire(refusal(plainHeap + block(2, block(1, value))), .sample))
      #expect(isWire(refusal(plainHeap + block(2, block(2, value))), .sample))
      #expect(isWire(refusal(plainHeap + block(2, block(3, tag(1, 0) + value))), .label))
      #expect(isWire(refusal(plainHeap + block(5, tag(1, 0) + value)), .function))
      #expect(isWire(refusal(plainHeap + block(4, block(4, tag(1, 0) + value))), .line))
      #expect(isWire(refusal(plainHeap + block(3, value)), .mapping))
    }
    // The list ends in a varint that continues after it.
    #expect(isWire(refusal(plainHeap + block(2, block(1, [1, 0x80]) + [1])), .sample))
    #expect(isWire(refusal(plainHeap + block(2, block(2, [1, 2, 3, 0x80]) + [1])), .sample))
    #expect(isWire(refusal(plainHeap + block(13, [0x80])), .profile))
  }

  @Test("truncated fixed fields, field 0 and wire types 6 and 7 are refused at every level")
  func badFields() {
    let bad: [[UInt8]] = [
      tag(99, 1) + [0, 0, 0, 0, 0, 0, 0], tag(99, 5) + [0, 0, 0], tag(0, 0) + [1], tag(0, 2) + [0],
      tag(99, 6), tag(99, 7), tag(99, 6) + [1, 2, 3],
    ]
    for field in bad {
      #expect(isWire(refusal(plainHeap + field), .profile))
      #expect(isWire(refusal(plainHeap + block(2, field)), .sample))
      #expect(isWire(refusal(plainHeap + block(2, block(3, field))), .label))
      #expect(isWire(refusal(plainHeap + block(3, field)), .mapping))
      #expect(isWire(refusal(plainHeap + block(4, field)), .location))
      #expect(isWire(refusal(plainHeap + block(4, block(4, field))), .line))
      #expect(isWire(refusal(plainHeap + block(5, field)), .function))
      #expect(isWire(refusal(plainHeap + block(1, field)), .sampleType))
    }
  }

  @Test("unbalanced groups are refused at every level")
  func unbalancedGroups() {
    let bad: [[UInt8]] = [
      tag(99, 3), tag(99, 4), tag(99, 3) + tag(98, 4), tag(99, 3) + number(1, 1 as UInt64),
      tag(99, 3) + tag(98, 3) + tag(99, 4) + tag(98, 4), group(99, []) + tag(99, 4),
      tag(99, 3) + block(98, tag(99, 4)),
    ]
    for field in bad {
      #expect(isWire(refusal(plainHeap + field), .profile))
      #expect(isWire(refusal(plainHeap + block(2, field)), .sample))
      #expect(isWire(refusal(plainHeap + block(4, field)), .location))
      #expect(isWire(refusal(plainHeap + block(5, field)), .function))
    }
  }

  @Test("a known field of the wrong wire type is refused")
  func wrongWireTypes() {
    func spellings(_ field: UInt64, _ usual: Set<UInt64>) -> [[UInt8]] {
      let all: [UInt64: [UInt8]] = [
        0: number(field, 1 as UInt64), 1: fixed64(field), 2: block(field, [1]),
        3: group(field, number(1, 1 as UInt64)), 5: fixed32(field),
      ]
      return all.filter { !usual.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
    }
    func refuses(_ bytes: [UInt8], _ what: Comment) {
      guard case .wire(.wrongWireType, _, _) = refusal(bytes) else {
        Issue.record("\(what): \(String(describing: refusal(bytes)))")
        return
      }
    }
    for field in 1...6 as ClosedRange<UInt64> {
      for wrong in spellings(field, [2]) {
        refuses(plainHeap + wrong, "field \(field)")
        refuses(wrong + plainHeap, "field \(field)")
      }
    }
    for field in 1...2 as ClosedRange<UInt64> {
      for wrong in spellings(field, [0, 2]) {
        refuses(plainHeap + block(2, wrong), "sample \(field)")
      }
    }
    for wrong in spellings(3, [2]) { refuses(plainHeap + block(2, wrong), "label") }
    for (message, fields) in [(1, 2), (3, 6), (5, 5)] as [(UInt64, UInt64)] {
      for field in 1...fields {
        for wrong in spellings(field, [0]) {
          refuses(plainHeap + block(message, wrong), "message \(message), field \(field)")
        }
      }
    }
    for field in 1...3 as ClosedRange<UInt64> {
      for wrong in spellings(field, [0]) {
        refuses(plainHeap + block(4, wrong), "location \(field)")
      }
      for wrong in spellings(field, [0]) {
        refuses(plainHeap + block(4, block(4, wrong)), "line \(field)")
      }
    }
    for wrong in spellings(4, [2]) { refuses(plainHeap + block(4, wrong), "line") }
  }

  @Test("unknown fields are skipped at every level")
  func unknownFields() {
    let unknown: [[UInt8]] = [
      number(16, 5 as UInt64), number(99, .max as UInt64), number((1 << 29) - 1, 1 as UInt64),
      fixed64(50),
      fixed32(51), block(52, []), block(53, [UInt8](repeating: 0xff, count: 1000)),
      block(54, plainHeap), group(55, group(56, number(2, 1 as UInt64)) + block(6, "x")),
      number(1 << 40, 2 as UInt64),
    ]
    let extra = unknown.flatMap { $0 }
    expectHeap(extra + plainHeap + extra)
    for field in unknown {
      var profile = ProfileBytes.heap
      profile.sampleTypes = profile.sampleTypes.map { field + $0 + field }
      profile.mappings = profile.mappings.map { field + $0 + field }
      profile.functions = profile.functions.map { field + $0 + field }
      profile.samples = profile.samples.map { field + $0 + field }
      profile.locations = profile.locations.map { field + $0 + field }
      expectHeap(profile.fields.flatMap { field + $0 } + profile.rest + field)
    }
    var inner = ProfileBytes.heap
    inner.locations[0] =
      number(1, 1 as UInt64) + number(3, 0x1001 as UInt64) + number(2, 1 as UInt64)
      + block(4, extra + number(1, 1 as UInt64) + extra + number(2, 7 as UInt64))
    expectHeap(inner.encoded)
  }

  @Test("groups nested a hundred thousand deep need no recursion")
  func deepGroups() {
    let depth = 100_000
    let deep =
      repeated(tag(99, 3), count: depth)
      + repeated(tag(99, 4), count: depth)
    expectHeap(deep + plainHeap)
    var profile = ProfileBytes.heap
    profile.functions[0] += deep
    profile.samples[0] += deep
    expectHeap(profile.encoded)
    let deeper = repeated(tag(99, 3), count: (1 << 20) + 2)
    #expect(refusal(plainHeap + deeper) == .limit(.groups, limit: 1 << 20))
    #expect(refusal(plainHeap + block(5, deeper)) == .limit(.groups, limit: 1 << 20))
  }

  @Test("records of a profile are read in any order", arguments: 0..<200 as Range<UInt64>)
  func order(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let heap = ProfileBytes.heap
    // Equal kinds keep their order, as it means something for types, strings and samples.
    var kinds = [
      heap.sampleTypes.map { block(1, $0) }, heap.samples.map { block(2, $0) },
      heap.mappings.map { block(3, $0) },
      heap.locations.map { block(4, $0) }.shuffled(using: &random),
      heap.functions.map { block(5, $0) }.shuffled(using: &random),
      heap.strings.map { block(6, $0) }, [heap.rest],
    ]
    var bytes: [UInt8] = []
    while let kind = kinds.indices.filter({ !kinds[$0].isEmpty }).randomElement(using: &random) {
      bytes += kinds[kind].removeFirst()
    }
    expectHeap(bytes)
  }

  @Test("tables of a profile are read in any order", arguments: 0..<60 as Range<UInt64>)
  func tableOrder(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let heap = ProfileBytes.heap
    let tables = [
      heap.sampleTypes.map { block(1, $0) }, heap.samples.map { block(2, $0) },
      heap.mappings.map { block(3, $0) }, heap.locations.map { block(4, $0) },
      heap.functions.map { block(5, $0) }, heap.strings.map { block(6, $0) }, [heap.rest],
    ]
    expectHeap(tables.shuffled(using: &random).flatMap { $0.flatMap { $0 } })
  }

  @Test("fields of a message are read in any order")
  func fieldOrder() {
    var profile = ProfileBytes.heap
    func text(_ text: String) -> UInt64 { profile.text(text) }
    profile.functions[0] =
      number(4, text("/src/app/main.go")) + number(2, text("main.main")) + number(1, 1 as UInt64)
    profile.locations[2] =
      block(4, number(2, 12 as UInt64) + number(1, 3 as UInt64)) + number(2, 1 as UInt64)
      + number(3, 0x1003 as UInt64) + number(1, 3 as UInt64)
    let label = block(3, number(3, 64 as UInt64) + number(1, text("bytes")))
    profile.samples[0] =
      label + packed(2, [100, 6400, 2, 128] as [Int64]) + packed(1, [2, 1] as [UInt64])
    expectHeap(profile.encoded)
  }

  @Test("integers may be packed, unpacked, mixed, in pieces, and wider than needed")
  func lists() {
    let spellings: [([UInt64], UInt64) -> [UInt8]] = [
      { list, field in list.flatMap { number(field, $0) } },
      { list, field in
        packed(field, Array(list.prefix(1))) + list.dropFirst().flatMap { number(field, $0) }
      },
      { list, field in number(field, list[0]) + packed(field, Array(list.dropFirst())) },
      { list, field in block(field, []) + list.flatMap { packed(field, [$0]) + block(field, []) } },
      { list, field in packed(field, list, width: 5) },
      { list, field in packed(field, list, width: 10) },
      { list, field in list.flatMap { number(field, $0, width: 10) } },
    ]
    for ids in spellings {
      for values in spellings {
        var profile = ProfileBytes.heap
        let label = block(
          3, number(1, profile.text("bytes"), width: 10) + number(3, 64 as UInt64, width: 10),
          width: 9)
        profile.samples[0] = ids([2, 1], 1) + label + values([100, 6400, 2, 128], 2)
        profile.samples[1] = values([1, 512, 1, 512], 2) + ids([3, 2, 1], 1)
        expectHeap(profile.encoded)
        // Interleaved pieces keep their own order.
        profile.samples[0] =
          number(1, 2 as UInt64) + packed(2, [100] as [UInt64]) + label + number(1, 1 as UInt64)
          + values([6400, 2, 128], 2)
        expectHeap(profile.encoded)
      }
    }
  }

  @Test("tags, lengths and numbers may be wider than needed", arguments: 2...10)
  func wideNumbers(width: Int) {
    var profile = ProfileBytes.heap
    func text(_ text: String) -> UInt64 { profile.text(text) }
    profile.functions[0] =
      number(1, 1 as UInt64, width: width) + number(2, text("main.main"), width: width)
      + number(4, text("/src/app/main.go"), width: width)
    profile.locations[2] =
      number(1, 3 as UInt64, width: width)
      + block(
        4, number(1, 3 as UInt64, width: width) + number(2, 12 as UInt64, width: width),
        width: width)
      + number(2, 1 as UInt64, width: width) + number(3, 0x1003 as UInt64, width: width)
    profile.sampleTypes[0] =
      number(1, text("alloc_objects"), width: width) + number(2, text("count"), width: width)
    let fields =
      profile.sampleTypes.map { block(1, $0, width: width) }
      + profile.samples.map { block(2, $0, width: width) }
      + profile.mappings.map { block(3, $0, width: width) }
      + profile.locations.map { block(4, $0, width: width) }
      + profile.functions.map { block(5, $0, width: width) }
      + profile.strings.map { block(6, $0, width: width) }
    expectHeap(fields.flatMap { $0 } + profile.rest)
  }

  @Test("the last occurrence of a singular field counts")
  func repeatedFields() throws {
    var profile = ProfileBytes.heap
    let other = profile.text("other")
    profile.functions[0] =
      number(1, 99 as UInt64) + number(2, other) + profile.functions[0]
    profile.locations[2] = number(1, 2 as UInt64) + number(3, 5 as UInt64) + profile.locations[2]
    profile.sampleTypes[1] = number(1, other) + number(2, other) + profile.sampleTypes[1]
    profile.rest =
      number(12, 1 as UInt64) + number(7, other) + number(7, 0 as UInt64) + number(14, other)
      + number(14, 0 as UInt64) + block(11, number(1, other)) + profile.rest
    expectHeap(profile.encoded)
  }

  private func isWire(_ error: CodecError?, _ message: MessageKind) -> Bool {
    if case .wire(_, message, _) = error { true } else { false }
  }
}
