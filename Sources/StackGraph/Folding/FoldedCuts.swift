import Foundations
import ProfileModel

/// Where the lines of a profile are cut into parts: the upper nodes of a tree of some of its
/// stacks, down to nodes with few enough stacks below them.
///
/// Gaps between neighbouring nodes, before the first and after the last, are for stacks that the
/// tree does not contain. Nodes without children here, and gaps, are slots. Slots are numbered in
/// the order of their lines, and a part is a run of slots.
struct FoldedCuts: Sendable {
  private struct Node {
    /// Its symbols are the `count` ones from here in ``labels``.
    var start: Int
    var count: UInt32

    /// The children; none at a slot.
    var children: Range<UInt32> = 0..<0

    /// The gap before it. If the node is a slot, its own number is the next one.
    var gapBefore: UInt32
    var gapBehind: UInt32 = 0
  }

  /// Siblings are next to each other, in order.
  private var nodes: [Node] = []

  /// The rank of the first symbol of each node.
  private var firstRanks: [UInt32] = []
  private var top: Range<UInt32> = 0..<0
  private let labels: [UInt32]
  private let ranks: [UInt32]

  /// The part of each slot.
  private var partOfSlot: [UInt32] = []
  private(set) var partCount = 0

  /// - Parameters:
  ///   - step: the tree has one of this many samples.
  ///   - symbols: about how many make a part.
  init(_ tree: FoldedTree, ranks: [UInt32], step: Int, symbols: Int) {
    labels = tree.labels
    self.ranks = ranks
    let order = FoldedOrder(tree, ranks: ranks)
    // About how many symbols a slot has; a gap has few.
    var weights = [0]
    let few = symbols / step
    top = add(order.top, of: order, few: few, &weights)
    choose(weights, few: few)
  }

  /// Adds siblings, and what must be distinguished below them.
  private mutating func add(
    _ rows: Range<UInt32>, of order: FoldedOrder, few: Int, _ weights: inout [Int]
  ) -> Range<UInt32> {
    // An explicit stack instead of recursion, since the file determines how deep stacks are.
    struct Level {
      var rows: Range<UInt32>
      var place: Int
    }
    let first = nodes.count
    append(rows, of: order)
    var open = [Level(rows: rows, place: first)]
    while let level = open.last {
      if level.rows.isEmpty {
        open.removeLast()
        // The node that was entered last ends here.
        if let parent = open.last {
          nodes[parent.place - 1].gapBehind = UInt32(weights.count)
          weights.append(0)
        }
        continue
      }
      open[open.count - 1].rows = level.rows.dropFirst()
      open[open.count - 1].place += 1
      let node = order.nodes[Int(level.rows.lowerBound)]
      nodes[level.place].gapBefore = UInt32(weights.count - 1)
      if node.childCount == 0 || Int(node.weight) <= few {
        weights.append(Int(node.weight))
        weights.append(0)
        nodes[level.place].gapBehind = UInt32(weights.count - 1)
      } else {
        let rows = node.firstChild..<node.firstChild + node.childCount
        nodes[level.place].children = UInt32(nodes.count)..<UInt32(nodes.count + rows.count)
        open.append(Level(rows: rows, place: nodes.count))
        append(rows, of: order)
        weights.append(0)
      }
    }
    return UInt32(first)..<UInt32(first + rows.count)
  }

  private mutating func append(_ rows: Range<UInt32>, of order: FoldedOrder) {
    for row in rows {
      let node = order.nodes[Int(row)]
      nodes.append(Node(start: node.start, count: node.count, gapBefore: 0))
      firstRanks.append(ranks[Int(labels[node.start])])
    }
  }

  /// Makes parts from slots.
  private mutating func choose(_ weights: [Int], few: Int) {
    var sum = 0
    for weight in weights {
      if sum > 0, sum + weight > few {
        partCount += 1
        sum = 0
      }
      sum += weight
      partOfSlot.append(UInt32(partCount))
    }
    partCount += 1
  }

