import Glibc
package import ProfileModel

/// How Go's runtime sampled the heap of a profile, and what follows for its figures.
///
/// The runtime samples an object of *S* bytes with probability *p* = 1 − e^(−*S*/*R*), where *R* is
/// the period (`nextSample` in runtime/malloc.go), and the writer divides by *p* (`scaleHeapSample`
/// in runtime/pprof/protomem.go). The label `bytes` gives *S*, so the number of sampled objects
/// behind each value can be recovered exactly.
package struct HeapSampling: Sendable {
  /// Bytes between two samples, on average.
  package let period: Int64

  private let sizeKey: StringID

  /// The columns whose values were sampled, and whether they count bytes.
  private let countsBytes: [Bool?]

  /// - Returns: nil when the arithmetic does not hold, so that nothing can be concluded: profiles
  ///   of other producers, differences, values that do not fit the period.
  package init?(_ profile: Profile) {
    self.init(profile, SamplingProvenance(profile))
  }

  init?(_ profile: Profile, _ provenance: SamplingProvenance) {
    guard let columns = HeapColumns(profile) else { return nil }
    var countsBytes = [Bool?](repeating: nil, count: profile.sampleTypes.count)
    countsBytes[columns.allocatedBytes] = true
    countsBytes[columns.allocatedObjects] = false
    switch provenance {
    case .sound, .liveSinceStart:
      countsBytes[columns.liveBytes] = true
      countsBytes[columns.liveObjects] = false
    case .liveIsChange: break
    default: return nil
    }
    period = profile.period
    sizeKey = columns.sizeKey
    self.countsBytes = countsBytes
  }

  /// The probability that an object of this size is sampled; positive.
  package func probability(ofSize size: Int64) -> Double {
    Self.probability(ofSize: size, period: period)
  }

  static func probability(ofSize size: Int64, period: Int64) -> Double {
    period <= 1 ? 1 : max(-expm1(-Double(size) / Double(period)), .leastNormalMagnitude)
  }

  /// Returns how many objects, and of which size, one sample stands for.
  ///
  /// - Returns: nil for a column that was not sampled this way, or a value that is no multiple.
  package func sampledObjects(
    ofSample sample: Int, column: Int, in profile: Profile
  ) -> (count: Double, size: Int64)? {
    guard let countsBytes = countsBytes[column] else { return nil }
    let value = profile.samples.values[column][sample]
    guard value >= 0, let size = profile.blockSize(ofSample: sample, key: sizeKey) else {
      return nil
    }
    let probability = probability(ofSize: size)
    let exact = Double(value) * probability / (countsBytes ? Double(size) : 1)
    // A truncated count is up to 1 too small, and one object stands for 1/p.
    let count = countsBytes ? exact.rounded() : (exact - 1e-6).rounded(.up)
    return (max(0, count), size)
  }

  /// An empty sum for a column's values; nil when the column was not sampled.
  package func emptySum(ofColumn column: Int) -> SampledSum? {
    guard countsBytes.indices.contains(column), let countsBytes = countsBytes[column] else {
      return nil
    }
    return SampledSum(missed: countsBytes && period > 1 ? Double(period) : 0)
  }

  /// Whether a figure without samples has an upper limit. Bytes have one; there may be any number
  /// of small objects.
  func limitsUnseen(inColumn column: Int) -> Bool {
    countsBytes[column] != false || period <= 1
  }

  /// Adds one sample's value to a sum of its column.
  ///
  /// - Returns: false, with nothing added, when the sample does not fit.
  package func add(
    sample: Int, ofColumn column: Int, in profile: Profile, to sum: inout SampledSum
  ) -> Bool {
    guard let objects = sampledObjects(ofSample: sample, column: column, in: profile) else {
      return profile.samples.values[column][sample] == 0
    }
    let probability = probability(ofSize: objects.size)
    guard countsBytes[column] == false else {
      sum.add(sampled: objects.count, probability: probability, weight: Double(objects.size))
      return true
    }
    sum.add(sampled: objects.count, probability: probability, weight: 1)
    // As many as the bytes of one missed sample, at the smallest size.
    if period > 1 { sum.allow(missed: Double(period) / Double(objects.size)) }
    return true
  }

  /// Returns the sum of a column over some samples; nil when it cannot be computed.
  package func sum(
    of samples: some Sequence<Int>, column: Int, in profile: Profile
  ) -> SampledSum? {
    guard var sum = emptySum(ofColumn: column) else { return nil }
    for sample in samples {
      guard add(sample: sample, ofColumn: column, in: profile, to: &sum) else { return nil }
    }
    return sum
  }
}

/// The columns of Go's heap profile: all four and the label.
struct HeapColumns {
  let allocatedBytes: Int
  let allocatedObjects: Int
  let liveBytes: Int
  let liveObjects: Int
  let sizeKey: StringID

  init?(_ profile: Profile) {
    guard let type = profile.periodType, profile.strings[type.name] == "space",
      profile.strings[type.unit] == "bytes",
      let allocatedBytes = profile.column(named: "alloc_space"),
      let allocatedObjects = profile.column(named: "alloc_objects"),
      let liveBytes = profile.column(named: "inuse_space"),
      let liveObjects = profile.column(named: "inuse_objects"),
      let sizeKey = profile.strings.find("bytes")
    else { return nil }
    self.allocatedBytes = allocatedBytes
    self.allocatedObjects = allocatedObjects
    self.liveBytes = liveBytes
    self.liveObjects = liveObjects
    self.sizeKey = sizeKey
  }
}

extension Profile {
  /// The size of a sample's blocks by its label; nil unless it has exactly one positive label.
  func blockSize(ofSample sample: Int, key: StringID) -> Int64? {
    for label in samples.labels[samples.labelRange(of: sample)]
    where label.key == key && label.kind == .number {
      return label.number > 0 ? label.number : nil
    }
    return nil
  }
}
