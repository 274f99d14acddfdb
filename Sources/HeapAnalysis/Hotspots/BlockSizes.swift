import Glibc

/// The sizes of the blocks that one line allocates, as the profile shows them.
struct BlockSizes {
  /// Objects that the profiler sampled, by size in bytes.
  private var sampled: [Int64: Double] = [:]

  /// Bytes between two samples, on average; 0 when unknown.
  private let period: Int64

  init(period: Int64) { self.period = period }

  /// Adds objects as the profile counts them.
  ///
  /// Go's writer divides the number of sampled objects by the probability 1 − e^(−size/period) that
  /// one is sampled (`scaleHeapSample` in runtime/pprof). This reverses the division.
  mutating func add(size: Int64, objects: Int64) {
    let probability = period > 1 ? -expm1(-Double(size) / Double(period)) : 1
    sampled[size, default: 0] += Double(objects) * probability
  }

  /// There are four sizes or more, each sampled at least twice. What grows repeatedly leaves them;
  /// what grows once leaves each of its sizes once.
  var growsRepeatedly: Bool { sampled.values.count { $0 >= 1.5 } >= 4 }

  /// The size with the most bytes.
  var main: Int64 {
    sampled.max {
      (Double($0.key) * $0.value, $0.key) < (Double($1.key) * $1.value, $1.key)
    }?.key ?? 0
  }

  /// One size has most of the bytes.
  var isMostlyOneSize: Bool {
    let bytes = sampled.map { Double($0.key) * $0.value }
    return (bytes.max() ?? 0) > 0.7 * bytes.reduce(0, +)
  }

  var largest: Int64 { sampled.keys.max() ?? 0 }
}
