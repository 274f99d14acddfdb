import ProfileModel

/// Paths with a value each, from which trees are built.
///
/// A path is a place in a stack, from which it continues to the root or to the leaf. Its names are
/// read only when a tree is built, and then seldom all of them.
package struct NamePaths: Sendable {
  /// The stacks that the paths are in, and the name of each line.
  struct Source: Sendable {
    var frames: [LocationID] = []
    var lineEnds: [Int] = []
    var lineNames: [UInt32] = []
  }

  private struct Place {
    var frame: Int
    var line: Int

    /// The frame at the end of the path.
    var last: Int
  }

  private let source: Source
  private let isOutward: Bool

  /// Frames in addition to those of the source: paths without the rounds of recursion, each leaf
  /// first.
  private var ownFrames: [LocationID] = []

  /// By own frame: the cycle that a path completes with it.
  private var ownCycles: [RecursionCut.Cycle] = []

  private var places: [Place] = []
  private var values: [Int64] = []

  /// No path.
  package init() { self.init(Source(), isOutward: true) }

  /// - Parameter isOutward: whether paths go to the root of their stacks, rather than to the leaf.
  init(_ source: Source, isOutward: Bool) {
    self.source = source
    self.isOutward = isOutward
  }

  /// Adds the path from a line of a frame to another frame.
  mutating func add(frame: Int, line: Int, last: Int, _ value: Int64) {
    places.append(Place(frame: frame, line: line, last: last))
    values.append(value)
  }

  /// Adds the path that is left after recursion was removed.
  ///
  /// - Parameter line: where the path begins, as the number of a line of its first frame.
  mutating func add(_ cut: RecursionCut, line: Int, _ value: Int64) {
    let base = source.frames.count + ownFrames.count
    let count = cut.frames.count
    var cycles = Array(repeating: RecursionCut.Cycle(), count: count)
    for (index, cycle) in cut.cycles.enumerated() where cycle.rounds > 0 {
      // An outward path enters the cycle from its other end.
      let first = index + 1 - cycle.frameCount
      let names = cut.frames[max(0, first)...index].reduce(0) {
        $0 + source.lineEnds[Int($1)] - firstLine(Int($1))
      }
      cycles[count - 1 - (isOutward ? max(0, first) : index)] = RecursionCut.Cycle(
        frameCount: names, rounds: cycle.rounds)
    }
    ownFrames += cut.frames.reversed().map { LocationID(Int($0)) }
    ownCycles += cycles
    let start = isOutward ? base : base + count - 1
    add(
      frame: start, line: firstLine(location(start)) + line,
      last: isOutward ? base + count - 1 : base, value)
  }

  /// Appends the paths of another list with the same source.
  mutating func add(_ other: NamePaths) {
    for var place in other.places {
      if place.frame >= source.frames.count {
        place.frame += ownFrames.count
        place.last += ownFrames.count
      }
      places.append(place)
    }
    values.append(contentsOf: other.values)
    ownFrames += other.ownFrames
    ownCycles += other.ownCycles
  }

  /// Builds a tree of the paths, level by level; repeated names are one step.
  ///
  /// - Parameter cutoff: nodes with a smaller value get no children. Large nodes are close to the
  ///   roots, so most steps are never taken: in a tree of all paths each one misses the cache.
  package func tree(atLeast cutoff: Int64) -> NameTree {
    var tree = NameTree()
    var places = self.places
    var active = Array(places.indices)
    var nodes = [Int32](repeating: -1, count: places.count)
    while !active.isEmpty {
      for path in active {
        nodes[path] = tree.add(
          values[path], under: nodes[path], name: source.lineNames[places[path].line])
        if let cycle = cycle(at: places[path]) { tree.add(cycle, to: nodes[path]) }
      }
      active = active.filter { path in
        tree.values[Int(nodes[path])].magnitude >= cutoff.magnitude && step(&places[path])
      }
    }
    return tree
  }

  /// Advances to the next name; false at the end of the path.
  private func step(_ place: inout Place) -> Bool {
    let name = source.lineNames[place.line]
    repeat {
      if !(isOutward ? stepOutward(&place) : stepInward(&place)) { return false }
    } while source.lineNames[place.line] == name
    return true
  }

  private func stepOutward(_ place: inout Place) -> Bool {
    place.line += 1
    while place.line == source.lineEnds[location(place.frame)] {
      if place.frame == place.last { return false }
      place.frame += 1
      place.line = firstLine(location(place.frame))
    }
    return true
  }

  private func stepInward(_ place: inout Place) -> Bool {
    while place.line == firstLine(location(place.frame)) {
      if place.frame == place.last { return false }
      place.frame -= 1
      place.line = source.lineEnds[location(place.frame)]
    }
    place.line -= 1
    return true
  }

  /// The cycle whose last name is at a place.
  private func cycle(at place: Place) -> RecursionCut.Cycle? {
    let own = place.frame - source.frames.count
    guard own >= 0, ownCycles[own].rounds > 0 else { return nil }
    let location = location(place.frame)
    let last = isOutward ? source.lineEnds[location] - 1 : firstLine(location)
    return place.line == last ? ownCycles[own] : nil
  }

  private func location(_ frame: Int) -> Int {
    let count = source.frames.count
    return (frame < count ? source.frames[frame] : ownFrames[frame - count]).index
  }

  private func firstLine(_ location: Int) -> Int {
    location == 0 ? 0 : source.lineEnds[location - 1]
  }
}
