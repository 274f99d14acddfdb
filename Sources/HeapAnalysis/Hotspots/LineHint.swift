import Foundations

/// An own line with much of the memory that no finding names, and what its block sizes suggest.
///
/// A hint: sizes show how much is allocated at a time, not what for.
package struct LineHint: Sendable, Equatable {
  package var function: String
  package var file: String
  package var line: Int64

  /// What no finding explains of the line's, as a part of all bytes.
  package var share: Double

  /// The function below the line that allocates most of it; nil where the line does so itself.
  package var through: String?

  /// The sizes that have most of these bytes, the largest part first; empty when unknown.
  package var sizes: [Size] = []

  package struct Size: Sendable, Equatable {
    package var bytes: Int64

    /// As a part of the hint's.
    package var share: Double
  }

  /// Block sizes that look like growth.
  package var ladder: GrowthLadder?

  /// Blocks of one size have most of the bytes.
  package var isOneSize: Bool { (sizes.first?.share ?? 0) >= 0.7 }
}
