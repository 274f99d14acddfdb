import Foundation
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Gates on counts")
struct CountGateTests {
  /// What the profile shows of sampled objects of one size.
  private func values(_ sampled: Double, size: Int64, period: Int64) -> [Int64] {
    let sampling = 1 - exp(-Double(size) / Double(period))
    let objects = Int64(sampled / sampling)
    return [objects, objects * size, objects, objects * size]
  }

  private func kinds(
    _ stack: String, sampled: [(count: Double, size: Int64)], period: Int64
  ) -> [Finding] {
    var test = StackProfile.goHeap(
      types: ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"])
    for (count, size) in sampled {
      test.add(stack, values: values(count, size: size, period: period), size: size)
    }
    var profile = test.profile
    profile.period = period
    profile.periodType = SampleType(
      name: profile.strings.intern("space"), unit: profile.strings.intern("bytes"))
    return findHotspots(in: profile, column: 1).findings
  }

  private static let started =
    "runtime.malg < runtime.newproc1 < runtime.newproc.func1 < runtime.systemstack"

  @Test(
    "goroutines represented by one sample are no leak, whatever the sampling rate",
    arguments: [
      (384, 524_288), (416, 524_288), (448, 524_288), (416, 1 << 20), (416, 1 << 22), (512, 65_536),
    ] as [(Int64, Int64)])
  func oneSample(size: Int64, period: Int64) {
    #expect(kinds(Self.started, sampled: [(1, size)], period: period).isEmpty)
    // Several are one, and a weak one.
    let few = kinds(Self.started, sampled: [(4, size)], period: 524_288)
    #expect(few.map(\.kind) == [.goroutineLeak])
    #expect(few.first?.error?.value.isWeak == true)
    let many = kinds(Self.started, sampled: [(40, size)], period: 524_288)
    #expect(many.first?.error?.value.isWeak == false)
  }

  @Test("the low end of a count's interval must reach the limit")
  func lowEnd() {
    // 300 are required: about 390 may in truth be fewer, about 1,500 may not.
    let compiled = "regexp.compile < regexp.Compile < main.serve@/src/app/s.go:3"
    #expect(kinds(compiled, sampled: [(3, 4096)], period: 524_288).isEmpty)
    #expect(
      kinds(compiled, sampled: [(12, 4096)], period: 524_288).map(\.kind) == [.regexpCompile])
    // Each is counted here.
    #expect(kinds(compiled, sampled: [(299, 4096)], period: 1).isEmpty)
    #expect(kinds(compiled, sampled: [(300, 4096)], period: 1).map(\.kind) == [.regexpCompile])
  }

  @Test("small maps of one size have not grown")
  func firstBuckets() {
    let write = "reflect.mapassign0 < reflect.Value.SetMapIndex < main.decode@/src/app/d.go:3"
    for size in [48, 288, 2080] as [Int64] {
      #expect(kinds(write, sampled: [(200, size)], period: 4096).isEmpty)
    }
    for sampled in [[(200, 288), (50, 576)], [(40, 8192)], [(2, 288)]] as [[(Double, Int64)]] {
      #expect(kinds(write, sampled: sampled, period: 4096).map(\.kind) == [.mapGrowth])
    }
  }
}
