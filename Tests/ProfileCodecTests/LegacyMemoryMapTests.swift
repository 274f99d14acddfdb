import ProfileModel
import Testing

@testable import ProfileCodec

@Suite("Memory maps of legacy profiles")
struct LegacyMemoryMapTests {
  /// Returns the mappings as `start-limit offset file build`, after giving them to the addresses.
  private func mappings(_ text: String, _ addresses: [UInt64] = []) throws -> [String] {
    var lines = LineReader(Array(text.utf8))
    var map = try MemoryMap(readingFrom: &lines, format: .heapText)
    _ = map.assign(to: addresses)
    return map.entries.map { entry in
      let numbers = [entry.start, entry.limit, entry.offset].map { String($0, radix: 16) }
      let texts = [entry.file, entry.buildID].map { String(decoding: $0, as: UTF8.self) }
      return "\(numbers[0])-\(numbers[1]) \(numbers[2]) \(texts[0]) \(texts[1])"
    }
  }

  @Test(
    "lines of a memory map are read in many forms",
    arguments: [
      ("00400000-004dc000 r-xp 00001000 08:01 12   /bin/a", "400000-4dc000 1000 /bin/a "),
      ("00400000-004dc000 r-xp 00001000 08:01 12   /bin/a (deleted)", "400000-4dc000 1000 /bin/a "),
      ("  7f00-7f10: /lib/b.so", "7f00-7f10 0 /lib/b.so "),
      ("0x7f00-0x7f10 /bin/a (@ff) abc123", "7f00-7f10 ff /bin/a abc123"),
      ("7f00 7f10 x /bin/a", "7f00-7f10 0 /bin/a "), ("I0101 a/b.cc:12] 10-20: a", "10-20 0 a "),
      // What pprof makes of a line that is no mapping.
      ("deadbeef", "deadbee-f 0  "), ("10-20 xyz", "10-20 0  "),
      ("2000 1000:00 77 f", "200-0 0 f "),
    ])
  func lines(line: String, expected: String) throws { #expect(try mappings(line) == [expected]) }

  @Test(
    "mappings of data and unknown lines of a memory map are skipped",
    arguments: [
      "10-20 rw-p 0 00:00 1 /bin/a", "10-20 prog", "", "garbage", "1", "a=b", "--- end",
      "11112222333344445-20: a", "[x:1] 10-20: a",
    ])
  func others(line: String) throws { #expect(try mappings(line).isEmpty) }

  @Test("adjacent mappings of a memory map are joined, and the program's moves to the front")
  func joining() throws {
    #expect(
      try mappings(
        """
        1000-2000 r-xp 1000 00:00 1 /lib/libc.so.6
        2000-3000 r-xp 2000 00:00 1 /lib/libc.so.6
        3000-4000 r-xp 7000 00:00 1 /lib/libc.so.6
        5000-6000 r-xp 0 00:00 1 [vdso]
        7000-8000 r-xp 0 00:00 1 /bin/a(deleted)
        8000-9000 r-xp 0 00:00 0
        """) == [
          "7000-9000 0 /bin/a(deleted) ", "3000-4000 7000 /lib/libc.so.6 ", "5000-6000 0 [vdso] ",
          "1000-3000 1000 /lib/libc.so.6 ",
        ])
  }

  @Test("variables in a memory map have the values that earlier lines give them")
  func substitutions() throws {
    #expect(
      try mappings("build = /b/1\nx=$build/y\nx=ignored\n10-20: $x/a$\n") == ["10-20 0 /b/1/y/a$ "])
  }

  @Test("variables in a memory map that name one another end at a limit")
  func growth() {
    let text =
      "a=\(String(repeating: "a", count: 64))\n"
      + (UInt8(ascii: "b")...UInt8(ascii: "z")).map { byte in
        let previous = Character(UnicodeScalar(byte - 1))
        return "\(Character(UnicodeScalar(byte)))=$\(previous)$\(previous)\n"
      }.joined()
    #expect(throws: LegacyProfileError.self) { try mappings(text) }
  }

  @Test("the first pages of a program, copied to huge pages, are not taken for its binary")
  func hugePages() throws {
    #expect(
      try mappings("10-20: /anon_hugepage\n20-30: /bin/a (@10)\n50-60: /lib/x.so\n")
        == ["20-30 10 /bin/a ", "50-60 0 /lib/x.so "])
    #expect(try mappings("500000-600000: /bin/a (@100000)\n") == ["400000-600000 0 /bin/a "])
  }

  @Test("addresses extend mappings by their offset, and share one without a name")
  func assignment() throws {
    #expect(
      try mappings("8000-9000: a (@2000)\n", [0x8100, 0x6100, 0x5000])
        == ["6000-9000 0 a ", "0-ffffffffffffffff 0  "])
    // Once there is the one without a name, it has all addresses left.
    #expect(
      try mappings("8000-9000: a (@2000)\n", [0x5000, 0x6100])
        == ["8000-9000 2000 a ", "0-ffffffffffffffff 0  "])
  }

  @Test(
    "the index of mappings agrees with a linear search",
    arguments: 0..<40 as Range<UInt64>)
  func index(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ limit: UInt64) -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state % limit
    }
    func entry() -> MemoryMap.Entry {
      let start = random(300)
      return MemoryMap.Entry(
        start: start, limit: start &+ random(40), offset: 0, file: [], buildID: [])
    }
    var entries = (0..<30).map { _ in entry() }
    var index = MappingIndex(entries)
    for round in 0..<100 {
      for address in 0..<UInt64(340) {
        let expected = entries.firstIndex { $0.start <= address && address < $0.limit }
        #expect(index.first(containing: address) == expected)
      }
      // Lower a start, often enough for the index to be built anew.
      let lowered = Int(random(30))
      if entries[lowered].start < entries[lowered].limit {
        entries[lowered].start -= min(entries[lowered].start, random(5))
        index.add(entries[lowered].start..<entries[lowered].limit, to: lowered)
      }
      if round > 80 { break }
    }
  }

  @Test("more mappings than a process can have are refused")
  func limit() {
    let text = (1...40_000).map {
      "\(String($0 * 16, radix: 16))-\(String($0 * 16 + 1, radix: 16)): a\n"
    }
    let error = #expect(throws: LegacyProfileError.self) { try mappings(text.joined()) }
    #expect(error?.position == .line(32_769))
  }
}
