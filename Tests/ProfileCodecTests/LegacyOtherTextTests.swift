import ProfileCodec
import ProfileModel
import Testing

@Suite("Threads, contention and Java in text form")
struct LegacyOtherTextTests {
  @Test("threads with the same stack as the previous thread add to it")
  func threads() throws {
    let profile = try #require(
      try legacyProfile(
        """
        --- threadz 1 ---

        --- Thread 7f79 (name: main/14748) stack: ---
          PC:  0x00bc8f1c: helper(arg *)
          0x0040be31: main
            creator: 0xa45b96 0x40be31
        --- Thread 7f80 (name: a/b)/9/14751) stack: ---
          -- same as previous thread --
        --- Thread 7f81 (name: other/1) stack: ---
          0x1000
          0x1000
          0x2000
        ---- no stack trace for 1 threads
        --- Memory map: ---
        00400000-00fcb000: server
        """))
    #expect(profile.samples.values == [[2, 1]])
    #expect(profile.samples.frames.map(\.index) == [0, 1, 2, 1, 3, 5])
    // The second 0x1000 repeats the leaf; its location stays behind.
    #expect(
      profile.locations.addresses == [0xbc8f1c, 0x40be30, 0xa45b95, 0x1000, 0xfff, 0x1fff])
    #expect(profile.strings[profile.dropFrames].contains("ProfileData::"))
    #expect(profile.mappings.map { profile.strings[$0.file] } == ["server", ""])
  }

  @Test("delays are converted to nanoseconds, and contentions multiplied by the period")
  func contention() throws {
    let profile = try #require(
      try legacyProfile(
        """
        --- contentionz 1 ---
        cycles/second = 2000000000
        sampling period = 100
        ms since reset = 5
        discarded samples = 0
          4000  27 @ 0xbccc97 0xc61202
         17 @ 0x1
        --- Memory map: ---
        """))
    #expect(profile.samples.values == [[2700, 700], [200_000, 50]])
    #expect(profile.locations.addresses == [0xbccc96, 0xc61201, 0])
    #expect(profile.durationNanoseconds == 5_000_000)
    #expect(profile.period == 100)
    // pprof leaves the address 0 outside of all mappings.
    #expect(profile.locations.mappings == [MappingID(0), MappingID(0), .none])
    #expect(profile.strings[profile.dropFrames].contains("AwaitCommon"))
  }

  @Test("Go's mutex profiles may have symbols")
  func goMutex() throws {
    let text = """
      --- mutex:
      cycles/second=1000000000
      sampling period=1
      500 2 @ 0x2021 0x1
      #\t0x2020\tsync.(*Mutex).Unlock+0x20\t/go/src/sync/mutex.go:223
      """
    let plain = try requireReading(text)
    #expect(plain.profile.samples.frames.count == 2)
    let profile = try requireReading(text, useGoSymbols: true).profile
    #expect(profile.samples.frames.count == 1)
    #expect(profile.samples.values == [[2], [500]])
    #expect(profile.functions.names.map { profile.strings[$0] } == ["sync.(*Mutex).Unlock"])
    #expect(profile.mappings[0].hasFunctions)
  }

  @Test("a Java heap is divided by its rate, and its frames are named at its end")
  func javaHeap() throws {
    let reading = try requireReading(
      """
      --- heapz 1 ---
      format = java
      resolution = bytes
        4752  9 @ 0x0000002b 0x0000002c 0x0000002d 0x0000002e

       0x0000002c com.example.Cache.put (Cache.java:41)
       0x0000002b com.example.Cache.put (Other.java:-1)
       0x0000002d native  (/usr/lib/libjvm.so)
       0x0000002e GC
       0x00000099 com.example.Unused (Unused.java:1)

      """)
    let profile = reading.profile
    #expect(reading.format == .javaHeap)
    #expect(
      profile.sampleTypes.map { profile.strings[$0.name] } == ["inuse_objects", "inuse_space"])
    #expect(profile.samples.values == [[8941], [4_720_968]])
    #expect(profile.samples.labels.map(\.number) == [528])
    #expect(profile.locations.addresses == [0, 0, 0, 0])
    // One function a name: the file is the one that came first in the text.
    #expect(
      profile.functions.names.map { profile.strings[$0] } == [
        "com.example.Cache.put", "native ", "GC",
      ])
    #expect(profile.functions.files.map { profile.strings[$0] } == ["Cache.java", "libjvm.so", ""])
    #expect(profile.locations.lines.map(\.line) == [0, 41, 0, 0])
    #expect(profile.mappings.isEmpty)
  }

  @Test("attributes distinguish Java's contention profiles from those of C++")
  func javaContention() throws {
    let reading = try requireReading(
      """
      --- contentionz 1 ---
      format = java
      resolution = microseconds
      sampling period = 100
      ms since reset = 6019923
        14  1 @ 0x00000003 0x00000004

       0x3 a (A.java:3)

      """)
    let profile = reading.profile
    #expect(reading.format == .javaContention)
    #expect(profile.strings[profile.sampleTypes[1].unit] == "microseconds")
    #expect(profile.samples.values == [[100], [1400]])
    #expect(profile.durationNanoseconds == 6_019_923_000_000)
    // A frame without a name shares the mapping that all such have.
    #expect(profile.locations.mappings == [.none, MappingID(0)])
  }

  @Test(
    "a damaged legacy profile in text form is refused with its line",
    arguments: [
      ("--- threadz 1 ---\n", 1), ("--- threadz 1 ---\n--- Thread zz\n", 2),
      ("--- Thread 1 (name: a/1) stack: ---\n 0x1\n 0x2\n", 3),
      ("--- Thread 1 (name: a/1) stack: ---\n 0x11112222333344445\n---\n", 2),
      ("--- contentionz 1 ---\nbogus = 1\n", 2),
      ("--- contentionz 1 ---\nsampling period = ten\n", 2),
      ("--- contentionz 1 ---\nms since reset = 9223372036854775807\n", 2),
      ("--- contentionz 1 ---\n1 @ 0x1\n", 2),
      ("--- contentionz 1 ---\nsampling period = 9000000000\n1 9000000000 @ 0x1\n", 3),
      ("--- mutex:\ncycles/second=1\nsampling period=2\n9000000000000 1 @ 0x1\n", 4),
      ("--- heapz 1 ---\nformat = cpp\n", 2), ("--- heapz 1 ---\nformat = java\n 1 1 @ 0x1\n", 3),
      ("--- heapz 1 ---\nresolution = bytes\n 1 0 @ 0x1\n", 3),
      ("--- heapz 1 ---\nresolution = bytes\n 1 1 @ 0x1", 3),
      ("--- heapz 1 ---\nresolution = bytes\n\n0x11112222333344445 x\n", 4),
      ("--- contentionz 1 ---\nformat = java\nbogus = 1\n", 3),
    ])
  func damage(text: String, line: Int) throws {
    let error = try #require(throws: LegacyProfileError.self) { try legacyProfile(text) }
    #expect(error.position == .line(line))
  }

  @Test(
    "text with another beginning is not a legacy profile",
    arguments: [
      "", "\n", "#\n", "404 page not found\n", "{}", "--- heapz 2 ---\n", "x profile: total\n",
    ])
  func unrecognized(text: String) throws { #expect(try legacyProfile(text) == nil) }
}
