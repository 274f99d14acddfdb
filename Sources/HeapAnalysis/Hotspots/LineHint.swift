import Foundations

/// An own line with much of the memory that no finding names, and what its block sizes suggest.
///
/// It is only a hint: sizes show how much is allocated at a time, not for what.
package struct LineHint: Sendable, Equatable {
  package var function: String
  package var file: String
  package var line: Int64

  /// The share of all bytes that the line allocates and no finding explains.
  package var share: Double

  /// The function below the line that allocates most of it; nil when the line itself does.
  package var through: String?

  /// The sizes with the most of these bytes, the largest part first; empty when unknown.
  package var sizes: [Size] = []

  package struct Size: Sendable, Equatable {
    package var bytes: Int64

    /// The share of the hint's bytes.
    package var share: Double
  }

  /// Block sizes that look like growth, if any.
  package var ladder: GrowthLadder?

  /// Blocks of one size have most of the bytes.
  package var isOneSize: Bool { (sizes.first?.share ?? 0) >= 0.7 }
}
