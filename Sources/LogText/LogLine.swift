/// A line of text, and where it came from.
package struct LogLine {
  package var text: ArraySlice<UInt8>

  /// The number of the file's line that contained it, from 1.
  package var number: Int

  /// The process that wrote it, as the wrapper names it, for example by its pod and container;
  /// empty when unknown.
  package var process: String

  /// When it was written, in the wrapper's format; empty when unknown.
  package var time: ArraySlice<UInt8>

  package init(
    _ text: ArraySlice<UInt8>, number: Int = 0, process: String = "",
    time: ArraySlice<UInt8> = []
  ) {
    self.text = text
    self.number = number
    self.process = process
    self.time = time
  }
}

/// The number of lines, and of those that no reader understood.
package struct LineTally: Sendable, Equatable {
  /// A line that was not understood.
  package struct Example: Sendable, Equatable {
    package var number: Int
    package var text: String
  }

  package private(set) var filled = 0
  package private(set) var unknown = 0
  package private(set) var example: Example?

  private static let shownBytes = 60

  package init() {}

  /// Counts a line that is not blank.
  package mutating func count() { filled += 1 }

  /// Counts such a line as not understood.
  package mutating func miss(_ line: ArraySlice<UInt8>, number: Int) {
    unknown += 1
    if example == nil {
      let text = line.trimmed
      example = Example(
        number: number,
        text: text.prefix(Self.shownBytes).text + (text.count > Self.shownBytes ? "…" : ""))
    }
  }

  /// Undoes ``miss(_:number:)`` for lines that a later one explains.
  package mutating func recall(_ count: Int) {
    unknown = max(0, unknown - count)
    if unknown == 0 { example = nil }
  }

  /// More than one line in twenty was not understood.
  package var isDoubtful: Bool { unknown * 20 > filled }
}
