import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Growth from snapshot to snapshot")
struct GrowthTests {
  /// A profile with one sample a line: `main.fN` at N.go:N holds these bytes in objects of 10,
  /// of so many that were allocated.
  private func profile(_ bytes: [Int64], allocated: Int64 = 10_000, seconds: Int64) -> Profile {
    var test = StackProfile.goHeap(types: ["alloc_space", "inuse_objects", "inuse_space"])
    for (index, value) in bytes.enumerated() {
      test.add(
        "main.f\(index)@/app/\(index).go:\(index + 1)",
        values: [allocated, value / 10, value])
    }
    var profile = test.profile
    profile.timeNanoseconds = seconds * 1_000_000_000
    return profile
  }

  @Test("growth is counted from the first snapshot on, by line and in total")
  func growth() {
    var growth = Growth()
    #expect(growth.add(profile([100, 500, 0], seconds: 1000), now: 0) == .added)
    #expect(growth.changedRows.isEmpty && growth.seconds == 0 && growth.perSecond(5) == 0)
    #expect(growth.add(profile([400, 500, 70], seconds: 1010), now: 0) == .added)
    #expect(growth.add(profile([900, 500, 60], seconds: 1020), now: 0) == .added)
    #expect(growth.seconds == 20)
    #expect(growth.totals.first == 600 && growth.totals.growth == 860)
    #expect(growth.objectTotals.growth == 86)
    #expect(growth.relativeGrowth == 860.0 / 600)
    #expect(growth.perSecond(growth.totals.growth) == 43)
    let rows = growth.changedRows
    #expect(rows.map(\.function) == ["main.f0", "main.f2"])
    #expect(rows.map(\.line) == [1, 3])
    #expect(rows[0].values.recent == [100, 400, 900])
    #expect(rows[1].values.recent == [0, 70, 60])
    #expect(rows[1].objects.growth == 6)
  }

  @Test("a line that disappears has shrunk to nothing")
  func gone() {
    var growth = Growth()
    _ = growth.add(profile([100, 50], allocated: 10_000, seconds: 1), now: 0)
    _ = growth.add(profile([100, 0], allocated: 10_000, seconds: 2), now: 0)
    #expect(growth.changedRows.map(\.values.growth) == [-50])
  }

  @Test("growth starts again when any count of allocations falls")
  func restart() {
    var growth = Growth()
    _ = growth.add(profile([100], allocated: 10_000, seconds: 1), now: 0)
    #expect(growth.add(profile([100], allocated: 10_001, seconds: 2), now: 0) == .added)
    #expect(growth.add(profile([40], allocated: 100, seconds: 3), now: 0) == .restarted)
    #expect(growth.snapshotCount == 1 && growth.totals.growth == 0 && growth.seconds == 0)
  }

  @Test("growth keeps a bounded number of recent values")
  func bounded() {
    var growth = Growth()
    for step in 1...100 as ClosedRange<Int64> {
      _ = growth.add(profile([step * 10, step > 90 ? step : 0], seconds: step), now: 0)
    }
    #expect(
      growth.changedRows.map(\.values.recent.count) == [Growth.recentCount, Growth.recentCount])
    #expect(growth.changedRows[0].values.recent.last == 1000)
    #expect(growth.totals.first == 10)
  }

  @Test("a profile without a time has the time of its fetch, and time never goes back")
  func time() {
    var growth = Growth()
    _ = growth.add(profile([1], seconds: 0), now: 5_000_000_000)
    _ = growth.add(profile([2], seconds: 0), now: 4_000_000_000)
    #expect(growth.seconds == 0)
    _ = growth.add(profile([3], seconds: 0), now: 9_000_000_000)
    #expect(growth.seconds == 4)
  }

  @Test("a snapshot without the sample type is unusable, and extreme values do not trap")
  func unusable() {
    var growth = Growth(sampleType: "cpu")
    #expect(growth.add(profile([1], seconds: 1), now: 0) == .unusable)
    var plain = Growth()
    #expect(plain.add(profile([.max, 1], seconds: 1), now: 0) == .unusable)
    #expect(plain.add(profile([.max], seconds: 1), now: 0) == .added)
    #expect(plain.add(profile([-.max], seconds: .max / 1_000_000_000), now: 0) == .added)
    #expect(plain.add(Profile(), now: 0) == .unusable)
  }
}
