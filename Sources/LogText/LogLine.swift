/// A line of text, and where it came from.
package struct LogLine {
  package var text: ArraySlice<UInt8>

  /// The line of the file that it stood in, from 1.
  package var number: Int

  /// What the wrapper says of the process that wrote it, such as its pod and container;
  /// empty when it says nothing.
  package var process: String

  /// When it was written, as the wrapper has it; empty when it does not say.
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

/// How many lines there were, and how many of them nobody understood.
package struct LineTally: Sendable, Equatable {
  /// One that was not understood.
  package struct Example: Sendable, Equatable {
    package var number: Int
    package var text: String
  }

  package private(set) var filled = 0
  package private(set) var unknown = 0
  package private(set) var example: Example?

  private static let shownBytes = 60

  package init() {}

  /// Counts a line that has something in it.
  package mutating func count() { filled += 1 }

  /// Counts one of these as not understood.
  package mutating func miss(_ line: ArraySlice<UInt8>, number: Int) {
    unknown += 1
    if example == nil {
      let text = line.trimmed
      example = Example(
        number: number,
        text: text.prefix(Self.shownBytes).text + (text.count > Self.shownBytes ? "…" : ""))
    }
  }

  /// Takes back that lines were not understood: what follows them tells what they are.
  package mutating func recall(_ count: Int) {
    unknown = max(0, unknown - count)
    if unknown == 0 { example = nil }
  }

  /// More than one line in twenty was not understood.
  package var isDoubtful: Bool { unknown * 20 > filled }
}
