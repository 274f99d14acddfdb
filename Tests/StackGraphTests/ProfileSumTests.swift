import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@Suite("Sums of profiles that come one after the other")
struct ProfileSumTests {
  /// Profiles of one program: tables in different orders, samples that all have and some that
  /// one has alone.
  private func profiles(
    _ random: inout SeededGenerator, count: Int, negatives: Bool = false
  ) -> [Profile] {
    let first = randomProfile(using: &random, negatives: negatives, sampleCount: 400)
    var result = [first]
    while result.count < count {
      var next =
        random.oneIn(2) ? first : randomProfile(using: &random, negatives: negatives)
      if next.sampleTypes.count != first.sampleTypes.count { continue }
      var rows = (0..<next.samples.count).filter { _ in !random.oneIn(3) }
      if random.oneIn(2) { rows.removeLast(rows.count / 2) }
      next.samples = next.samples.selecting(rows)
      next.comments = [next.strings.intern("comment \(result.count % 2)")]
      result.append(next)
    }
    return result
  }

  private func sum(_ profiles: [Profile]) throws -> Profile {
    var sum = ProfileSum()
    for profile in profiles { #expect(try sum.add(profile)) }
    return try sum.finish()
  }

  /// All that is written of a profile.
  private func expectSame(_ left: Profile, _ right: Profile) {
    #expect(left.strings.bytes == right.strings.bytes && left.strings.ends == right.strings.ends)
    #expect(left.sampleTypes == right.sampleTypes && left.periodType == right.periodType)
    #expect(left.mappings == right.mappings)
    #expect(left.functions.names == right.functions.names)
    #expect(left.functions.systemNames == right.functions.systemNames)
    #expect(left.functions.files == right.functions.files)
    #expect(left.functions.startLines == right.functions.startLines)
    #expect(left.locations.addresses == right.locations.addresses)
    #expect(left.locations.mappings == right.locations.mappings)
    #expect(left.locations.lines == right.locations.lines)
    #expect(left.locations.lineEnds == right.locations.lineEnds)
    #expect(left.samples.frames == right.samples.frames)
    #expect(left.samples.frameEnds == right.samples.frameEnds)
    #expect(left.samples.values == right.samples.values)
    #expect(
      (0..<left.samples.count).map { left.samples.labelRange(of: $0) }
        == (0..<right.samples.count).map { right.samples.labelRange(of: $0) })
    #expect(left.samples.labels == right.samples.labels)
    #expect(left.comments == right.comments)
    #expect(left.timeNanoseconds == right.timeNanoseconds && left.period == right.period)
    #expect(left.durationNanoseconds == right.durationNanoseconds)
    #expect(left.defaultSampleType == right.defaultSampleType)
  }

  @Test(
    "a sum has the rows, strings and values of a plain merge, in its order",
    arguments: 0..<60 as Range<UInt64>)
  func plain(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profiles = profiles(&random, count: Int(2 + seed % 4))
    let plain = plainlyMerged(profiles)
    expectSame(try sum(profiles), plain)
    // Stacks that are packed, and whole ones, are walked in other ways.
    expectSame(
      try sum(
        profiles.map { profile in
          var profile = profile
          profile.samples = profile.samples.whole
          return profile
        }), plain)
  }

  @Test(
    "sums of sums have the figures of the sum of all, however they are put together",
    arguments: 0..<30 as Range<UInt64>)
  func associative(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let profiles = profiles(&random, count: 5, negatives: seed % 2 == 0)
    let all = try merged(profiles)
    let split = Int(1 + seed % 4)
    let parts = try merged([
      merged(Array(profiles[..<split])), merged(Array(profiles[split...])),
    ])
    let chained = try profiles.dropFirst().reduce(profiles[0]) { try merged([$0, $1]) }
    for other in [parts, chained] {
      #expect(other.samples.count == all.samples.count)
      #expect(other.durationNanoseconds == all.durationNanoseconds)
      for column in all.sampleTypes.indices {
        for granularity in [Granularity.lines, .addresses] {
          #expect(
            PlainFigures(other, column: column, granularity: granularity)
              == PlainFigures(all, column: column, granularity: granularity))
        }
      }
    }
  }

  @Test("a profile that counts something else needs a plan, and changes nothing without one")
  func plan() throws {
    let bytes = StackProfile.inBytes(["main.a": 100])
    var others = StackProfile(types: ["inuse_space/kilobytes", "alloc_space/bytes"])
    others.add("main.a", [3, 4])
    let other = others.profile
    var sum = ProfileSum()
    #expect(try sum.add(bytes))
    #expect(try !sum.add(other))
    #expect(try sum.finish().samples.values == bytes.samples.values)

    var heads = ProfileHeads()
    for profile in [bytes, other, bytes] { heads.add(profile) }
    var planned = ProfileSum(plan: try heads.plan())
    for profile in [bytes, other] { #expect(try planned.add(profile)) }
    let result = try planned.finish()
    let merged = try merged([bytes, other])
    #expect(result.samples.values == merged.samples.values)
    #expect(result.sampleTypes.count == 1)
  }

  @Test("a single profile is its own sum")
  func single() throws {
    var random = SeededGenerator(seed: 1)
    let profile = randomProfile(using: &random)
    let sum = try sum([profile])
    #expect(sum.samples.frames == profile.samples.frames)
    #expect(sum.strings.bytes == profile.strings.bytes)
  }

  @Test("a file that counts something else when it is read again is told apart")
  func changedInBetween() {
    let bytes = StackProfile(types: ["inuse_space/bytes"]).profile
    let kilobytes = StackProfile(types: ["inuse_space/kB"]).profile
    var heads = ProfileHeads()
    heads.add(bytes)
    #expect(heads.contains(bytes) && !heads.contains(kilobytes))
    heads.add(kilobytes)
    #expect(heads.contains(kilobytes))
    #expect(!heads.contains(StackProfile(types: ["cpu/nanoseconds"]).profile))
  }
}
