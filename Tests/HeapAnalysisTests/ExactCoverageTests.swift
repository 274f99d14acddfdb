import Glibc
import HeapAnalysis
import HeapscopeTestSupport
import Testing

/// How often intervals contain the true figure, computed from the distribution of the samples,
/// without simulation.
@Suite("Exact coverage of intervals")
struct ExactCoverageTests {
  private struct Case: CustomStringConvertible {
    var size: Double
    var blocks: Int
    var probability: Double
    var coverage: Double

    var sampled: Double { Double(blocks) * probability }
    var missed: Double { Double(blocks) - sampled }

    var description: String { "\(blocks) blocks of \(size) R: \(coverage)" }
  }

  /// Up to 1000 blocks of one size, in periods, of which up to 45 are sampled on average.
  private func cases(ofSize size: Double) -> [Case] {
    let probability = -expm1(-size)
    let mostBlocks = min(1000, Int(45 / probability))
    let mostSampled = min(mostBlocks, 80)
    let intervals = (0...mostSampled).map { count in
      // As `HeapSampling` has it: something was allocated, if only a missed block.
      var sum = SampledSum(missed: 1)
      sum.add(sampled: Double(count), probability: probability, weight: size)
      return sum.interval
    }
    return (1...mostBlocks).map { blocks in
      let truth = Double(blocks) * size
      // The binomial probabilities of 0, 1, 2, … sampled blocks.
      var coverage = 0.0
      for count in 0...min(blocks, mostSampled) {
        let logarithm =
          lgamma(Double(blocks) + 1) - lgamma(Double(count) + 1)
          - lgamma(Double(blocks - count) + 1) + Double(count) * log(probability)
          - Double(blocks - count) * size
        if intervals[count].holds(truth) { coverage += exp(logarithm) }
      }
      return Case(size: size, blocks: blocks, probability: probability, coverage: coverage)
    }
  }

  /// From a fiftieth of a period to six periods, evenly in proportion, and some round ones.
  private static let sizes =
    (0...40).map { 0.02 * Glibc.pow(300.0, Double($0) / 40) } + [0.25, 0.5, 1, 1.5, 2, 4]

  @Test("intervals for blocks of one size contain the true figure in 93 to 98 of 100 cases")
  func oneSize() {
    let all = Self.sizes.flatMap { cases(ofSize: $0) }
    let tried = all.filter { $0.sampled >= 3.2 }
    // When hardly any block is missed, counts are too few to leave any out: there an interval
    // contains the true figure more often than necessary.
    let graded = tried.filter { $0.missed >= 3 }
    #expect(graded.count > 10_000)
    let mean = graded.reduce(0) { $0 + $1.coverage } / Double(graded.count)
    #expect((0.93...0.98).contains(mean), "\(mean)")
    let outside = graded.filter { !(0.93...0.98).contains($0.coverage) }
    #expect(outside.count * 200 <= graded.count, "\(outside.count) of \(graded.count)")
    let coverages = graded.map(\.coverage)
    let least = coverages.min() ?? 0
    let most = coverages.max() ?? 1
    #expect(least > 0.915 && most < 0.99, "\(least) to \(most)")
    #expect(tried.allSatisfy { $0.coverage > 0.915 })
  }

  @Test(
    "intervals for mixed sizes contain the true figure in 93 to 98 of 100 cases", arguments: 0..<6)
  func mixtures(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed) + 4)
    var held = 0
    var trials = 0
    for _ in 0..<8 {
      // Two to five sizes of a hundredth to five periods, 4 to 40 samples.
      let sizes = (0..<Int.random(in: 2...5, using: &generator)).map { _ in
        exp(Double.random(in: log(0.01)...log(5), using: &generator))
      }
      let each = Double.random(in: 4...40, using: &generator) / Double(sizes.count)
      let counts = sizes.map { max(1, Int((each / -expm1(-$0)).rounded())) }
      let truth = zip(sizes, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
      for _ in 0..<60 {
        var sum = SampledSum(missed: 1)
        for (size, count) in zip(sizes, counts) {
          let sampled = (0..<count).count { _ in
            Double.random(in: 0..<1, using: &generator) < -expm1(-size)
          }
          sum.add(sampled: Double(sampled), probability: -expm1(-size), weight: size)
        }
        trials += 1
        if sum.interval.holds(truth) { held += 1 }
      }
    }
    // Three standard errors of 480 trials besides.
    let chance = 3 * (0.95 * 0.05 / Double(trials)).squareRoot()
    #expect(((0.93 - chance)...(0.98 + chance)).contains(Double(held) / Double(trials)))
  }

  @Test("intervals do not depend on the order of the samples")
  func order() {
    let parts = [(3.0, 1.0), (5, 2), (1, 0.5), (2, 4), (7, 1), (30, 0.001)]
    func sum(_ parts: some Sequence<(Double, Double)>) -> SampledSum {
      parts.reduce(SampledSum(missed: 1)) { sum, part in
        var one = SampledSum(missed: 1)
        one.add(sampled: part.0, probability: -expm1(-part.1), weight: part.1)
        return sum + one
      }
    }
    let interval = sum(parts).interval
    let reversed = sum(parts.reversed()).interval
    #expect((interval.low - reversed.low).magnitude < 1e-6)
    #expect((interval.high - reversed.high).magnitude < 1e-6)
  }
}

extension SamplingInterval {
  /// A sum of sizes differs from their product in its last digits.
  fileprivate func holds(_ truth: Double) -> Bool {
    low <= truth * (1 + 1e-12) && truth <= high * (1 + 1e-12)
  }
}
