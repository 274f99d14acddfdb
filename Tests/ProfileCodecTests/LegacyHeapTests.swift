import ProfileCodec
import ProfileModel
import Testing

/// The sample of every heap profile below, so that the tests show only what differs.
private let sample = "  2:   4096 [     3:     6144] @ 0x401001 0x402001\n"

@Suite("Legacy heap profiles")
struct LegacyHeapTests {
  @Test(
    "the header of a legacy heap profile decides sample types, period and sampling rate",
    arguments: [
      ("heap_v2/524288", 524_288, 513, 1_050_625), ("heapz_v2/524288", 524_288, 513, 1_050_625),
      ("heap/1048576", 524_288, 513, 1_050_625), ("heap/2", 1, 2, 4096), ("heap_v2", 0, 2, 4096),
      ("heapprofile", 1, 2, 4096), ("growthz", 1, 2, 4096), ("fragmentationz", 1, 2, 4096),
    ])
  func kinds(kind: String, period: Int64, objects: Int64, bytes: Int64) throws {
    let profile = try #require(
      try legacyProfile("heap profile: 2: 4096 [ 2: 4096] @ \(kind)\n\(sample)"))
    #expect(profile.sampleTypes.map { profile.strings[$0.name] } == ["objects", "space"])
    #expect(profile.period == period)
    #expect(profile.samples.values(of: 0) == [objects, bytes])
    #expect(profile.locations.addresses == [0x401000, 0x402000])
    #expect(profile.strings[profile.dropFrames].contains("malloc"))
    let label = try #require(profile.samples.labels.first)
    #expect(profile.strings[label.key] == "bytes")
    #expect(label.number == 2048)
  }

  @Test("numbers in brackets that differ are allocations, and come first")
  func allocations() throws {
    let profile = try #require(
      try legacyProfile("heap profile: 2: 4096 [ 3: 6144] @ heapprofile\n\(sample)"))
    #expect(
      profile.sampleTypes.map { profile.strings[$0.name] } == [
        "alloc_objects", "alloc_space", "inuse_objects", "inuse_space",
      ])
    #expect(profile.samples.values(of: 0) == [3, 6144, 2, 4096])
  }

  @Test("the label bytes is the size in use, else the size allocated, else 0")
  func blockBytes() throws {
    let profile = try #require(
      try legacyProfile(
        """
        heap profile: 1: 16 [9: 999] @ heapprofile
        1: 16 [4: 400] @ 0x10
        0: 0 [4: 400] @ 0x10
        0: 0 [0: 0] @
        -1: -48 [4: 400] @ 0x10
        """))
    #expect(profile.samples.labels.map(\.number) == [16, 100, 0, 48])
    #expect(profile.samples.values[2] == [1, 0, 0, -1])
    #expect(profile.samples.frameRange(of: 2).isEmpty)
    #expect(profile.locations.count == 1)
  }

  @Test("jemalloc's form gives the sum over the threads of each stack")
  func jemalloc() throws {
    let reading = try requireReading(
      """
      heap_v2/524288
        t*: 3: 4144 [0: 0]
        t0: 1: 48 [0: 0]
        t7: 2: 4096 [0: 0] worker
      @ 0x401001 0x402001
        t*: 2: 4096 [0: 0]
        t7: 2: 4096 [0: 0] worker
      @ 0x403001
        t*: 1: 48 [0: 0]
        t0: 1: 48 [0: 0]

      MAPPED_LIBRARIES:
      00400000-00500000 r-xp 00000000 08:01 77 /usr/bin/server
      """)
    #expect(reading.format == .jemallocHeap)
    let profile = reading.profile
    #expect(profile.sampleTypes.map { profile.strings[$0.name] } == ["objects", "space"])
    #expect(profile.samples.values == [[513, 10923], [1_050_625, 524_312]])
    #expect(profile.mappings.map { profile.strings[$0.file] } == ["/usr/bin/server"])
    #expect(profile.locations.addresses == [0x401000, 0x402000, 0x403000])
  }

  @Test(
    "a damaged legacy heap profile is refused with its line",
    arguments: [
      ("heap profile: 1: 2 [", 1), ("heap profile: 1: 2 [3: 4] @ heaps/1\n", 1),
      ("heap profile: 1: 2 [3: 4] @ heap/99999999999999999999\n", 1),
      ("heap profile: 1: 2 [3: 4] @ heap/8192\n\n1: 2 [3: 4\n", 3),
      ("heap profile: 1: 2 [3: 4] @ heap/8192\n<html>\n", 2),
      ("heap profile: 1: 2 [3: 4] @ heap/8192\n0: 2 [3: 4] @\n", 2),
      ("heap profile: 1: 2 [3: 4] @ heap/8192\n1: 2 [99999999999999999999: 4] @\n", 2),
      ("heap profile: 1: 2 [3: 4] @ heap/8192\n1: 2 [3: 4] @ 0x10000000000000000\n", 2),
      ("heap profile: 1: 2 [3: 4] @ heap_v2/524288\n9000000000000: 1 [1: 1] @\n", 2),
      ("heap profile: 1: 2 [3: 4] @ heapprofile\n-1: -9223372036854775808 [1: 1] @\n", 2),
      ("heap_v2/524288\n  t*: 1: 2 [0: 0]\n@ 0x1\n@ 0x2\n", 4),
      ("heap_v2/524288\n  t*: 1: 2 [0: 0]\n@ 0x1\n", 3), ("heap_v2/524288\n", 1),
    ])
  func damage(text: String, line: Int) throws {
    let error = try #require(throws: LegacyProfileError.self) { try legacyProfile(text) }
    #expect(error.position == .line(line))
  }

  @Test("a legacy heap profile may have a line of a megabyte")
  func longLine() throws {
    let addresses = String(repeating: " 0x401001", count: 120_000)
    let profile = try #require(
      try legacyProfile("heap profile: 1: 2 [1: 2] @ heapprofile\n1: 2 [1: 2] @\(addresses)\n"))
    #expect(profile.samples.frames.count == 120_000)
    #expect(profile.locations.count == 1)
  }
}
