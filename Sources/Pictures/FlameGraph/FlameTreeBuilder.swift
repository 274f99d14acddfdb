import CSystem
import Foundations
import ProfileModel

/// Grows a tree from the outermost frames to the leaves.
///
/// The samples below a node are consecutive. A node is expanded by sorting them by their next
/// frame. Children that are small in every column become one *pruned* node at once, so that most
/// steps of a large profile are never taken.
///
/// Below nodes with few enough samples the tree grows on all cores.
struct FlameTreeBuilder: Sendable {
  let columnCount: Int

  /// Parents precede their children; -1 for the outermost frames.
  private(set) var parents: [Int32] = []
  private(set) var frames: [UInt32] = []

  /// `own[node * columnCount + column]`
  private(set) var own: [Int64] = []

  /// How many nodes were left out, not counting those below them.
  private(set) var prunedCount = 0

  private let sources: [FlameSource]

  /// Where the samples of each source begin in the numbering across all sources.
  private let firstSamples: [Int]
  private let cutoffs: [UInt64]
  private let emptyStack: UInt32
  private let pruned: UInt32

  /// There are values of both signs, so sums do not show magnitudes.
  private let hasBothSigns: Bool
  private var children: Children

  /// The children of the node that is being expanded.
  private struct Children: Sendable {
    /// By frame: the number of its child; -1 for none.
    var numbers: [Int32]
    var frames: [UInt32] = []
    var counts: [Int] = []

    /// Number 0 is for the samples that end at the node, children follow.
    var sums: [Int64] = []

    /// Σ|value|; empty when the sums suffice.
    var magnitudes: [UInt64] = []
    var places: [Int] = []
    var nodes: [Int32] = []
  }

  /// - Parameter cutoffs: the magnitude in each column, one of which a node must reach to be kept;
  ///   0 keeps all.
  init(
    _ sources: [FlameSource], columnCount: Int, cutoffs: [UInt64], frames numbers: FlameFrameNumbers
  ) {
    self.sources = sources
    self.columnCount = columnCount
    self.cutoffs = cutoffs
    emptyStack = numbers.emptyStack
    pruned = numbers.pruned
    var first = 0
    firstSamples = sources.map { source in
      defer { first += source.samples.count }
      return first
    }
    hasBothSigns = sources.contains { source in
      source.values.contains { $0.contains { $0 < 0 } }
    }
    children = Children(numbers: [Int32](repeating: -1, count: Int(numbers.pruned) + 1))
    var entries: [FlameEntry] = []
    entries.reserveCapacity(sources.reduce(0) { $0 + $1.rows.count })
    for index in sources.indices { Self.add(sources[index], firstSamples[index], to: &entries) }
    grow(&entries)
  }

  private static func add(_ source: FlameSource, _ first: Int, to entries: inout [FlameEntry]) {
    for row in source.rows {
      let sample = Int(row)
      guard source.values.contains(where: { $0[sample] != 0 }) else { continue }
      let range = source.samples.frameRange(of: sample)
      entries.append(
        FlameEntry(
          sample: UInt32(first + sample),
          position: UInt32(source.isReversed ? range.lowerBound : range.upperBound),
          stop: UInt32(source.isReversed ? range.upperBound : range.lowerBound)))
    }
  }

  private mutating func grow(_ entries: inout [FlameEntry]) {
    var moved = [FlameEntry](repeating: FlameEntry(), count: entries.count)
    var numbers = [Int32](repeating: 0, count: entries.count)
    entries.withUnsafeMutableBufferPointer { entries in
      moved.withUnsafeMutableBufferPointer { moved in
        numbers.withUnsafeMutableBufferPointer { numbers in
          let work = Work(entries: entries, moved: moved, numbers: numbers)
          let isLarge = isWorthSplitting(entries.count, from: Self.fewEntries)
          let few = isLarge ? max(2, entries.count / (coreCount * 16)) : .max
          var branches: [Branch] = []
          var pending = [Branch(node: -1, range: entries.indices)]
          while let branch = pending.popLast() {
            if branch.node >= 0, branch.range.count < few, few < .max {
              branches.append(branch)
            } else {
              takeApart(branch, work, &pending)
            }
          }
          if !branches.isEmpty { grow(branches, work) }
        }
      }
    }
  }

  /// With fewer samples a thread does not pay.
  private static let fewEntries = 1 << 14

  /// A node to expand, and the place of its samples.
  private struct Branch {
    var node: Int32
    var range: Range<Int>
  }

