import ProfileCodec
import ProfileModel
import Testing

/// Two stacks of 10 ms: a leaf, and a leaf called from 0x402000.
private let twoStacks: [UInt64] = [
  0, 3, 0, 10_000, 0, 2, 1, 0x401000, 1, 2, 0x401000, 0x402001, 0, 1, 0,
]

@Suite("Binary CPU profiles")
struct LegacyBinaryTests {
  @Test(
    "binary CPU profiles are read in both word sizes and byte orders", arguments: [4, 8],
    [false, true])
  func layouts(bytesPerWord: Int, isBigEndian: Bool) throws {
    let map = Array("--- x\n00400000-00500000: /bin/server\n".utf8)
    let bytes = words(twoStacks, bytesPerWord: bytesPerWord, isBigEndian: isBigEndian) + map
    let profile = try #require(try readLegacyProfile(bytes))
    #expect(profile.sampleTypes.map { profile.strings[$0.name] } == ["samples", "cpu"])
    #expect(profile.samples.values == [[2, 1], [20_000_000, 10_000_000]])
    #expect(profile.samples.frames.map(\.index) == [0, 0, 1])
    #expect(profile.locations.addresses == [0x401000, 0x402000])
    #expect(profile.period == 10_000_000)
    #expect(profile.mappings.map { profile.strings[$0.file] } == ["/bin/server"])
  }

  @Test(
    "a second frame that nearly all stacks share is removed as the signal handler's",
    arguments: [(31, 0, 0), (62, 1, 0), (63, 1, 0), (30, 1, 1), (20, 1, 1)])
  func handlerFrames(common: Int, other: Int, kept: Int) throws {
    var text: [UInt64] = [0, 3, 0, 1, 0]
    for index in 0..<common { text += [1, 3, UInt64(index) + 100, 0x7001, 0x9001] }
    for _ in 0..<other { text += [1, 3, 100, 0x8001, 0x9001] }
    let profile = try #require(
      try readLegacyProfile(words(text + [0, 1, 0], bytesPerWord: 8)))
    // The frame after it is common as well, and goes in the second round.
    let depths = (0..<common).map { profile.samples.frameRange(of: $0).count }
    #expect(Set(depths) == [kept == 0 ? 1 : 3])
    #expect(profile.locations.addresses.contains(0x7000) == (kept == 1))
  }

  @Test("a leaf that occurs twice in a binary CPU profile counts once")
  func repeatedLeaf() throws {
    let text: [UInt64] = [
      0, 3, 0, 1, 0, 1, 3, 0x1000, 0x1000, 0x2001, 1, 2, 0x3000, 0x4001, 0, 1, 0,
    ]
    let profile = try #require(try readLegacyProfile(words(text, bytesPerWord: 8)))
    #expect(
      profile.samples.frames.map { profile.locations.addresses[$0.index] } == [
        0x1000, 0x2000, 0x3000, 0x4000,
      ])
  }

  @Test("Java frames of a binary CPU profile get the names in the text at its end")
  func java() throws {
    let text = " 0x3 com.example.A.run (A.java:12)\n 0x4 generated stub/JIT\n"
    let bytes =
      words([0, 3, 1, 10_000, 0, 5, 2, 3, 4, 0, 1, 0], bytesPerWord: 4) + Array(text.utf8)
    let reading = try #require(try readLegacyProfile(bytes, options: LegacyOptions()))
    let profile = reading.profile
    #expect(reading.format == .javaCPU)
    #expect(profile.samples.values == [[5], [50_000_000]])
    #expect(profile.functions.names.map { profile.strings[$0] } == ["com.example.A.run", "STUB"])
    #expect(profile.locations.lines.map(\.line) == [12, 0])
  }

  @Test(
    "a binary CPU profile that is cut anywhere is refused at the stack where it ends",
    arguments: [4, 8])
  func cut(bytesPerWord: Int) throws {
    let bytes = words(twoStacks, bytesPerWord: bytesPerWord)
    for count in 0..<(5 * bytesPerWord) {
      #expect(try readLegacyProfile(Array(bytes.prefix(count))) == nil)
    }
    for count in (5 * bytesPerWord)..<bytes.count {
      let error = try #require(throws: LegacyProfileError.self) {
        try readLegacyProfile(Array(bytes.prefix(count)))
      }
      let stackStarts = [5, 8, 12].map { $0 * bytesPerWord }
      #expect(error.position == .byte(try #require(stackStarts.last { $0 <= count })))
    }
  }

  @Test(
    "numbers that do not fit in a binary CPU profile are refused",
    arguments: [
      [0, 3, 0, .max, 0, 0, 1, 0], [0, 3, 0, 1, 0, .max, 0, 0, 1, 0],
      [0, 3, 0, 1 << 40, 0, 1 << 40, 0, 0, 1, 0], [0, 3, 0, 1, 0, 1, .max, 0, 1, 0],
      [0, 3, 0, 1, 0, 1, 4, 0, 1, 0],
    ] as [[UInt64]])
  func extremes(text: [UInt64]) {
    #expect(throws: LegacyProfileError.self) {
      try readLegacyProfile(words(text, bytesPerWord: 8))
    }
  }
}
