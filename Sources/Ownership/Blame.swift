package import ProfileModel

/// How eagerly a frame is blamed; higher wins, ties go to the leaf-most.
package enum BlameRank: UInt8, Sendable {
  case never
  case ifNothingElse
  case surest
}

/// By function row: how eagerly it is blamed, and whether it is the user's own.
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

  /// Returns the nearest line of the user's own above another line of a stack.
  ///
  /// - Parameter lines: the stack, leaf first.
  package func ownCaller(
    above depth: Int, in lines: some Sequence<SourceLine>
  ) -> SourceLine? {
    lines.dropFirst(depth + 1).first { isOwn[$0.function.index] }
  }
}

/// The line to blame on a stack.
package struct BlamedPlace: Sendable {
  /// A row of ``LocationTable/lines``.
  package var line: Int

  /// How many lines of the stack lie below it.
  package var depth: Int
}

/// Finds the line to blame on a stack: of those most surely the user's own, the one closest
/// to the leaf. There is no other blame than this.
package struct Blamer: Sendable {
  /// By line.
  private let ranks: [BlameRank]

  /// By location: where its lines end.
  private let lineEnds: [Int]

  package init(_ locations: LocationTable, _ blame: BlameRanks) {
    ranks = locations.lines.map { blame.ranks[$0.function.index] }
    lineEnds = locations.lineEnds
  }

  /// - Parameter frames: rows of the table of locations, leaf first.
  /// - Returns: nil where no frame may be blamed.
  /// - Complexity: O(*n*) in the lines below the blamed one, or in all.
  package func place(in frames: Slice<UnsafeBufferPointer<UInt32>>) -> BlamedPlace? {
    place(frames) { Int($0) }
  }

  /// The same with frames as a profile has them.
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
      let location = row(frame)
      for line in (location == 0 ? 0 : lineEnds[location - 1])..<lineEnds[location] {
        switch ranks[line] {
        case .surest: return BlamedPlace(line: line, depth: depth)
        case .ifNothingElse: if fallback == nil { fallback = BlamedPlace(line: line, depth: depth) }
        case .never: break
        }
        depth += 1
      }
    }
    return fallback
  }
}