  /// Returns the part of each sample in a range.
  func parts(of range: Range<Int>, _ stacks: FoldedStacks) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: range.count) { parts, count in
      stacks.withRows { rows in
        withWalk { walk in
          var previous = 0..<0
          // How many frames of the previous stack, from the root, determined its part.
          var looked = Int.max
          var part: UInt32 = 0
          for sample in range {
            let stack = rows.range(of: sample)
            // The symbol of a leaf differs from the same name's elsewhere.
            let isSame =
              looked < min(stack.count, previous.count)
              && sharedDepth(rows.frames, stack.upperBound, previous.upperBound, limit: looked)
                == looked
            if !isSame {
              var symbols = FoldedSymbols(rows, stack, noStack: stacks.noStack)
              part = partOfSlot[Int(walk.slot(of: &symbols))]
              looked = symbols.looked
            }
            previous = stack
            parts[count] = part
            count += 1
          }
        }
      }
    }
  }

  private func withWalk(_ body: (Walk) -> Void) {
    nodes.withUnsafeBufferPointer { nodes in
      firstRanks.withUnsafeBufferPointer { firstRanks in
        labels.withUnsafeBufferPointer { labels in
          ranks.withUnsafeBufferPointer { ranks in
            body(
              Walk(top: top, nodes: nodes, firstRanks: firstRanks, labels: labels, ranks: ranks))
          }
        }
      }
    }
  }

  /// The tables as plain memory.
  private struct Walk {
    let top: Range<UInt32>
    let nodes: UnsafeBufferPointer<Node>
    let firstRanks: UnsafeBufferPointer<UInt32>
    let labels: UnsafeBufferPointer<UInt32>
    let ranks: UnsafeBufferPointer<UInt32>

    @inline(__always)
    func slot(of symbols: inout FoldedSymbols) -> UInt32 {
      // The tree has no stack: there is only one gap.
      if top.isEmpty { return 0 }
      var children = top
      while let symbol = symbols.next() {
        let rank = ranks[Int(symbol)]
        let range = Int(children.lowerBound)..<Int(children.upperBound)
        let row = firstNumber(in: range) { firstRanks[$0] >= rank }
        if row == range.upperBound { return nodes[row - 1].gapBehind }
        let node = nodes[row]
        if firstRanks[row] != rank { return node.gapBefore }
        if node.children.isEmpty { return node.gapBefore + 1 }
        for label in labels[node.start + 1..<node.start + Int(node.count)] {
          guard let symbol = symbols.next(), symbol != label else { continue }
          return ranks[Int(symbol)] < ranks[Int(label)] ? node.gapBefore : node.gapBehind
        }
        children = node.children
      }
      preconditionFailure("a stack ends with a symbol that no other follows")
    }
  }
}

/// The symbols of a stack one by one, root first.
private struct FoldedSymbols {
  private let rows: FoldedRows
  private let stack: Range<Int>
  private let noStack: UInt32

  /// How many frames were examined.
  private(set) var looked = 0

  /// What is left of the last list.
  private var list = 0..<0

  init(_ rows: FoldedRows, _ stack: Range<Int>, noStack: UInt32) {
    self.rows = rows
    self.stack = stack
    self.noStack = noStack
  }

  @inline(__always)
  mutating func next() -> UInt32? {
    if list.isEmpty {
      looked += 1
      if looked > stack.count { return stack.isEmpty && looked == 1 ? noStack : nil }
      let word = rows.words[Int(rows.frames[stack.upperBound - looked])]
      if word < FoldedFrames.severalFlag {
        return looked == stack.count ? word | FoldedStacks.leafFlag : word
      }
      let start = Int(word & ~FoldedFrames.severalFlag)
      list = start + 1..<start + 1 + Int(rows.lists[start])
    }
    let symbol = rows.lists[list.lowerBound]
    list = list.lowerBound + 1..<list.upperBound
    return list.isEmpty && looked == stack.count ? symbol | FoldedStacks.leafFlag : symbol
  }
}
