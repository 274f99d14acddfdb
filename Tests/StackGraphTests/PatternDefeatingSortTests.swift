import Testing

@testable import StackGraph

/// Go's `sort.Sort` over the same keys gave these numbers: the rows in their order, folded.
@Suite("Go's order of equal elements")
struct PatternDefeatingSortTests {
  static let lengths = [1, 12, 13, 20, 49, 50, 64, 200, 1000, 5000]

  static let orders: [(shape: String, sums: [UInt64])] = [
    (
      "random",
      [
        0, 1_654_235_590_080_547_410, 11_096_900_153_179_290_956, 10_423_664_590_275_902_716,
        14_098_074_925_313_546_112, 18_338_767_280_537_012_239, 16_912_823_817_016_807_790,
        8_128_667_452_204_150_296, 15_496_570_841_081_446_280, 8_100_357_228_081_813_944,
      ]
    ),
    (
      "rising",
      [
        0, 14_008_549_296_244_634_142, 625_123_336_699_560_262, 2_948_041_214_733_609_522,
        12_437_030_590_810_377_496, 1_405_559_272_620_432_893, 18_267_472_168_144_912_544,
        9_197_417_778_596_712_948, 14_567_264_998_245_677_508, 58_891_979_396_055_252,
      ]
    ),
    (
      "falling",
      [
        0, 13_350_937_982_856_145_778, 2_990_452_555_186_373_966, 14_127_653_753_234_540_800,
        14_609_275_530_575_345_860, 8_558_787_484_687_882_899, 507_605_599_427_845_884,
        12_888_175_375_518_273_448, 17_483_005_028_412_031_668, 17_895_427_417_122_808_284,
      ]
    ),
    (
      "pipe",
      [
        0, 6_783_676_157_011_608_396, 617_506_943_560_891_790, 14_066_747_228_112_282_256,
        9_557_164_180_289_826_756, 16_491_339_803_109_892_843, 235_694_907_662_313_020,
        2_896_541_943_202_422_932, 933_272_835_997_264_940, 6_092_542_909_926_714_724,
      ]
    ),
    // A comparison that never says equal makes each pivot a bad one, down to heapsort.
    (
      "all",
      [
        0, 10_595_012_693_613_990_074, 15_611_744_076_415_814_266, 5_566_913_337_817_067_036,
        5_362_741_066_597_278_554, 2_286_317_773_637_654_973, 8_507_496_132_820_980_084,
        17_034_804_688_544_871_968, 15_478_821_044_741_907_792, 6_537_741_440_030_822_772,
      ]
    ),
  ]

  private static func keys(_ shape: String, _ count: Int, _ modulus: UInt64) -> [UInt64] {
    var state = UInt64(count) &+ modulus
    return (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return switch shape {
      case "rising": UInt64(index) / modulus
      case "falling": UInt64(count - index) / modulus
      case "pipe": UInt64(min(index, count - index)) / modulus
      default: (state >> 33) % modulus
      }
    }
  }

  @Test("equal elements are where Go's sort puts them", arguments: orders)
  func order(shape: String, sums: [UInt64]) {
    for (count, expected) in zip(Self.lengths, sums) {
      var sum: UInt64 = 0
      for modulus: UInt64 in [1, 2, 3, 7, 50] {
        let keys = Self.keys(shape, count, modulus)
        let sorted = PatternDefeatingSort.sorted(Array(0..<count)) {
          shape == "all" ? keys[$0] <= keys[$1] : keys[$0] < keys[$1]
        }
        for row in sorted { sum = sum &* 31 &+ UInt64(row) }
        if shape != "all" { #expect(sorted.map { keys[$0] } == keys.sorted()) }
        #expect(sorted.sorted() == Array(0..<count))
      }
      #expect(sum == expected, "\(shape) \(count)")
    }
  }
}
