import ProfileModel
import StackGraph

/// Some samples of a profile, and the columns of the tree that they count in.
struct FlameSource {
  var samples: SampleTable

  /// The samples that count.
  var rows: [UInt32]

  /// The frames of each location, those of one location leaf first.
  var lineFrames: [UInt32]
  var lineEnds: [Int]

  /// The values of each sample type.
  var values: [[Int64]]

  /// The tree's column of the first sample type.
  var firstColumn: Int

  /// Values count with their sign turned.
  var isNegated: Bool

  /// Stacks are followed from the leaf outward.
  var isReversed: Bool
}

/// Grows a tree level by level, from the outermost frames to the leaves.
///
/// Nodes that are small in every column go into one *pruned* node beside them as
/// soon as their level is done. Large nodes lie close to the root, so of a large
/// profile most steps, each of which misses the cache, are never taken.
struct FlameTreeBuilder {
  let columnCount: Int
  private(set) var parents: [Int32] = []
  private(set) var frames: [UInt32] = []

  /// `own[node * columnCount + column]`
  private(set) var own: [Int64] = []

  /// Σ|value| of a node and all below it, laid out as ``own``.
  private var weights: [Int64] = []

  /// The nodes that went into a pruned one.
  private var isPruned: [Bool] = []

  /// How many nodes were left out, not counting those below them.
  private(set) var prunedCount = 0

  private let prunedFrame: UInt32
  private let emptyStackFrame: UInt32

  /// - Parameter cutoffs: what a node must have in some column to be kept, a
  ///   magnitude a column; 0 keeps all.
  init(_ sources: [FlameSource], columnCount: Int, cutoffs: [UInt64], frames table: FlameFrames) {
    self.columnCount = columnCount
    prunedFrame = table.prunedFrame
    emptyStackFrame = table.emptyStackFrame
    var walks = sources.map(Walk.init)
    let prunes = cutoffs.contains { $0 > 0 }
    var levelStart = 0
    while walks.contains(where: { !$0.active.isEmpty }) {
      var children = ChildTable(capacity: (parents.count - levelStart) * 2)
      levelStart = parents.count
      for index in walks.indices { step(&walks[index], &children) }
      if prunes {
        markPruned(from: levelStart, cutoffs)
        for index in walks.indices { movePruned(&walks[index]) }
      }
      for index in walks.indices { endStacks(&walks[index]) }
    }
  }

  func isKept(_ node: Int) -> Bool { !isPruned[node] }

  /// How far the samples of a source have come.
  fileprivate struct Walk {
    var source: FlameSource
    /// The samples that have not ended.
    var active: [UInt32] = []
    /// For each active sample: its node, how many frames are left, and how many
    /// lines of the frame it is at.
    var nodes: [Int32] = []
    var frames: [Int] = []
    var lines: [Int] = []

    init(_ source: FlameSource) {
      self.source = source
      active = source.rows.filter { row in source.values.contains { $0[Int(row)] != 0 } }
      nodes = active.map { _ in -1 }
      frames = active.map { row in
        let sample = Int(row)
        return source.samples.frameEnds[sample]
          - (sample == 0 ? 0 : source.samples.frameEnds[sample - 1])
      }
      lines = active.map { _ in 0 }
    }

    func isAtEnd(_ entry: Int) -> Bool { lines[entry] == 0 && frames[entry] == 0 }

    /// Returns the next frame of an active sample; nil for one without a stack.
    ///
    /// Every location has a line.
    @inline(__always)
    mutating func next(_ entry: Int, _ rows: UnsafeBufferPointer<UInt32>) -> UInt32? {
      if isAtEnd(entry) { return nil }
      let sample = Int(active[entry])
      let isAtNewFrame = lines[entry] == 0
      if isAtNewFrame { frames[entry] -= 1 }
      let start = sample == 0 ? 0 : source.samples.frameEnds[sample - 1]
      let place =
        source.isReversed
        ? source.samples.frameEnds[sample] - 1 - frames[entry] : start + frames[entry]
      let location = Int(rows[place])
      let first = location == 0 ? 0 : source.lineEnds[location - 1]
      let count = source.lineEnds[location] - first
      if isAtNewFrame { lines[entry] = count }
      lines[entry] -= 1
      return source.lineFrames[
        first + (source.isReversed ? count - 1 - lines[entry] : lines[entry])]
    }
  }

  private mutating func addNode(parent: Int32, frame: UInt32) -> Int32 {
    let node = Int32(parents.count)
    parents.append(parent)
    frames.append(frame)
    isPruned.append(false)
    for _ in 0..<columnCount {
      own.append(0)
      weights.append(0)
    }
    return node
  }