  /// The samples, and room to sort them. It is sendable because no two threads use the same range.
  private struct Work: @unchecked Sendable {
    let entries: UnsafeMutableBufferPointer<FlameEntry>
    let moved: UnsafeMutableBufferPointer<FlameEntry>

    /// The child that each sample goes to, from 1, or 0.
    let numbers: UnsafeMutableBufferPointer<Int32>
  }

  /// Grows branches on all cores, each in a tree of its own, and joins them.
  private mutating func grow(_ branches: [Branch], _ work: Work) {
    var bare = self
    bare.parents = []
    bare.frames = []
    bare.own = []
    bare.prunedCount = 0
    let empty = bare
    let queue = PartQueue(Array(branches.indices))
    // The first node of each branch in a tree represents the branch's own.
    let trees = concurrently(Array(0..<coreCount)) { _ in
      var tree = empty
      var grown: [(branch: Int, nodes: Range<Int>)] = []
      var pending: [Branch] = []
      while let number = queue.next() {
        let start = tree.parents.count
        let node = tree.addNode(parent: -1, frame: 0)
        pending.append(Branch(node: node, range: branches[number].range))
        while let branch = pending.popLast() { tree.takeApart(branch, work, &pending) }
        grown.append((number, start..<tree.parents.count))
      }
      return (tree: tree, grown: grown)
    }
    var places = [(tree: Int, nodes: Range<Int>)](repeating: (0, 0..<0), count: branches.count)
    for (index, tree) in trees.enumerated() {
      prunedCount += tree.tree.prunedCount
      for (branch, nodes) in tree.grown { places[branch] = (index, nodes) }
    }
    for (branch, place) in zip(branches, places) {
      let tree = trees[place.tree].tree
      let first = place.nodes.lowerBound
      // The place of the node after the first one, less one.
      let shift = Int32(parents.count - 1 - first)
      for column in 0..<columnCount {
        own[Int(branch.node) * columnCount + column] &+= tree.own[first * columnCount + column]
      }
      for node in place.nodes.dropFirst() {
        let parent = tree.parents[node]
        parents.append(parent == first ? branch.node : parent + shift)
      }
      frames.append(contentsOf: tree.frames[place.nodes.dropFirst()])
      own.append(
        contentsOf: tree.own[(first + 1) * columnCount..<place.nodes.upperBound * columnCount])
    }
  }

  private mutating func addNode(parent: Int32, frame: UInt32) -> Int32 {
    let node = Int32(parents.count)
    parents.append(parent)
    frames.append(frame)
    for _ in 0..<columnCount { own.append(0) }
    return node
  }

  private mutating func takeApart(_ branch: Branch, _ work: Work, _ pending: inout [Branch]) {
    let range = branch.range
    if range.isEmpty { return }
    let entries = work.entries
    let moved = work.moved
    let numbers = work.numbers
    let pieces = pieces(of: range, entries)
    var node = branch.node
    while true {
      var endCount = 0
      for piece in pieces {
        endCount += step(sources[piece.source], piece.range, isRoot: node < 0, entries, numbers)
      }
      // All samples have the same next frame, and none ends here.
      guard endCount == 0, children.frames.count == 1 else { break }
      node = addNode(parent: node, frame: children.frames[0])
      children.numbers[Int(children.frames[0])] = -1
      children.frames.removeAll(keepingCapacity: true)
    }
    let count = children.frames.count
    add(pieces, childCount: count, entries, numbers)
    if node >= 0 { addOwn(of: 0, to: node) }
    var place = range.lowerBound
    var prunedNode: Int32 = -1
    for number in 1..<count + 1 {
      let frame = children.frames[number - 1]
      children.numbers[Int(frame)] = -1
      if isLarge(number) {
        let child = addNode(parent: node, frame: frame)
        children.nodes.append(child)
        children.places.append(place)
        let end = place + children.counts[number]
        pending.append(Branch(node: child, range: place..<end))
        place = end
      } else {
        if prunedNode < 0 { prunedNode = addNode(parent: node, frame: pruned) }
        addOwn(of: number, to: prunedNode)
        prunedCount += 1
        children.nodes.append(-1)
        children.places.append(-1)
      }
    }
    // Samples that end or are pruned stay last.
    for index in range where numbers[index] > 0 {
      let child = Int(numbers[index]) - 1
      let target = children.places[child]
      if target < 0 { continue }
      moved[target] = entries[index]
      children.places[child] = target + 1
    }
    for index in range.lowerBound..<place { entries[index] = moved[index] }
    children.frames.removeAll(keepingCapacity: true)
    children.nodes.removeAll(keepingCapacity: true)
    children.places.removeAll(keepingCapacity: true)
  }

