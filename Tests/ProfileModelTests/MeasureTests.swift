import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("What sample types count")
struct MeasureTests {
  @Test(
    "the name and unit of a sample type determine what it counts",
    arguments: [
      ("inuse_space/bytes", .bytes), ("alloc_objects/count", .objects), ("space/bytes", .bytes),
      ("objects/count", .objects), ("allocations/count", .objects), ("memory/kilobytes", .bytes),
      ("alloc_in_new_tlab_bytes/bytes", .bytes), ("live/count", .objects),
      ("cpu/nanoseconds", .time), ("wall/microseconds", .time), ("delay/nanoseconds", .time),
      ("contentions/count", .events), ("samples/count", .events), ("exceptions/count", .events),
      ("goroutine/count", .goroutines), ("goroutines/count", .goroutines),
      ("threadcreate/count", .threads), ("thread/count", .threads),
      ("network_read/bytes", .amount), ("delivered/bytes", .amount), ("load/percent", .amount),
    ] as [(String, Measure)])
  func measures(type: String, expected: Measure) {
    #expect(StackProfile(types: [type]).profile.measure(ofColumn: 0) == expected)
  }

  @Test("sums keep gains and losses apart, and stay within 64 bits")
  func sums() {
    let sum = SignedSum([5, -3, 0, -4])
    #expect(sum.gained == 5 && sum.lost == -7 && sum.net == -2 && sum.magnitude == 12)
    let large = SignedSum([.max, 1, .min, -1])
    #expect(large.gained == .max && large.lost == .min && large.magnitude == .max)
  }
}
