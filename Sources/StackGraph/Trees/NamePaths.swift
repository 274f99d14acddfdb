import ProfileModel

/// Paths with a value each, of which trees are made.
///
/// A path is a place in a stack, from which it goes on to the root or to the leaf:
/// its names are read when a tree is made, which is seldom all of them.
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
  private var places: [Place] = []
  private var values: [Int64] = []

  /// No path.
  package init() { self.init(Source(), isOutward: true) }

  /// - Parameter isOutward: whether paths go to the root of their stacks or to the leaf.
  init(_ source: Source, isOutward: Bool) {
    self.source = source
    self.isOutward = isOutward
  }

  /// Adds the path that begins at a line of a frame and ends with another frame.
  mutating func add(frame: Int, line: Int, last: Int, _ value: Int64) {
    places.append(Place(frame: frame, line: line, last: last))
    values.append(value)
  }

  /// Adds the paths of another list after these.
  mutating func add(_ other: NamePaths) {
    places.append(contentsOf: other.places)
    values.append(contentsOf: other.values)
  }

  /// Returns the paths as a tree, level by level; direct recursion counts as one step.
  ///
  /// - Parameter cutoff: nodes whose value is smaller get no children. Large
  ///   nodes lie close to the roots, so most steps are never taken: in a tree of
  ///   all paths each one misses the cache.
  package func tree(atLeast cutoff: Int64) -> NameTree {
    var tree = NameTree()
    var places = self.places
    var active = Array(places.indices)
    var nodes = [Int32](repeating: -1, count: places.count)
    while !active.isEmpty {
      for path in active {
        nodes[path] = tree.add(
          values[path], under: nodes[path], name: source.lineNames[places[path].line])
      }
      active = active.filter { path in
        tree.values[Int(nodes[path])].magnitude >= cutoff.magnitude && step(&places[path])
      }
    }
    return tree
  }

  /// Goes on to the next name; false at the end of the path.
  private func step(_ place: inout Place) -> Bool {
    let name = source.lineNames[place.line]
    repeat {
      if !(isOutward ? stepOutward(&place) : stepInward(&place)) { return false }
    } while source.lineNames[place.line] == name
    return true
  }

  private func stepOutward(_ place: inout Place) -> Bool {
    place.line += 1
    while place.line == source.lineEnds[source.frames[place.frame].index] {
      if place.frame == place.last { return false }
      place.frame += 1
      place.line = firstLine(source.frames[place.frame].index)
    }
    return true
  }

  private func stepInward(_ place: inout Place) -> Bool {
    while place.line == firstLine(source.frames[place.frame].index) {
      if place.frame == place.last { return false }
      place.frame -= 1
      place.line = source.lineEnds[source.frames[place.frame].index]
    }
    place.line -= 1
    return true
  }

  private func firstLine(_ location: Int) -> Int {
    location == 0 ? 0 : source.lineEnds[location - 1]
  }
}
