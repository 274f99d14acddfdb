import Glibc

/// What one call on a line costs.
package struct CallPrice: Sendable, Equatable {
  /// What is counted: a function that allocates its result once a call, or a
  /// printed map.
  package enum Unit: Sendable, Equatable {
    case call(of: String)
    case printedMap
  }

  package var unit: Unit

  /// How many of them there were.
  package var count: SampledSum

  /// Allocated bytes each, with its 95 % interval.
  package var bytesEach: Double
  package var bytesInterval: SamplingInterval
  package var objectsEach: Double

  /// - Returns: nil where the samples are too few for a quotient.
  init?(_ unit: Unit, count: SampledSum, bytes: SampledSum, objects: SampledSum) {
    guard count.estimate > 0, !count.isWeak, !bytes.isWeak else { return nil }
    self.unit = unit
    self.count = count
    bytesEach = bytes.estimate / count.estimate
    objectsEach = objects.estimate / count.estimate
    // The logarithm of a quotient of two counts is as good as normal; taking
    // them for independent makes the interval a little too wide.
    let error = (bytes.relativeVariance + count.relativeVariance).squareRoot() * 1.96
    bytesInterval = SamplingInterval(low: bytesEach * exp(-error), high: bytesEach * exp(error))
    guard bytesInterval.high.isFinite, objectsEach.isFinite else { return nil }
  }

  /// Functions whose own frame allocates exactly one block a call, the copy that
  /// they return; measured for the first two with Go 1.22 and 1.27
  /// (Fixtures/statistics), and read in the source for `Sprintln`.
  static let countingFunctions: Set<String> = ["fmt.Sprintf", "fmt.Sprint", "fmt.Sprintln"]

  /// Blocks up to this size without pointers share a block (`maxTinySize` in
  /// runtime/malloc.go), so their number is not that of the calls.
  static let largestShared: Int64 = 16
}
