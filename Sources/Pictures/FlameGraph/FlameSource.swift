import ProfileModel
import StackGraph

/// Some samples of a profile, and the columns of the tree that they count in.
///
/// It is a class because its columns are used for each node, and a copy would reference-count each
/// of them.
final class FlameSource: Sendable {
  let samples: SampleTable

  /// The samples that count, in ascending order.
  let rows: [UInt32]
  let frames: FlameLocations

  /// The values of each sample type.
  let values: [[Int64]]

  /// The tree's column of the first sample type.
  let firstColumn: Int

  /// Values count negated.
  let isNegated: Bool

  /// Stacks are followed from the leaf outward.
  let isReversed: Bool

  init(
    samples: SampleTable, rows: [UInt32], frames: FlameLocations, values: [[Int64]],
    firstColumn: Int, isNegated: Bool, isReversed: Bool
  ) {
    self.samples = samples
    self.rows = rows
    self.frames = frames
    self.values = values
    self.firstColumn = firstColumn
    self.isNegated = isNegated
    self.isReversed = isReversed
  }
}

/// The frames of each location, as numbers of ``FlameFrameNumbers``.
struct FlameLocations: Sendable {
  /// By location: its only frame, or where its frames begin in ``frames``, with ``several`` added.
  private(set) var codes: [UInt32] = []

  /// The frames of locations, those of one location leaf first.
  let frames: [UInt32]
  private let ends: [Int]

  static let several: UInt32 = 1 << 31

  init(_ table: NodeTable, numbers: [UInt32]) {
    frames = table.locationNodes.map { numbers[$0.index] }
    ends = table.locationEnds
    codes.reserveCapacity(ends.count)
    for location in ends.indices {
      let range = range(of: location)
      codes.append(
        range.count == 1
          ? frames[range.lowerBound] : Self.several | UInt32(location))
    }
  }

  func range(of location: Int) -> Range<Int> {
    (location == 0 ? 0 : ends[location - 1])..<ends[location]
  }
}

/// A sample's position between its outermost frame and its end.
struct FlameEntry {
  /// Numbered across all sources.
  var sample: UInt32 = 0

  /// Where the rest of the stack is among the frames of its table, and where it ends.
  var position: UInt32 = 0
  var stop: UInt32 = 0

  /// The remaining frames of the current location.
  var linesLeft: UInt32 = 0

  var isAtEnd: Bool { position == stop && linesLeft == 0 }

  /// Returns the next frame, and advances past it.
  @inline(__always)
  mutating func next(
    _ locations: UnsafeBufferPointer<UInt32>, _ source: FlameLocations, isReversed: Bool
  ) -> UInt32 {
    if linesLeft == 0 {
      if !isReversed { position -= 1 }
      let location = locations[Int(position)]
      if isReversed { position += 1 }
      let code = source.codes[Int(location)]
      if code < FlameLocations.several { return code }
      linesLeft = UInt32(source.range(of: Int(location)).count)
    }
    let location = Int(locations[Int(isReversed ? position - 1 : position)])
    let range = source.range(of: location)
    linesLeft -= 1
    return source.frames[
      isReversed ? range.upperBound - 1 - Int(linesLeft) : range.lowerBound + Int(linesLeft)]
  }
}
