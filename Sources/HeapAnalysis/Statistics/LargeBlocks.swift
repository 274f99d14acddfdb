import Glibc

/// The sampled blocks of one size, of which so few are missed that their number goes up in visible
/// steps.
struct LargeBlocks: Sendable, Hashable {
  /// How many were sampled.
  var sampled: Double

  /// The probability that one is sampled.
  let probability: Double

  /// What one block counts.
  let weight: Double

  /// Blocks are large from this probability on, which corresponds to a tenth of the period.
  static let leastProbability = 0.1

  /// The variance of the true number, given the samples.
  var variance: Double {
    sampled * weight * weight * (1 - probability) / (probability * probability)
  }

  /// The steps are distinguishable: the true number is uncertain by at most eight of them.
  var hasSteps: Bool { variance <= 64 * weight * weight }

  /// The probabilities that 0, 1, 2, … blocks were missed: the negative binomial distribution,
  /// until less than 10⁻¹² remains. About 200 terms when ``hasSteps``.
  var missedProbabilities: [Double] {
    var term = pow(probability, sampled)
    var terms = [term]
    var left = 1 - term
    while left > 1e-12, terms.count < 4096 {
      term *= (sampled + Double(terms.count - 1)) / Double(terms.count) * (1 - probability)
      terms.append(term)
      left -= term
    }
    return terms
  }
}

/// The large blocks of a sum, by size; independent of the order in which they were added.
struct LargeBlockSizes: Sendable, Hashable {
  /// By weight and probability, ascending; empty with too many sizes.
  private(set) var blocks: [LargeBlocks] = []

  /// There are so many sizes that the steps of one do not show.
  private(set) var isMixture = false

  private static let sizeLimit = 8

  mutating func add(_ added: LargeBlocks) {
    if isMixture { return }
    let index = blocks.firstIndex {
      ($0.weight, $0.probability) >= (added.weight, added.probability)
    }
    if let index, blocks[index].weight == added.weight,
      blocks[index].probability == added.probability
    {
      blocks[index].sampled += added.sampled
      return
    }
    blocks.insert(added, at: index ?? blocks.count)
    if blocks.count > Self.sizeLimit {
      blocks = []
      isMixture = true
    }
  }

  mutating func add(_ others: LargeBlockSizes) {
    if others.isMixture {
      blocks = []
      isMixture = true
    }
    for other in others.blocks { add(other) }
  }

  /// The same blocks, each counting this many times as much.
  func scaled(by factor: Double) -> LargeBlockSizes {
    var sizes = self
    sizes.blocks = blocks.map {
      LargeBlocks(
        sampled: $0.sampled, probability: $0.probability, weight: $0.weight * factor)
    }
    return sizes
  }

  /// The blocks with the most visible steps.
  var coarsest: LargeBlocks? {
    blocks.max { ($0.variance, $0.weight) < ($1.variance, $1.weight) }
  }
}
