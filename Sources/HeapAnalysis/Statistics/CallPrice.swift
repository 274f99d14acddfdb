import Glibc

/// The cost of one call on a line.
package struct CallPrice: Sendable, Equatable {
  /// What is counted: calls of a function that allocates its result once per call, or printed maps.
  package enum Unit: Sendable, Equatable {
    case call(of: String)
    case printedMap
  }

  package var unit: Unit

  /// The number of units.
  package var count: SampledSum

  /// Allocated bytes per unit, with a 95 % interval.
  package var bytesEach: Double
  package var bytesInterval: SamplingInterval
  package var objectsEach: Double

  /// - Returns: nil when the samples are too few for a quotient.
  init?(_ unit: Unit, count: SampledSum, bytes: SampledSum, objects: SampledSum) {
    guard count.estimate > 0, !count.isWeak, !bytes.isWeak else { return nil }
    self.unit = unit
    self.count = count
    bytesEach = bytes.estimate / count.estimate
    objectsEach = objects.estimate / count.estimate
    // The logarithm of a quotient of two counts is nearly normal. Treating the counts as
    // independent makes the interval slightly too wide.
    let error = (bytes.relativeVariance + count.relativeVariance).squareRoot() * 1.96
    bytesInterval = SamplingInterval(low: bytesEach * exp(-error), high: bytesEach * exp(error))
    guard bytesInterval.high.isFinite, objectsEach.isFinite else { return nil }
  }

  /// Functions whose own frame allocates exactly one block per call, the copy that they return.
  /// Measured for the first two with Go 1.22 and 1.27 (Fixtures/statistics), and read from the
  /// source for `Sprintln`.
  static let countingFunctions: Set<String> = ["fmt.Sprintf", "fmt.Sprint", "fmt.Sprintln"]

  /// Up to this size, values without pointers share a block (`maxTinySize` in runtime/malloc.go),
  /// so the number of blocks is not the number of calls.
  static let largestShared: Int64 = 16
}
