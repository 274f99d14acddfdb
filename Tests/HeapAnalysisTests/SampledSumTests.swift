import Foundations
import Glibc
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Intervals of sampled sums")
struct SampledSumTests {
  /// Objects so small that the number of samples has a Poisson distribution.
  private func smallObjects(_ count: Double) -> SampledSum {
    var sum = SampledSum(missed: 1)
    if count > 0 { sum.add(sampled: count, probability: 1e-6, weight: 1e-6) }
    return sum
  }

  @Test(
    "intervals of small objects are the mid-p limits of a Poisson mean",
    // Solved from the definition: P(X > n) + ½ P(X = n) = 0.025, and the like above.
    arguments: [
      (0, 0, 2.9957), (1, 0.05, 4.9319), (2, 0.3353, 6.608), (5, 1.832, 11.0824),
      (10, 5.0795, 17.8249), (100, 81.7918, 121.1035),
    ])
  func poisson(count: Double, low: Double, high: Double) {
    let interval = smallObjects(count).interval
    #expect((interval.low - low).magnitude < 0.002 * max(1, low))
    #expect((interval.high - high).magnitude < 0.002 * high)
  }

  @Test("an interval is a point when every object is sampled")
  func everyObject() {
    var sum = SampledSum(missed: 0)
    sum.add(sampled: 12, probability: 1, weight: 64)
    #expect(sum.interval == SamplingInterval(low: 768, high: 768))
  }

  @Test("intervals of large numbers equal those of a normal distribution")
  func large() {
    let interval = smallObjects(40_000).interval
    #expect((interval.low - (40_000 - 1.96 * 200)).magnitude < 4)
    #expect((interval.high - (40_000 + 1.96 * 200)).magnitude < 4)
  }

  @Test("an interval never lies below what was sampled, and has an upper end")
  func limits() {
    var sum = SampledSum(missed: 524_288)
    sum.add(sampled: 3, probability: 0.9, weight: 1_200_000)
    #expect(sum.interval.low >= 3_600_000)
    sum.add(sampled: 9e18, probability: 1e-300, weight: 9e18)
    #expect(!sum.interval.low.isNaN && !sum.interval.high.isNaN)
  }

  @Test("a sum of fewer than nine sampled objects counts as weak")
  func weakness() {
    #expect(smallObjects(8).isWeak)
    #expect(!smallObjects(10).isWeak)
  }

  @Test("two sums differ only if their samples show it")
  func differences() {
    #expect(!smallObjects(5).differs(from: smallObjects(9)))
    #expect(smallObjects(50).differs(from: smallObjects(100)))
    #expect(smallObjects(0).differs(from: smallObjects(12)))
    #expect(!smallObjects(0).differs(from: smallObjects(2)))
    let difference = smallObjects(100).difference(from: smallObjects(50))
    #expect(difference.low > 25 && difference.low < 27)
    #expect(difference.high > 73 && difference.high < 76)
  }
}

