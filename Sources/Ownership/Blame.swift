package import ProfileModel

/// The priority of a frame for blame; the highest wins, ties go to the leaf-most frame.
package enum BlameRank: UInt8, Sendable {
  case never
  case ifNothingElse
  case surest
}

/// By function row: its priority for blame, and whether it is the user's own.
package struct BlameRanks: Sendable {
  package private(set) var ranks: [BlameRank] = []
  package private(set) var isOwn: [Bool] = []

  package init() {}

  package mutating func append(_ rank: BlameRank, isOwn: Bool) {
    ranks.append(rank)
    self.isOwn.append(isOwn)
  }

  package mutating func append(_ other: BlameRanks) {
    ranks += other.ranks
    isOwn += other.isOwn
  }
}

/// The line to blame on a stack.
package struct BlamedPlace: Sendable {
  /// A row of ``LocationTable/lines``.
  package var line: Int

  /// How many lines of the stack are below it.
  package var depth: Int
}

/// Finds the line to blame on a stack: of the frames with the highest priority, the one closest to
/// the leaf. Blame has no other implementation.
package struct Blamer: Sendable {
  /// By line.
  private let ranks: [BlameRank]

  /// What is needed of most locations: only the number of their lines.
  private struct Lines {
    var first: UInt32
    var count: UInt32
    var highest = BlameRank.never
  }

  private let locations: [Lines]

  package init(_ table: LocationTable, _ blame: BlameRanks) {
    let ranks = table.lines.map { blame.ranks[$0.function.index] }
    self.ranks = ranks
    var first = 0
    locations = table.lineEnds.map { end in
      defer { first = end }
      var lines = Lines(first: UInt32(first), count: UInt32(end - first))
      for line in first..<end where ranks[line].rawValue > lines.highest.rawValue {
        lines.highest = ranks[line]
      }
      return lines
    }
  }

  /// - Parameter frames: rows of the table of locations, leaf first.
  /// - Returns: nil when no frame may be blamed.
  /// - Complexity: O(*n*) in the lines below the blamed one, or in all.
  package func place(in frames: Slice<UnsafeBufferPointer<UInt32>>) -> BlamedPlace? {
    place(frames) { Int($0) }
  }

  /// The same for frames as a profile has them.
  package func place(in frames: some Sequence<LocationID>) -> BlamedPlace? {
    place(frames, \.index)
  }

  @inline(__always)
  private func place<Frames: Sequence>(
    _ frames: Frames, _ row: (Frames.Element) -> Int
  ) -> BlamedPlace? {
    var fallback: BlamedPlace?
    var depth = 0
    for frame in frames {
      let lines = locations[row(frame)]
      if lines.highest == .surest || lines.highest == .ifNothingElse && fallback == nil {
        let range = Int(lines.first)..<Int(lines.first + lines.count)
        let line = range.first { ranks[$0] == lines.highest } ?? range.lowerBound
        let place = BlamedPlace(line: line, depth: depth + line - range.lowerBound)
        if lines.highest == .surest { return place }
        fallback = place
      }
      depth += Int(lines.count)
    }
    return fallback
  }
}
