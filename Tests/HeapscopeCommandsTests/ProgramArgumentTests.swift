import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// `pprof PROGRAM PROFILE…`, and what pprof takes for a program.
@Suite("Programs before profiles")
struct ProgramArgumentTests {
  private let folder: TestFolder
  private let profile: String

  init() throws {
    folder = try TestFolder()
    var builder = StackProfile(types: ["samples/count", "cpu/nanoseconds"])
    builder.add("main.a", [1, 10])
    profile = try folder.write("cpu.pb.gz", try writeProfile(builder.profile))
  }

  @Test(
    "a program before the profile is not read, names the report, and is mentioned once",
    arguments: [
      "\u{7f}ELF\u{2}\u{1}\u{1}", "MZ\u{90}", "\u{ce}\u{fa}\u{ed}\u{fe}",
      "\u{fe}\u{ed}\u{fa}\u{cf}",
    ])
  func program(magic: String) throws {
    let server = try folder.write("bin/server", magic.unicodeScalars.map { UInt8($0.value) })
    let run = heapscope(["-top", server, profile])
    #expect(run.status == 0)
    #expect(run.text.hasPrefix("File: server\nType: cpu\n"), "\(run.text)")
    #expect(
      run.messages == [
        "heapscope: \(server): is a program, which is not needed: names come from the profiles alone"
      ])
    // Two profiles after it are added up, and our own commands take it too.
    #expect(heapscope(["-top", server, profile, profile]).text.contains("of 20ns total"))
    #expect(heapscope(["hotspots", server, profile]).status == 0)
    // After a profile it is one that cannot be read.
    #expect(heapscope(["hotspots", profile, server]).status == 65)
    #expect(heapscope(["-top", profile, server]).messages.contains { $0.contains("read 1 of 2 ") })
  }

  @Test("a program without a profile is refused")
  func alone() throws {
    let server = try folder.write("server", "\u{7f}ELF")
    #expect(heapscope(["-top", server]).status == 65)
  }

  /// A binary CPU profile: one stack with a count, and an empty memory map.
  private func binaryCPU(count: UInt64, bytesPerWord: Int, isBigEndian: Bool) -> [UInt8] {
    let words: [UInt64] =
      [0, 3, 0, 1000, 0] + [count, 1, 0x4010] + [0, 1, 0]
      + [UInt64](repeating: 0, count: 0)
    let bytes = words.flatMap { word -> [UInt8] in
      let little = (0..<bytesPerWord).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
      return isBigEndian ? little.reversed() : little
    }
    return bytes + Array("00004000-00005000 r-xp 00000000 00:00 0 /bin/tool\n".utf8)
      + Array("00007000-00008000 r-xp 00000000 00:00 0 /lib/libc.so\n".utf8)
  }

  @Test(
    "pprof's reports leave out the first of two binary CPU profiles, as pprof does, and a note says so",
    arguments: [(8, false), (8, true), (4, false), (4, true)])
  func binaryProfile(bytesPerWord: Int, isBigEndian: Bool) throws {
    func file(_ name: String, _ count: UInt64) throws -> String {
      try folder.write(
        name, binaryCPU(count: count, bytesPerWord: bytesPerWord, isBigEndian: isBigEndian))
    }
    let files = [try file("a.prof", 3), try file("b.prof", 5)]
    let top = heapscope(["-top"] + files)
    #expect(top.text.contains("File: a.prof\n"), "\(top.text) \(top.messages)")
    #expect(top.text.contains("of 5ms total"))
    #expect(
      top.messages.first?.contains("its samples are left out; 'heapscope merge' adds both up")
        ?? false)
    #expect(heapscope(["-top", files[0]]).text.contains("of 3ms total"))
    let sum = folder.path("sum.pb.gz")
    #expect(heapscope(["merge", "-o", sum] + files).status == 0)
    #expect(heapscope(["-top", sum]).text.contains("of 8ms total"))
    if let pprof = Tools.pprof {
      let run = try ProgramRun(pprof, ["-symbolize=none", "-top"] + files)
      #expect(firstVisibleDifference(top.output, run.output) == nil)
    }
  }
}
