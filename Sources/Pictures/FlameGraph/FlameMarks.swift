import Foundations
package import HeapAnalysis

/// The nodes of a tree that belong to findings.
package struct FlameMarks: Sendable {
  /// By node: the number of the finding that is blamed on it, from 1, or 0.
  package private(set) var blamed: [UInt8]

  /// By node: whether it is on a finding's path from blame to leaf, including the blamed node.
  package private(set) var isHot: [Bool]

  /// How far a stack has advanced on a path of a finding.
  private struct Step {
    var path: Int
    var position: Int
  }

  /// Functions are compared by name, and lines if the tree has them.
  package init(_ graph: FlameGraph, _ findings: [Finding]) {
    let frames = graph.frames
    let tree = graph.tree
    // Each symbol by the first function that has it.
    var symbols: [String: Int] = [:]
    let symbolOf = frames.functions.indices.map { function in
      let symbol = frames.functions[function].symbol
      if let known = symbols[symbol] { return known }
      symbols[symbol] = function
      return function
    }
    struct Place: Hashable {
      var symbol: Int
      var line: Int64
    }
    var places: [Place: UInt8] = [:]
    for (index, finding) in findings.enumerated() {
      let number = UInt8(clamping: index + 1)
      // Largest first: what is too small for the picture is not searched.
      for line in finding.blame.prefix(while: { $0.share.magnitude >= graph.prunedBelow }) {
        guard let symbol = symbols[line.function] else { continue }
        for place in [Place(symbol: symbol, line: line.line), Place(symbol: symbol, line: 0)]
        where places[place] == nil { places[place] = number }
      }
    }
    let isBlamed = places.keys.reduce(into: Set<Int>()) { $0.insert($1.symbol) }
    let symbolOfFrame = frames.frames.map { symbolOf[$0.function] }
    let blamedFrames = frames.frames.indices.map { frame in
      let symbol = symbolOfFrame[frame]
      guard isBlamed.contains(symbol) else { return UInt8(0) }
      return places[Place(symbol: symbol, line: frames.frames[frame].line)] ?? 0
    }
    blamed = tree.frames.map { blamedFrames[Int($0)] }
    isHot = blamed.map { $0 > 0 }

    // The paths of all findings, as symbols; -1 for one that is not in the tree.
    var paths: [[Int]] = []
    var pathRanges: [Range<Int>] = []
    for finding in findings {
      let first = paths.count
      paths += finding.paths.map { $0.functions.map { symbols[$0] ?? -1 } }
      pathRanges.append(first..<paths.count)
    }
    // How far each open node has advanced, node by node.
    var steps: [Step] = []
    var ends: [Int] = []
    for (node, depth) in tree.depths.enumerated() {
      let symbol = symbolOfFrame[Int(tree.frames[node])]
      let depth = Int(depth)
      let above = depth == 0 ? 0..<0 : (depth == 1 ? 0 : ends[depth - 2])..<ends[depth - 1]
      ends.removeLast(ends.count - depth)
      steps.removeLast(steps.count - above.upperBound)
      for index in above {
        let step = steps[index]
        // Direct recursion is one step of a path.
        if symbol == paths[step.path][step.position] {
          steps.append(step)
        } else if step.position + 1 < paths[step.path].count,
          symbol == paths[step.path][step.position + 1]
        {
          steps.append(Step(path: step.path, position: step.position + 1))
        }
      }
      if steps.count > above.upperBound { isHot[node] = true }
      if blamed[node] > 0 {
        for path in pathRanges[Int(blamed[node]) - 1] where paths[path].first == symbol {
          steps.append(Step(path: path, position: 0))
        }
      }
      ends.append(steps.count)
    }
  }
}