  /// The parts of a range that belong to each source; samples keep their order.
  private func pieces(
    of range: Range<Int>, _ entries: UnsafeMutableBufferPointer<FlameEntry>
  ) -> [(source: Int, range: Range<Int>)] {
    if sources.count == 1 { return [(0, range)] }
    var result: [(source: Int, range: Range<Int>)] = []
    var start = range.lowerBound
    for source in sources.indices where start < range.upperBound {
      var end = range.upperBound
      if source + 1 < sources.count {
        var low = start
        while low < end {
          let middle = (low + end) / 2
          if Int(entries[middle].sample) < firstSamples[source + 1] {
            low = middle + 1
          } else {
            end = middle
          }
        }
      }
      if end > start { result.append((source, start..<end)) }
      start = end
    }
    return result
  }

  /// Advances samples to their next frame and numbers them by it; samples that end get 0.
  ///
  /// - Returns: how many end.
  private mutating func step(
    _ source: FlameSource, _ range: Range<Int>, isRoot: Bool,
    _ entries: UnsafeMutableBufferPointer<FlameEntry>, _ numbers: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    var endCount = 0
    let isReversed = source.isReversed
    let stacks = source.frames
    let emptyStack = emptyStack
    var frames: [UInt32] = []
    swap(&frames, &children.frames)
    source.samples.withFrameRows { locations in
      children.numbers.withUnsafeMutableBufferPointer { childNumbers in
        for index in range {
          // Stacks are far apart in memory, which the processor cannot predict.
          if index + 16 < range.upperBound, let base = locations.baseAddress {
            prefetch(base + (Int(entries[index + 16].position) - 1))
          }
          let frame: UInt32
          if !entries[index].isAtEnd {
            frame = entries[index].next(locations, stacks, isReversed: isReversed)
          } else if isRoot {
            frame = emptyStack
          } else {
            numbers[index] = 0
            endCount += 1
            continue
          }
          var number = childNumbers[Int(frame)]
          if number < 0 {
            frames.append(frame)
            number = Int32(frames.count)
            childNumbers[Int(frame)] = number
          }
          numbers[index] = number
        }
      }
    }
    swap(&frames, &children.frames)
    return endCount
  }

  /// Adds up the number of samples and the values of each child.
  private mutating func add(
    _ pieces: [(source: Int, range: Range<Int>)], childCount: Int,
    _ entries: UnsafeMutableBufferPointer<FlameEntry>, _ numbers: UnsafeMutableBufferPointer<Int32>
  ) {
    let size = (childCount + 1) * columnCount
    children.counts.replaceAll(with: 0, count: childCount + 1)
    children.sums.replaceAll(with: 0, count: size)
    if hasBothSigns { children.magnitudes.replaceAll(with: 0, count: size) }
    children.counts.withUnsafeMutableBufferPointer { counts in
      for index in pieces[0].range.lowerBound..<pieces[pieces.count - 1].range.upperBound {
        counts[Int(numbers[index])] += 1
      }
    }
    let columnCount = columnCount
    for piece in pieces {
      let source = sources[piece.source]
      let first = firstSamples[piece.source]
      let sign: Int64 = source.isNegated ? -1 : 1
      for (type, values) in source.values.enumerated() {
        let column = source.firstColumn + type
        values.withUnsafeBufferPointer { values in
          children.sums.withUnsafeMutableBufferPointer { sums in
            for index in piece.range {
              sums[Int(numbers[index]) * columnCount + column] &+=
                sign &* values[Int(entries[index].sample) - first]
            }
          }
          if !hasBothSigns { return }
          for index in piece.range {
            children.magnitudes[Int(numbers[index]) * columnCount + column] &+=
              values[Int(entries[index].sample) - first].magnitude
          }
        }
      }
    }
  }

  private mutating func addOwn(of number: Int, to node: Int32) {
    for column in 0..<columnCount {
      own[Int(node) * columnCount + column] &+= children.sums[number * columnCount + column]
    }
  }

  private func isLarge(_ number: Int) -> Bool {
    for column in 0..<columnCount {
      let place = number * columnCount + column
      let magnitude =
        hasBothSigns ? children.magnitudes[place] : children.sums[place].magnitude
      if magnitude != 0, magnitude >= cutoffs[column] { return true }
    }
    return false
  }
}

extension Array {
  fileprivate mutating func replaceAll(with element: Element, count: Int) {
    removeAll(keepingCapacity: true)
    append(contentsOf: repeatElement(element, count: count))
  }
}
