import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@Suite("Merging and subtracting")
struct MergingTests {
  @Test("merging a profile with itself doubles its figures", arguments: 0..<40 as Range<UInt64>)
  func doubles(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 2 == 0)
    let sum = try merged([profile, profile])
    for column in profile.sampleTypes.indices {
      var twice = profile
      twice.samples.values[column] = profile.samples.values[column].map { $0 * 2 }
      let expected = PlainFigures(twice, column: column, granularity: .lines).withoutZeros
      #expect(PlainFigures(sum, column: column, granularity: .lines).withoutZeros == expected)
    }
    #expect(sum.durationNanoseconds == 2 * profile.durationNanoseconds)
  }

  @Test("the order of merged profiles changes no figure", arguments: 0..<40 as Range<UInt64>)
  func commutes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let left = randomProfile(using: &random)
    var right = left
    right.samples.values = right.samples.values.map { $0.reversed() }
    let sums = (try merged([left, right]), try merged([right, left]))
    for column in left.sampleTypes.indices {
      #expect(
        PlainFigures(sums.0, column: column, granularity: .addresses).withoutZeros
          == PlainFigures(sums.1, column: column, granularity: .addresses).withoutZeros)
    }
  }

  @Test("merging a merged profile again changes nothing", arguments: 0..<40 as Range<UInt64>)
  func idempotent(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random)
    var nothing = profile
    nothing.samples.values = nothing.samples.values.map { $0.map { _ in 0 } }
    let once = try merged([profile, nothing])
    let again = try merged([once, nothing])
    #expect(again.samples.values == once.samples.values)
    #expect(again.samples.frames == once.samples.frames)
    #expect(again.locations.ids == once.locations.ids)
  }

  @Test("a profile minus itself is empty", arguments: 0..<40 as Range<UInt64>)
  func empty(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profile = randomProfile(using: &random, negatives: seed % 2 == 0)
    let rest = try difference(profile, base: profile, marksBase: false, normalizes: false)
    #expect(rest.samples.count == 0)
    #expect(rest.locations.count == 0)
  }

  @Test("a marked base stays apart, and percentages refer to it")
  func markedBase() throws {
    let base = StackProfile.inBytes(["main.a": 100, "main.b": 20])
    let new = StackProfile.inBytes(["main.a": 150, "main.c": 30])
    let marked = try difference(new, base: base, marksBase: true, normalizes: false)
    #expect(marked.samples.values == [[150, 30, -100, -20]])
    #expect(try Selection(marked, SelectionOptions()).total == 120)
    let plain = try difference(new, base: base, marksBase: false, normalizes: false)
    #expect(plain.samples.values == [[50, 30, -20]])
    #expect(try Selection(plain, SelectionOptions()).total == 100)
  }

  @Test("normalizing scales the new profile to the base's total")
  func normalize() throws {
    let base = StackProfile.inBytes(["main.a": 100])
    let new = StackProfile.inBytes(["main.a": 30, "main.b": 20])
    let rest = try difference(new, base: base, marksBase: false, normalizes: true)
    #expect(rest.samples.values == [[-40, 40]])
    // A base of nothing scales everything to nothing.
    let zero = StackProfile.inBytes(["main.a": 0])
    #expect(try difference(new, base: zero, marksBase: false, normalizes: true).samples.count == 0)
  }

  @Test("a merged profile has only the sample types that all profiles have")
  func commonTypes() throws {
    var left = StackProfile(types: ["alloc_space/bytes", "inuse_space/bytes"])
    left.add("main.a", [10, 1])
    var right = StackProfile(types: ["inuse_space/bytes", "other/count"])
    right.add("main.a", [5, 7])
    let sum = try merged([left.profile, right.profile])
    #expect(sum.sampleTypes.map { sum.strings[$0.name] } == ["inuse_space"])
    #expect(sum.samples.values == [[6]])
    var third = StackProfile(types: ["cpu/nanoseconds"])
    third.add("main.a", [1])
    #expect(throws: MergeError.noCommonSampleTypes) { try merged([left.profile, third.profile]) }
  }

  @Test(
    "merging that drops or reorders sample types keeps the profile's default, or the first type")
  func defaultTypes() throws {
    func profile(_ types: [String], default name: String = "") -> Profile {
      var builder = StackProfile(types: types.map { $0 + "/count" })
      builder.add("main.a", types.map { _ in 1 })
      var profile = builder.profile
      profile.defaultSampleType = profile.strings.intern(name)
      return profile
    }
    func shown(_ profiles: Profile...) throws -> String {
      let sum = try merged(profiles)
      return sum.strings[sum.defaultSampleType]
    }
    #expect(try shown(profile(["a", "b"]), profile(["a", "b"])) == "")
    #expect(try shown(profile(["a", "b"]), profile(["a", "b", "c"])) == "a")
    #expect(try shown(profile(["a", "b"]), profile(["b", "a"])) == "a")
    #expect(try shown(profile(["a", "b", "c"]), profile(["b", "c"])) == "b")
    #expect(try shown(profile(["a", "b", "c"], default: "c"), profile(["b", "c"])) == "c")
    #expect(try shown(profile(["a", "b", "c"], default: "a"), profile(["b", "c"])) == "b")
    // The first one that says something counts, also of those that lose nothing.
    #expect(try shown(profile(["b", "c"], default: "c"), profile(["a", "b", "c"])) == "c")
    let rest = try difference(
      profile(["a", "b"]), base: profile(["b", "x"]), marksBase: false, normalizes: false)
    #expect(rest.strings[rest.defaultSampleType] == "b")
  }

  @Test("merging converts values to the finer unit, halves away from zero")
  func units() throws {
    var coarse = StackProfile(types: ["space/kilobytes"])
    coarse.add("main.a", [3])
    var fine = StackProfile(types: ["space/bytes"])
    fine.add("main.a", [100])
    for profiles in [[coarse.profile, fine.profile], [fine.profile, coarse.profile]] {
      let sum = try merged(profiles)
      #expect(sum.samples.values == [[3172]])
      #expect(sum.strings[sum.sampleTypes[0].unit] == "bytes")
    }
    var other = StackProfile(types: ["space/count"])
    other.add("main.a", [1])
    #expect(throws: MergeError.units(sampleType: "space", "bytes", "count")) {
      try merged([fine.profile, other.profile])
    }
    // Normalizing comes before any conversion, so units must be equal.
    #expect(throws: MergeError.units(sampleType: "space", "kilobytes", "bytes")) {
      try difference(coarse.profile, base: fine.profile, marksBase: false, normalizes: true)
    }
  }

  @Test(
    "only profiles with the same period type are merged; an empty type is one of its own",
    arguments: [
      ("cpu", "nanoseconds", true), ("cpu", "milliseconds", true), ("cpus", "nanoseconds", true),
      ("cpu", "bytes", false), ("space", "nanoseconds", false), ("", "", false),
    ])
  func periodTypes(name: String, unit: String, goTogether: Bool) {
    func profile(_ name: String, _ unit: String) -> Profile {
      var profile = StackProfile.inBytes(["main.a": 1])
      profile.periodType = SampleType(
        name: profile.strings.intern(name), unit: profile.strings.intern(unit))
      return profile
    }
    let profiles = [profile("cpu", "nanoseconds"), profile(name, unit)]
    let sum = try? merged(profiles)
    #expect((sum != nil) == goTogether)
    // Scaling to a base happens before units are converted.
    let rest = try? difference(profiles[0], base: profiles[1], marksBase: false, normalizes: true)
    #expect((rest != nil) == (name == "cpu" && unit == "nanoseconds"))
  }

  @Test("merging refuses a sum beyond 64 bits")
  func overflow() {
    let huge = StackProfile.inBytes(["main.a": .max])
    #expect(throws: MergeError.overflow(sampleType: "inuse_space")) { try merged([huge, huge]) }
  }

  @Test("durations of merged profiles saturate at the end of their range")
  func durations() throws {
    var random = SeededGenerator(seed: 7)
    let profile = randomProfile(using: &random)
    func summed(_ durations: [Int64]) throws -> Int64 {
      try merged(
        durations.map { duration in
          var part = profile
          part.durationNanoseconds = duration
          return part
        }
      ).durationNanoseconds
    }
    #expect(try summed([.max, 1]) == .max)
    #expect(try summed([.max, .max, .max]) == .max)
    #expect(try summed([.min, -1]) == .min)
    #expect(try summed([5, 6, 7]) == 18)
  }

  @Test("normalizing refuses sums that exceed 64 bits")
  func normalizing() throws {
    var random = SeededGenerator(seed: 8)
    var profile = randomProfile(using: &random)
    profile.samples.values = profile.samples.values.map { $0.map { _ in 1 } }
    var large = profile
    large.samples.values = large.samples.values.map { $0.map { _ in .max } }
    for (source, base) in [(large, profile), (profile, large)] {
      #expect(throws: MergeError.overflow(sampleType: profile.sampleTypeName(0))) {
        try difference(source, base: base, marksBase: false, normalizes: true)
      }
    }
  }
}
