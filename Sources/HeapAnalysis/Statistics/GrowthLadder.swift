/// Block sizes that one stack allocated in nearly equal numbers: something grew step by step, with
/// a new block and a copy at each step.
package struct GrowthLadder: Sendable, Equatable {
  /// The block sizes, smallest first.
  package var sizes: [Int64]

  /// How many objects climbed the ladder.
  package var count: Double

  /// The bytes of all blocks except the last of each: what allocating the final size at once saves.
  package var savedBytes: SampledSum

  /// The upper steps grow by about a quarter, as only `append` makes them.
  package var isAppend: Bool

  /// The fewest steps, and the fewest samples for each.
  private static let fewestSteps = 4
  private static let fewestSamples = 2.0

  /// - Parameters:
  ///   - sampled: the sampled objects of one stack, by size.
  ///   - sampling: how they were sampled.
  init?(_ sampled: [Int64: Double], sampling: HeapSampling) {
    let steps = sampled.filter { $0.value >= 1 }.sorted { $0.key < $1.key }
    var best: GrowthLadder?
    var start = 0
    for end in steps.indices {
      let isLast = end + 1 == steps.count
      let ratio = isLast ? 0 : Double(steps[end + 1].key) / Double(steps[end].key)
      // Up to 256 elements `append` doubles (`nextslicecap` in runtime/slice.go).
      let least = steps[end].key < 256 ? 1.6 : 1.2
      if (least...2.3).contains(ratio) { continue }
      let run = steps[start...end].map { Step(size: $0.key, sampled: $0.value) }
      start = end + 1
      guard let ladder = Self(run, sampling) else { continue }
      if ladder.savedBytes.estimate > best?.savedBytes.estimate ?? 0 { best = ladder }
    }
    guard let best else { return nil }
    self = best
  }

  private struct Step {
    var size: Int64
    var sampled: Double
  }

  private init?(_ run: [Step], _ sampling: HeapSampling) {
    let run = run.drop { $0.sampled < Self.fewestSamples }
    guard run.count >= Self.fewestSteps else { return nil }
    // The likeliest number of objects that climbed, from all steps but the last together.
    let lower = run.dropLast()
    let probabilities = lower.reduce(0) { $0 + sampling.probability(ofSize: $1.size) }
    let count = lower.reduce(0) { $0 + $1.sampled } / probabilities
    guard count.isFinite else { return nil }
    var saved = SampledSum(missed: sampling.period > 1 ? Double(sampling.period) : 0)
    for step in run {
      let probability = sampling.probability(ofSize: step.size)
      let expected = count * probability
      let slack = 3 * expected.squareRoot() + 0.25 * expected + 0.5
      guard step.sampled - expected <= slack else { return nil }
      // What stops early does not reach the last step.
      if step.size == run.last?.size { break }
      guard expected - step.sampled <= slack else { return nil }
      saved.add(sampled: step.sampled, probability: probability, weight: Double(step.size))
    }
    sizes = run.map(\.size)
    self.count = count
    savedBytes = saved
    let upperRatios = zip(sizes, sizes.dropFirst()).suffix(2).map { Double($1) / Double($0) }
    isAppend = upperRatios.count == 2 && upperRatios.allSatisfy { $0 < 1.7 }
  }
}
