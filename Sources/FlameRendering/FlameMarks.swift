package import HeapAnalysis

/// The nodes of a tree that belong to findings.
package struct FlameMarks: Sendable {
  /// For each node, the finding that is blamed on it: its number from 1, or 0.
  package private(set) var blamed: [UInt8]

  /// The nodes that lead from blame to leaf in a finding, blamed ones included.
  package private(set) var isHot: [Bool]

  /// Functions are compared by name, and lines where the tree has them.
  package init(_ graph: FlameGraph, _ findings: [Finding]) {
    let frames = graph.frames
    let tree = graph.tree
    struct Place: Hashable {
      var function: String
      var line: Int64
    }
    var places: [Place: UInt8] = [:]
    for (index, finding) in findings.enumerated().reversed() {
      for line in finding.blame {
        for number in [line.line, 0] {
          places[Place(function: line.function, line: number)] = UInt8(clamping: index + 1)
        }
      }
    }
    let blamedFrames = frames.frames.map { frame in
      places[Place(function: frames.functions[frame.function].name, line: frame.line)] ?? 0
    }
    blamed = tree.frames.map { blamedFrames[Int($0)] }
    isHot = blamed.map { $0 > 0 }

    // How far each node has come on the paths of the finding that it is below.
    struct Step: Hashable {
      var finding: UInt8
      var path: Int
      var position: Int
    }
    var steps = [Int: [Step]]()
    for node in 0..<tree.count {
      let name = frames.function(of: tree.frames[node]).name
      var here: [Step] = []
      for step in steps[Int(tree.parents[node])] ?? [] {
        let path = findings[Int(step.finding) - 1].paths[step.path].functions
        // Direct recursion is one step of a path.
        if name == path[step.position] {
          here.append(step)
        } else if step.position + 1 < path.count, name == path[step.position + 1] {
          here.append(Step(finding: step.finding, path: step.path, position: step.position + 1))
        }
      }
      if !here.isEmpty { isHot[node] = true }
      if blamed[node] > 0 {
        for (path, known) in findings[Int(blamed[node]) - 1].paths.enumerated()
        where known.functions.first == name {
          here.append(Step(finding: blamed[node], path: path, position: 0))
        }
      }
      if !here.isEmpty { steps[node] = here }
    }
  }
}
