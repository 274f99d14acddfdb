import HeapscopeTestSupport
import Foundations
import Testing

@Suite("Arithmetic on numbers from outside")
struct SaturatingIntegersTests {
  private static let edges: [Int64] = [
    .min, .min + 1, -(1 << 62), -(1 << 32), -2, -1, 0, 1, 2, 3_600, 1 << 31, 1 << 62, .max - 1,
    .max,
  ]

  private static func nearest(_ value: Int128) -> Int64 { Int64(clamping: value) }

  @Test(
    "saturating arithmetic gives the nearest number that exists, at the ends of the range",
    arguments: edges)
  func atTheEnds(left: Int64) {
    for right in Self.edges {
      #expect(saturatingSum(left, right) == Self.nearest(Int128(left) + Int128(right)))
      #expect(saturatingDifference(left, right) == Self.nearest(Int128(left) - Int128(right)))
      #expect(saturatingProduct(left, right) == Self.nearest(Int128(left) * Int128(right)))
    }
    #expect(saturatingMagnitude(left) == Self.nearest(Int128(left.magnitude)))
  }

  @Test(
    "saturating arithmetic gives the nearest number that exists, for random numbers",
    arguments: 0..<20 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let left = Int64(truncatingIfNeeded: random.next() >> (random.next() % 64))
      let right = Int64(truncatingIfNeeded: random.next() >> (random.next() % 64))
      #expect(saturatingSum(left, right) == Self.nearest(Int128(left) + Int128(right)))
      #expect(saturatingDifference(left, right) == Self.nearest(Int128(left) - Int128(right)))
      #expect(saturatingProduct(left, right) == Self.nearest(Int128(left) * Int128(right)))
    }
  }

  @Test("conversion of a floating-point number saturates and never traps")
  func fractions() {
    for value in [Double.infinity, 1e300, 9.3e18] {
      #expect(Int64(clamping: value) == .max && Int64(nearest: value) == .max)
      #expect(Int64(clamping: -value) == .min && Int64(nearest: -value) == .min)
      #expect(Int32(nearest: value) == .max && UInt8(nearest: -value) == 0)
    }
    #expect(Int64(clamping: .nan) == 0 && Int(nearest: .nan) == 0)
    #expect(Int64(clamping: 2.9) == 2 && Int64(nearest: 2.5) == 3 && Int64(nearest: -2.9) == -3)
  }
}
