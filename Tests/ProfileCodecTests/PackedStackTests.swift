import HeapscopeTestSupport
import ProfileBytes
import ProfileCodec
import ProfileModel
import Testing

/// Stacks of ids of all lengths, against what was written.
@Suite("Packed stacks") struct PackedStackTests {
  /// Ids of one to ten bytes.
  private static func ids(_ random: inout SeededGenerator) -> [UInt64] {
    var ids: Set<UInt64> = []
    for bits in [7, 14, 21, 28, 31, 32, 35, 42, 63, 64] as [UInt64] {
      ids.insert(1 << (bits - 1))
      ids.insert(bits == 64 ? .max : (1 << bits) - 1)
      for _ in 0..<6 { ids.insert(max(1, random.next() >> (64 - bits))) }
    }
    return ids.sorted()
  }

  @Test("packed stacks are read as they were written", arguments: 0..<12)
  func random(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let ids = Self.ids(&random)
    // Mostly short ids, as in files that count from 1, or all lengths.
    let common = seed % 3 == 0 ? ids.count : seed % 3 == 1 ? 12 : 28
    var profile = ProfileBytes()
    profile.addType("space", "bytes")
    profile.addFunction(1, "main.main")
    for id in ids { profile.addLocation(id, functions: [1]) }
    var stacks: [[UInt64]] = []
    for _ in 0..<400 {
      let shared = stacks.last.map { $0.suffix(Int(random.next() % UInt64($0.count + 1))) } ?? []
      let count = Int(random.next() % 90)
      let own = (0..<count).map { _ in
        ids[Int(random.next() % UInt64(random.next() % 50 == 0 ? ids.count : common))]
      }
      stacks.append(own + shared.prefix(200))
      // Values of 0 after the ids: no byte after the list counts.
      let width = random.next() % 40 == 0 ? 3 : 1
      profile.samples.append(packed(1, stacks[stacks.count - 1], width: width) + packed(2, [0]))
    }
    for bytes in [profile.encoded, gzipped(profile.encoded)] {
      let read = try readProfile(bytes).profile
      try #require(read.samples.count == stacks.count)
      for (row, stack) in stacks.enumerated() {
        let frames = read.samples.frames[read.samples.frameRange(of: row)]
        #expect(frames.map { read.locations.ids[$0.index] } == stack, "sample \(row)")
      }
    }
  }

  @Test(
    "packed stacks with an id of 0 anywhere are refused", arguments: [0, 1, 20, 63, 64, 65, 99])
  func zero(place: Int) throws {
    for width in 1...5 {
      var profile = ProfileBytes()
      profile.addType("space", "bytes")
      profile.addFunction(1, "main.main")
      for id in 1...300 { profile.addLocation(UInt64(id), functions: [1]) }
      let good = (0..<100).map { UInt64(1 + $0 * 3 % 300) }
      profile.addSample(good, [1])
      let list = good.enumerated().flatMap { varint($1, width: $0 == place ? width : 1) }
      var bad = list
      let start = good[..<place].reduce(0) { $0 + varint($1).count }
      bad.replaceSubrange(
        start..<start + varint(good[place], width: width).count, with: varint(0, width: width))
      profile.samples.append(block(1, list) + packed(2, [1]))
      // A long tail, so that the list lies well within what was read.
      profile.rest = block(1000, [UInt8](repeating: 7, count: 100))
      let read = try readProfile(profile.encoded).profile
      #expect(read.samples.count == 2)
      profile.samples.append(block(1, bad) + packed(2, [1]))
      #expect(refusal(profile.encoded) == .unknownLocation(id: 0, sample: 2), "\(width)")
    }
  }
}
