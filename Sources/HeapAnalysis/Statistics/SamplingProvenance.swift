import Glibc
package import ProfileModel

/// What the arithmetic of a heap profile says about the origin of its values.
///
/// Every value of Go's writer is a whole number of sampled objects divided by the probability that
/// one is sampled. So a byte figure times that probability is a multiple of the object's size, to
/// within 1/period. That is precise enough to show what was done to the values afterwards.
package enum SamplingProvenance: Sendable, Equatable {
  /// Not Go's heap profile, or a difference: nothing is known.
  case unknown

  /// As Go's runtime writes it, or the sum of such profiles.
  case sound

  /// Allocations during an interval beside the live memory at its end, as continuous profilers
  /// write them.
  case liveSinceStart

  /// `seconds=` of net/http/pprof: the difference of two profiles. What it
  /// calls live memory is a change, and may be negative.
  case liveIsChange

  /// Another kind of difference: some values are negative, those of allocations or others, in any
  /// kind of profile.
  case change(ofAllocations: Bool)

  /// The profile has no period, so its writer did not scale: the values count sampled objects, not
  /// all objects.
  case unscaled

  /// The values were divided by the probability twice.
  case scaledTwice

  /// The values were scaled for another sampling rate than the profile states.
  case scaledFor(period: Int64)

  /// The values are the mean of this many profiles.
  case averaged(over: Int)

  /// This part of the samples, 0 to 1, fits no explanation.
  case inconsistent(share: Double)

  /// The most samples examined; they are spread evenly over the profile.
  private static let sampleLimit = 2048

  package init(_ profile: Profile) {
    let falling = profile.sampleTypes.indices.filter { column in
      profile.samples.values[column].contains { $0 < 0 }
    }
    let change =
      falling.isEmpty
      ? Self.unknown
      : .change(ofAllocations: falling.contains { profile.sampleTypeName($0).hasPrefix("alloc") })
    guard let columns = HeapColumns(profile), profile.period >= 0 else {
      self = change
      return
    }
    let samples = profile.samples
    let isStretch = profile.durationNanoseconds != 0
    var figures: [Figure] = []
    var liveExceedsAllocated = false
    var liveFalls = false
    for sample in 0..<samples.count {
      let allocated = samples.values[columns.allocatedBytes][sample]
      let live = samples.values[columns.liveBytes][sample]
      if live > allocated { liveExceedsAllocated = true }
      if live < 0 { liveFalls = true }
      guard allocated >= 0, live >= 0 || isStretch else {
        self = change
        return
      }
    }
    let step = max(1, samples.count / Self.sampleLimit)
    for sample in stride(from: 0, to: samples.count, by: step) {
      guard let size = profile.blockSize(ofSample: sample, key: columns.sizeKey) else {
        guard samples.hasOnlyZeros(sample) else {
          self = change
          return
        }
        continue
      }
      for (bytes, objects) in [
        (columns.allocatedBytes, columns.allocatedObjects),
        (columns.liveBytes, columns.liveObjects),
      ] {
        let figure = Figure(
          size: size, bytes: samples.values[bytes][sample],
          objects: samples.values[objects][sample])
        if figure.bytes != 0 { figures.append(figure) }
      }
    }
    self = Self.judge(figures, period: profile.period)
    if self == .sound, isStretch {
      self = liveFalls || !liveExceedsAllocated ? .liveIsChange : .liveSinceStart
    } else if liveFalls {
      self = change
    }
  }

  /// A sample's objects of one size, either allocated or live.
  private struct Figure {
    var size: Int64
    var bytes: Int64
    var objects: Int64

    /// The number of sampled objects, assuming the values were scaled for a period.
    func sampled(_ period: Int64) -> Double {
      let probability = HeapSampling.probability(ofSize: size, period: period)
      return Double(bytes) * probability / Double(size)
    }

    /// Whether this number of sampled objects, times a factor, is whole.
    ///
    /// - Parameter roundings: how often a value was truncated to a whole byte.
    func isWhole(_ sampled: Double, _ period: Int64, factor: Double = 1, roundings: Double)
      -> Bool?
    {
      let slack =
        factor * roundings * HeapSampling.probability(ofSize: size, period: period) / Double(size)
        + 1e-9 * sampled.magnitude * factor
      // With a coarse tolerance everything is whole, which proves nothing.
      if slack > 0.05 { return nil }
      let value = sampled * factor
      return (value - value.rounded()).magnitude <= slack
    }
  }

  private static func judge(_ figures: [Figure], period: Int64) -> SamplingProvenance {
    if period == 0 {
      let isRaw = figures.allSatisfy { figure in
        let (bytes, overflow) = figure.objects.multipliedReportingOverflow(by: figure.size)
        return !overflow && bytes == figure.bytes
      }
      return figures.isEmpty || !isRaw ? .unknown : .unscaled
    }
    /// The share of the figures that an explanation fits, if enough of them can decide.
    func fit(_ explains: (Figure) -> Bool?) -> Double? {
      let answers = figures.compactMap(explains)
      if answers.count < 8 { return nil }
      return Double(answers.count { $0 }) / Double(answers.count)
    }
    let stated = fit { $0.isWhole($0.sampled(period), period, roundings: 64) }
    // Too little evidence proves nothing, and neither do a few odd values, as in text profiles of
    // old Go versions.
    guard let stated, stated < 0.95 else { return .sound }
    let fits = { (share: Double?) in share ?? 0 >= 0.98 }
    let twice = fit { figure in
      let probability = HeapSampling.probability(ofSize: figure.size, period: period)
      if probability > 0.05 { return nil }
      let value = figure.sampled(period) * probability
      return value > 0.5 && (value - value.rounded()).magnitude <= 1.5 * probability + 1e-6
    }
    let otherRates = (0...24).map { Int64(1) << $0 } + [1000, 10_000, 100_000, 500_000, 1_000_000]
    for rate in otherRates where rate != period {
      if fits(fit { $0.isWhole($0.sampled(rate), rate, roundings: 2) }) {
        return .scaledFor(period: rate)
      }
    }
    for count in 2...16 {
      let mean = fit {
        $0.isWhole($0.sampled(period), period, factor: Double(count), roundings: 2)
      }
      if fits(mean) { return .averaged(over: count) }
    }
    if fits(twice) { return .scaledTwice }
    return .inconsistent(share: 1 - stated)
  }
}
