import ProfileBytes
import ProfileCodec
import ProfileModel
import Testing

@Suite("Robustness: content") struct RobustnessContentTests {
  @Test("string indexes out of range are refused")
  func stringIndexes() {
    let count = ProfileBytes.heap.strings.count
    for index in [UInt64(count), 1 << 31, 1 << 32, 1 << 63, .max] {
      func refuses(_ change: (inout ProfileBytes) -> Void, _ field: String) {
        var profile = ProfileBytes.heap
        change(&profile)
        #expect(
          refusal(profile.encoded)
            == .stringIndex(Int64(bitPattern: index), count: count, field: field))
      }
      refuses({ $0.sampleTypes[0] += number(1, index) }, "sample_type.type")
      refuses({ $0.sampleTypes[3] += number(2, index) }, "sample_type.unit")
      refuses({ $0.rest += number(14, index) }, "default_sample_type")
      refuses({ $0.functions[0] += number(2, index) }, "function.name")
      refuses({ $0.functions[0] += number(3, index) }, "function.system_name")
      refuses({ $0.functions[2] += number(4, index) }, "function.filename")
    }
  }

  @Test("a profile without a string table, or with a first entry that is not empty, is refused")
  func stringTable() {
    var profile = ProfileBytes.heap
    profile.strings = []
    #expect(refusal(profile.encoded) == .noStringTable)
    profile = .heap
    profile.strings[0] = [0x61]
    #expect(refusal(profile.encoded) == .firstStringNotEmpty)
    profile.strings.removeFirst()
    #expect(refusal(profile.encoded) == .firstStringNotEmpty)
  }

  @Test(
    "ids that are missing from their table are refused",
    arguments: [0, 4, 1 << 31, 1 << 32 | 1, .max] as [UInt64])
  func unknownIDs(id: UInt64) {
    var profile = ProfileBytes.heap
    profile.addSample([1, id], [1, 1, 1, 1])
    #expect(refusal(profile.encoded) == .unknownLocation(id: id, sample: 2))
    profile = .heap
    profile.locations[1] += block(4, number(1, id))
    #expect(refusal(profile.encoded) == .unknownFunction(id: id, location: 2))
  }

  @Test("an id of 0, written or left out, is refused")
  func zeroIDs() {
    for zero in [[], number(1, 0 as UInt64)] {
      var profile = ProfileBytes.heap
      profile.functions.append(zero)
      #expect(refusal(profile.encoded) == .zeroID(.function, row: 3))
      profile = .heap
      profile.locations.append(zero)
      #expect(refusal(profile.encoded) == .zeroID(.location, row: 3))
      profile = .heap
      profile.mappings.append(zero)
      #expect(refusal(profile.encoded) == .zeroID(.mapping, row: 1))
    }
  }

  @Test("an id that occurs twice is refused")
  func repeatedIDs() {
    var profile = ProfileBytes.heap
    profile.functions.append(profile.functions[1])
    #expect(refusal(profile.encoded) == .repeatedID(.function, id: 2))
    profile = .heap
    profile.locations.append(profile.locations[2])
    #expect(refusal(profile.encoded) == .repeatedID(.location, id: 3))
    profile = .heap
    profile.mappings.append(profile.mappings[0])
    #expect(refusal(profile.encoded) == .repeatedID(.mapping, id: 1))
    profile = .heap
    for _ in 0..<2 { profile.functions.append(number(1, 1 << 40 as UInt64)) }
    #expect(refusal(profile.encoded) == .repeatedID(.function, id: 1 << 40))
  }

  @Test("ids may be any numbers but 0")
  func anyIDs() {
    let choices: [[UInt64]] = [
      [1, 2, 3], [3, 2, 1], [10, 5000, 70], [1, 1 + 1 << 32, 1 + 2 << 32],
      [.max, .max - 1, 1 << 63], [1 << 31, (1 << 31) - 1, (1 << 31) + 1], [7, 7 << 32, 7 << 40],
    ]
    for functions in choices {
      for locations in choices {
        func profile(_ function: [UInt64], _ location: [UInt64]) -> ProfileBytes {
          var profile = ProfileBytes()
          profile.addType("inuse_space", "bytes")
          for (index, id) in function.enumerated() { profile.addFunction(id, "main.f\(index)") }
          for (index, id) in location.enumerated() {
            let lines = block(4, number(1, function[index]) + number(2, 3 as UInt64))
            profile.locations.append(number(1, id) + lines)
          }
          profile.addSample(location, [5])
          profile.addSample([location[2], location[0], location[2]], [7])
          return profile
        }
        let sorted = profile([1, 2, 3], [1, 2, 3])
        #expect(outcome(profile(functions, locations).encoded) == outcome(sorted.encoded))
      }
    }
  }

  @Test("hundreds of thousands of ids that are equal in their low 32 bits are read")
  func collidingIDs() throws {
    var profile = ProfileBytes()
    profile.addType("inuse_space", "bytes")
    let name = profile.text("main.f")
    let count: UInt64 = 100_000
    for id in 1...count {
      profile.functions.append(number(1, id << 32 | 1) + number(2, name))
      profile.locations.append(number(1, id << 32 | 1) + block(4, number(1, id << 32 | 1)))
    }
    profile.addSample((1...count).map { $0 << 32 | 1 }, [1])
    let read = try readProfile(profile.encoded).profile
    #expect(read.samples.frames.map(\.index) == Array(0..<Int(count)))
  }

  @Test("unknown mappings, and damage in unused entries, do no harm")
  func eitherWay() throws {
    var profile = ProfileBytes.heap
    profile.locations[0] += number(2, 77 as UInt64)
    let facts = try outcome(profile.encoded).get()
    #expect(facts.samples[0].binaries == [Array("/bin/app".utf8), []])
    profile.mappings = []
    #expect(
      try outcome(profile.encoded).get().samples.map(\.values)
        == outcome(plainHeap).get().samples.map(\.values))
  }

  @Test("a sample with fewer or more values than there are types is refused")
  func valueCounts() {
    for count in [0, 1, 3, 5, 100] {
      var profile = ProfileBytes.heap
      profile.addSample([1], [Int64](repeating: 1, count: count))
      #expect(
        refusal(profile.encoded) == .valueCount(sample: 2, found: count, expected: 4))
    }
    var profile = ProfileBytes.heap
    profile.sampleTypes = []
    #expect(refusal(profile.encoded) == .noSampleTypes)
    profile = .heap
    profile.sampleTypes.removeLast()
    #expect(refusal(profile.encoded) == .valueCount(sample: 0, found: 4, expected: 3))
    profile = ProfileBytes()
    profile.samples = [[]]
    #expect(refusal(profile.encoded) == .noSampleTypes)
  }

  @Test("profiles without samples, types or tables are read")
  func emptyProfiles() throws {
    var profile = ProfileBytes.heap
    profile.samples = []
    #expect(try outcome(profile.encoded).get().samples.isEmpty)
    profile.functions = []
    profile.locations = []
    profile.mappings = []
    #expect(try outcome(profile.encoded).get().types.count == 4)
    #expect(try outcome(ProfileBytes().encoded).get().types.isEmpty)
  }

  @Test("placeholders, extreme numbers, empty labels and comments are read unchanged")
  func extremes() throws {
    var profile = ProfileBytes.heap
    profile.functions.append(number(1, 10 as UInt64))
    profile.locations.append(number(1, 10 as UInt64))
    profile.locations.append(
      number(1, 11 as UInt64) + block(4, number(1, 10 as UInt64) + number(2, Int64.min))
        + block(4, number(1, 10 as UInt64) + number(2, Int64.max) + number(3, Int64.min)))
    let labels =
      block(3, [])
      + block(3, number(1, 1 as UInt64) + number(2, 2 as UInt64) + number(3, Int64.min))
      + block(3, number(3, 5 as UInt64)) + block(3, number(2, 1 as UInt64))
    profile.addSample([], [.max, .min, -1, 0])
    profile.addSample([10, 11], [0, 0, 0, 0], labels: labels)
    profile.rest =
      number(9, Int64.min) + number(10, Int64.max) + number(12, Int64.min)
      + packed(13, [0, 1, 1, 0] as [UInt64]) + number(13, 1 as UInt64)
    let facts = try outcome(profile.encoded).get()
    #expect(facts.samples[2].values == [.max, .min, -1, 0])
    #expect(facts.samples[2].stack.isEmpty)
    #expect(facts.samples[3].stack.map { $0.map(\.line) } == [[], [.min, .max]])
    #expect(facts.numbers == [.min, .max, .min])
    let note = facts.header[5]
    #expect(facts.header[4..<9].map { $0 == note } == [false, true, true, false, true])
  }

  @Test("equal strings, permuted tables and unused entries change nothing")
  func equalStrings() {
    var profile = ProfileBytes.heap
    let copy = UInt64(profile.strings.count)
    profile.strings += profile.strings + profile.strings
    profile.functions[0] += number(2, copy + profile.text("main.main"))
    profile.addFunction(50, "main.unused")
    profile.addLocation(60, functions: [50])
    profile.mappings.append(number(1, 9 as UInt64))
    expectHeap(profile.encoded)
  }

  @Test("names are compared as bytes, so names that differ stay different")
  func names() throws {
    let names: [[UInt8]] = [
      [0xff], [0xfe], [0xef, 0xbf, 0xbd], Array("é".utf8), Array("e\u{301}".utf8), [0xc3], [0],
      Array("a\0b".utf8), Array("a\nb".utf8), Array("%s".utf8),
    ]
    var profile = ProfileBytes()
    profile.addType("inuse_space", "bytes")
    for (index, name) in names.enumerated() {
      profile.functions.append(number(1, UInt64(index + 1)) + number(2, profile.bytes(name)))
      profile.addLocation(UInt64(index + 1), functions: [UInt64(index + 1)])
      profile.addSample([UInt64(index + 1)], [1])
    }
    let read = try outcome(profile.encoded).get()
    #expect(read.samples.map { $0.stack[0][0].name } == names)
  }

  @Test("stacks of 100,000 frames are read, recursive or inlined")
  func deepStacks() throws {
    let depth = 100_000
    var profile = ProfileBytes.heap
    for _ in 0..<5 { profile.addSample([UInt64](repeating: 2, count: depth), [1, 1, 1, 1]) }
    profile.locations.append(
      number(1, 9 as UInt64)
        + repeated(block(4, number(1, 1 as UInt64)), count: depth))
    profile.addSample([9, 9], [1, 1, 1, 1])
    let read = try readProfile(profile.encoded).profile
    #expect(read.samples.frames.count == 5 * depth + 2 + 5)
    #expect(read.locations.lines.count == depth + 4)
  }

  @Test("a million labels are read")
  func manyLabels() throws {
    var profile = ProfileBytes.heap
    let label = block(3, number(1, 1 as UInt64) + number(3, 3 as UInt64))
    let million = repeated(label, count: 1_000_000)
    profile.addSample([1], [1, 1, 1, 1], labels: million)
    let read = try readProfile(profile.encoded).profile
    #expect(read.samples.labelRange(of: 2).count == 1_000_000)
  }

  @Test("decoding, encoding and decoding again returns the same columns")
  func roundTrip() throws {
    for bytes in [plainHeap] + (try fixtures()) {
      let first = try readProfile(bytes).profile
      let again = try readProfile(writeProfile(first)).profile
      #expect(ProfileFacts(again) == ProfileFacts(first))
      #expect(again.samples.frames == first.samples.frames)
      #expect(again.samples.values == first.samples.values)
      #expect(again.locations.ids == first.locations.ids)
      #expect(encodeProfile(again) == encodeProfile(first))
    }
  }

  @Test("a profile that is written in several pieces is one gzip member")
  func pieces() throws {
    var profile = try readProfile(plainHeap).profile
    let labelled = profile.samples.selecting([0, 1])
    for number in 0..<30_000 {
      let row = number % 2
      let stack = labelled.frames[labelled.frameRange(of: row)]
      profile.samples.append(
        stack: (0...number % 40).flatMap { _ in stack }, values: labelled.values(of: row),
        labels: labelled.labels[labelled.labelRange(of: row)])
    }
    let written = try writeProfile(profile)
    // The first piece alone takes up to 1.2 MB.
    #expect(encodeProfile(profile).count > 3 << 19)
    let again = try readProfile(written).profile
    #expect(encodeProfile(again) == encodeProfile(profile))
    #expect(try writeProfile(again) == written)
  }
}