@Suite("The sampling of a heap profile")
struct HeapSamplingTests {
  @Test(
    "the number of sampled objects is recovered exactly from a value", arguments: [4096, 524_288])
  func counts(period: Int64) throws {
    var builder = StackProfile.goHeap()
    var truth: [(count: Int64, size: Int64)] = []
    for size: Int64 in [8, 48, 1024, 28672, 524_288, 4_194_304] {
      for count: Int64 in [1, 2, 3, 17, 1001] {
        let (objects, bytes) = scaled(count, size, period)
        builder.add("main.a", values: [objects, bytes, objects, bytes], size: size)
        truth.append((count, size))
      }
    }
    let profile = builder.sampled(every: period)
    #expect(SamplingProvenance(profile) == .sound)
    let sampling = try #require(HeapSampling(profile))
    for (sample, expected) in truth.enumerated() {
      for column in 0..<4 {
        let found = try #require(
          sampling.sampledObjects(ofSample: sample, column: column, in: profile))
        #expect(found.count == Double(expected.count))
        #expect(found.size == expected.size)
      }
    }
  }

  @Test("profiles that Go wrote pass the test of provenance", arguments: Repository.fixtureNames)
  func fixtures(name: String) throws {
    let profile = try Repository.fixture(name)
    #expect(SamplingProvenance(profile) == .sound)
    let sampling = try #require(HeapSampling(profile))
    let column = try #require(profile.column(named: "alloc_space"))
    let total = try #require(profile.magnitude(ofColumn: column))
    let sum = try #require(
      sampling.sum(of: 0..<profile.samples.count, column: column, in: profile))
    #expect((sum.estimate - Double(total)).magnitude < 1e-4 * Double(total))
    #expect(sum.interval.contains(sum.estimate))
  }

  /// Values with enough different counts and sizes to distinguish the explanations.
  private func profile(
    period: Int64, _ change: (_ objects: Int64, _ bytes: Int64, _ size: Int64) -> (Int64, Int64)
  ) -> Profile {
    var builder = StackProfile.goHeap()
    for size: Int64 in [16, 48, 112, 512, 1408, 4096, 9472, 20480] {
      for count: Int64 in [1, 2, 5, 13, 40] {
        let (objects, bytes) = scaled(count, size, period)
        let values = change(objects, bytes, size)
        builder.add("main.a", values: [values.0, values.1, 0, 0], size: size)
      }
    }
    return builder.sampled(every: period)
  }

  @Test("values scaled twice, averaged or unscaled are distinguished")
  func changedValues() {
    let twice = profile(period: 524_288) { objects, bytes, size in
      let probability = 1 - Double(bytes / objects).probabilityOfMissing(524_288)
      return (Int64(Double(objects) / probability), Int64(Double(bytes) / probability))
    }
    #expect(SamplingProvenance(twice) == .scaledTwice)
    let averaged = profile(period: 524_288) { objects, bytes, _ in (objects / 3, bytes / 3) }
    #expect(SamplingProvenance(averaged) == .averaged(over: 3))
    var otherRate = profile(period: 524_288) { objects, bytes, _ in (objects, bytes) }
    otherRate.period = 4096
    #expect(SamplingProvenance(otherRate) == .scaledFor(period: 524_288))
    var unscaled = profile(period: 1) { objects, bytes, _ in (objects, bytes) }
    unscaled.period = 0
    #expect(SamplingProvenance(unscaled) == .unscaled)
    let noise = profile(period: 524_288) { objects, bytes, size in
      (objects, bytes * 7 / 5 + size / 3)
    }
    guard case .inconsistent(let share) = SamplingProvenance(noise) else {
      Issue.record("\(SamplingProvenance(noise))")
      return
    }
    #expect(share > 0.8)
    for profile in [twice, averaged, otherRate, unscaled, noise] {
      #expect(HeapSampling(profile) == nil)
    }
  }

  @Test("a profile of an interval has live values only if these are not changes")
  func stretches() throws {
    func stretch(live: [Int64]) throws -> Profile {
      var builder = StackProfile.goHeap()
      for (index, live) in live.enumerated() {
        let size: Int64 = 64 << Int64(index)
        let (objects, bytes) = scaled(3, size, 4096)
        let liveValues = scaled(live.magnitudeClamped, size, 4096)
        let sign: Int64 = live < 0 ? -1 : 1
        builder.add(
          "main.a", values: [objects, bytes, sign * liveValues.0, sign * liveValues.1], size: size)
      }
      var profile = builder.sampled(every: 4096)
      profile.durationNanoseconds = 30_000_000_000
      return profile
    }
    #expect(SamplingProvenance(try stretch(live: [1, -2, 3, 0, 0])) == .liveIsChange)
    #expect(SamplingProvenance(try stretch(live: [1, 2, 3, 0, 0])) == .liveIsChange)
    let continuous = try stretch(live: [1, 9, 3, 0, 0])
    #expect(SamplingProvenance(continuous) == .liveSinceStart)
    let change = try stretch(live: [1, -2, 3, 0, 0])
    let sampling = try #require(HeapSampling(change))
    #expect(sampling.emptySum(ofColumn: 1) != nil)
    #expect(sampling.emptySum(ofColumn: 3) == nil)
  }

  @Test("negative values make a profile of any kind a difference, without sampling")
  func differences() {
    var difference = StackProfile.goHeap()
    difference.add("main.a", values: [-1, -64, 0, 0], size: 64)
    let profile = difference.sampled(every: 4096)
    #expect(SamplingProvenance(profile) == .change(ofAllocations: true))
    #expect(HeapSampling(profile) == nil)
    var goroutines = StackProfile(types: ["goroutine/count"])
    goroutines.add("main.wait", [3])
    goroutines.add("main.serve", [-2])
    #expect(SamplingProvenance(goroutines.profile) == .change(ofAllocations: false))
  }

  @Test("the sampling of other producers and of profiles without sizes is unknown")
  func silence() {
    var withoutSizes = StackProfile.goHeap()
    withoutSizes.add("main.a", values: [1, 64, 0, 0])
    #expect(SamplingProvenance(withoutSizes.sampled(every: 4096)) == .unknown)
    let other = StackProfile.goHeap(types: ["objects", "space"])
    #expect(HeapSampling(other.sampled(every: 4096)) == nil)
    #expect(SamplingProvenance(Profile()) == .unknown)
  }

  /// What Go's writer computes from sampled objects (`scaleHeapSample`).
  private func scaled(_ count: Int64, _ size: Int64, _ period: Int64) -> (Int64, Int64) {
    if period <= 1 { return (count, count * size) }
    let scale = 1 / (1 - Double(size).probabilityOfMissing(period))
    return (Int64(Double(count) * scale), Int64(Double(count * size) * scale))
  }
}

extension StackProfile {
  /// The profile with a sampling period in bytes, as Go states it.
  func sampled(every period: Int64) -> Profile {
    var profile = profile
    profile.period = period
    profile.periodType = SampleType(
      name: profile.strings.intern("space"), unit: profile.strings.intern("bytes"))
    return profile
  }
}

extension Int64 {
  fileprivate var magnitudeClamped: Int64 { Int64(clamping: magnitude) }
}

extension Double {
  /// The probability that an object of this size is passed over.
  fileprivate func probabilityOfMissing(_ period: Int64) -> Double { exp(-self / Double(period)) }
}
