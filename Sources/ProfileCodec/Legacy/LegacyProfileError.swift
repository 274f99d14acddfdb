/// Why a profile in a recognised legacy format cannot be read.
package struct LegacyProfileError: Error, Equatable {
  package enum Problem: Equatable, Sendable {
    /// Something else stands where the format wants this.
    case unexpected(expected: String)

    /// The file ends where the format wants this.
    case truncated(expected: String)

    /// A number, or a product of numbers, that does not fit into 64 bits.
    case outOfRange(what: String)

    /// More of something than is read, since more could take without end.
    case overLimit(what: String, limit: Int)
  }

  package enum Position: Equatable, Sendable {
    /// From 1; in the text behind a binary profile, counted from its beginning.
    case line(Int)

    /// From the beginning of the file.
    case byte(Int)
  }

  package var format: LegacyFormat
  package var position: Position
  package var problem: Problem

  init(_ format: LegacyFormat, _ position: Position, _ problem: Problem) {
    self.format = format
    self.position = position
    self.problem = problem
  }
}