  /// Takes each sample to its next frame.
  private mutating func step(_ walk: inout Walk, _ children: inout ChildTable) {
    let source = walk.source
    // Neighbouring stacks begin alike.
    var last: (parent: Int32, frame: UInt32, node: Int32) = (-2, 0, 0)
    source.samples.withFrameRows { rows in
      for entry in walk.active.indices {
        let sample = walk.active[entry]
        let frame = walk.next(entry, rows) ?? emptyStackFrame
        let parent = walk.nodes[entry]
        let node: Int32
        if last.parent == parent, last.frame == frame {
          node = last.node
        } else {
          node = children.child(of: parent, frame: frame) {
            addNode(parent: parent, frame: frame)
          }
          last = (parent, frame, node)
        }
        walk.nodes[entry] = node
        let place = Int(node) * columnCount + source.firstColumn
        for type in source.values.indices {
          weights[place + type] &+= Int64(
            clamping: source.values[type][Int(sample)].magnitude)
        }
      }
    }
  }

  private mutating func markPruned(from levelStart: Int, _ cutoffs: [UInt64]) {
    for node in levelStart..<parents.count {
      let place = node * columnCount
      isPruned[node] = !cutoffs.indices.contains {
        weights[place + $0].magnitude >= cutoffs[$0] && weights[place + $0] != 0
      }
      if isPruned[node] { prunedCount += 1 }
    }
  }

  /// Ends the samples whose node is pruned: they count in the pruned node beside it.
  private mutating func movePruned(_ walk: inout Walk) {
    var kept = 0
    for entry in walk.active.indices {
      let node = walk.nodes[entry]
      if isPruned[Int(node)] {
        addOwn(walk.source, walk.active[entry], to: prunedSibling(of: node))
      } else {
        walk.keep(entry, at: kept)
        kept += 1
      }
    }
    walk.cut(to: kept)
  }

  /// The pruned node below each parent, the roots' under -1.
  private var prunedChildren: [Int32: Int32] = [:]

  private mutating func prunedSibling(of node: Int32) -> Int32 {
    let parent = parents[Int(node)]
    if let known = prunedChildren[parent] { return known }
    let new = addNode(parent: parent, frame: prunedFrame)
    prunedChildren[parent] = new
    return new
  }

  /// Ends the samples that have no frames left.
  private mutating func endStacks(_ walk: inout Walk) {
    var kept = 0
    for entry in walk.active.indices {
      if walk.isAtEnd(entry) {
        addOwn(walk.source, walk.active[entry], to: walk.nodes[entry])
      } else {
        walk.keep(entry, at: kept)
        kept += 1
      }
    }
    walk.cut(to: kept)
  }

  private mutating func addOwn(_ source: FlameSource, _ sample: UInt32, to node: Int32) {
    let place = Int(node) * columnCount + source.firstColumn
    for type in source.values.indices {
      let value = source.values[type][Int(sample)]
      own[place + type] &+= source.isNegated ? 0 &- value : value
    }
  }
}

extension FlameTreeBuilder.Walk {
  fileprivate mutating func keep(_ entry: Int, at place: Int) {
    if entry == place { return }
    active[place] = active[entry]
    nodes[place] = nodes[entry]
    frames[place] = frames[entry]
    lines[place] = lines[entry]
  }

  fileprivate mutating func cut(to count: Int) {
    active.removeLast(active.count - count)
    nodes.removeLast(nodes.count - count)
    frames.removeLast(frames.count - count)
    lines.removeLast(lines.count - count)
  }
}

/// The children of one level's nodes by parent and frame: open addressing.
private struct ChildTable {
  private var keys: [UInt64]
  private var nodes: [Int32]
  private var count = 0

  private static let free = UInt64.max

  init(capacity: Int) {
    var size = 256
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: Self.free, count: size)
    nodes = [Int32](repeating: 0, count: size)
  }

  mutating func child(of parent: Int32, frame: UInt32, make: () -> Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(frame)
    var slot = self.slot(key)
    if keys[slot] == key { return nodes[slot] }
    if count * 2 >= keys.count {
      grow()
      slot = self.slot(key)
    }
    let node = make()
    keys[slot] = key
    nodes[slot] = node
    count += 1
    return node
  }

  private func slot(_ key: UInt64) -> Int {
    let mask = keys.count - 1
    let product = key.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    var slot = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = (keys, nodes)
    keys = [UInt64](repeating: Self.free, count: old.0.count * 2)
    nodes = [Int32](repeating: 0, count: old.0.count * 2)
    for index in old.0.indices where old.0[index] != Self.free {
      let slot = self.slot(old.0[index])
      keys[slot] = old.0[index]
      nodes[slot] = old.1[index]
    }
  }
}
