import Foundations

/// The call tree of one or more profiles, in preorder: a node's parent precedes it, and its
/// children are in the order of their frames.
package struct FlameTree: Sendable {
  /// -1 for the outermost frames of stacks.
  package private(set) var parents: [Int32] = []
  package private(set) var frames: [UInt32] = []

  /// The values of each node without its children: `ownValues[column][node]`.
  package private(set) var ownValues: [[Int64]]

  package var count: Int { parents.count }

  /// - Parameters:
  ///   - builder: the nodes in any order, parents before their children.
  ///   - numbers: the number in the tree of each frame of the builder.
  init(_ builder: FlameTreeBuilder, numbers: [UInt32]) {
    let builderFrames = builder.frames.map { numbers[Int($0)] }
    let columns = builder.columnCount
    ownValues = [[Int64]](repeating: [], count: columns)
    // The children of each node; the roots are those of an additional last node.
    let count = builder.parents.count
    var starts = [Int](repeating: 0, count: count + 2)
    func slot(_ parent: Int32) -> Int { parent < 0 ? count : Int(parent) }
    for node in 0..<count {
      starts[slot(builder.parents[node]) + 1] += 1
    }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var children = [Int32](repeating: 0, count: starts[count + 1])
    var next = starts
    for node in 0..<count {
      let place = slot(builder.parents[node])
      children[next[place]] = Int32(node)
      next[place] += 1
    }
    for node in 0...count where starts[node + 1] - starts[node] > 1 {
      children[starts[node]..<starts[node + 1]].sort {
        builderFrames[Int($0)] < builderFrames[Int($1)]
      }
    }
    var pending: [(node: Int32, parent: Int32)] = []
    func push(_ slot: Int, parent: Int32) {
      for index in (starts[slot]..<starts[slot + 1]).reversed() {
        pending.append((children[index], parent))
      }
    }
    parents.reserveCapacity(count)
    frames.reserveCapacity(count)
    for column in 0..<columns { ownValues[column].reserveCapacity(count) }
    push(count, parent: -1)
    while let (node, parent) = pending.popLast() {
      let number = Int32(parents.count)
      parents.append(parent)
      frames.append(builderFrames[Int(node)])
      for column in 0..<columns {
        ownValues[column].append(builder.own[Int(node) * columns + column])
      }
      push(Int(node), parent: number)
    }
  }

  /// Returns the values of each node including everything below it, for one column.
  package func totals(ofColumn column: Int) -> [Int64] { sums(ownValues[column]) }

  /// The same with losses counted like gains: the width of each node.
  package func magnitudes(ofColumn column: Int) -> [Int64] {
    sums(ownValues[column].map(saturatingMagnitude))
  }

  private func sums(_ own: [Int64]) -> [Int64] {
    var totals = own
    for node in stride(from: count - 1, through: 0, by: -1) where parents[node] >= 0 {
      totals[Int(parents[node])] &+= totals[node]
    }
    return totals
  }

  /// The number of frames of the deepest stack.
  package var depth: Int { depths.max().map { Int($0) + 1 } ?? 0 }

  /// The number of frames below each node.
  package var depths: [Int32] {
    var result = [Int32](repeating: 0, count: count)
    for node in 0..<count where parents[node] >= 0 {
      result[node] = result[Int(parents[node])] + 1
    }
    return result
  }
}
