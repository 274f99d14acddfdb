import Foundations

/// The sum of some values, with gains and losses apart: in a difference of profiles they may cancel
/// out.
package struct SignedSum: Sendable, Equatable {
  /// Σ of the positive values, and of the negative ones; saturated.
  package private(set) var gained: Int64 = 0
  package private(set) var lost: Int64 = 0

  package var net: Int64 { saturatingSum(gained, lost) }

  /// Σ|value|.
  package var magnitude: Int64 { saturatingDifference(gained, lost) }

  package init() {}

  package init(_ values: some Sequence<Int64>) {
    for value in values { add(value) }
  }

  package mutating func add(_ value: Int64) {
    if value < 0 {
      lost = saturatingSum(lost, value)
    } else {
      gained = saturatingSum(gained, value)
    }
  }
}

extension Profile {
  /// The sum of a column over all samples.
  package func signedSum(ofColumn column: Int) -> SignedSum { SignedSum(samples.values[column]) }
}
