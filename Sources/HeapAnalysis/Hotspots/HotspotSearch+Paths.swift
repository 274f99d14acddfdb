import Foundations
import ProfileModel
import StackGraph

/// Paths from the blamed function to the leaf.
extension HotspotSearch {
  /// The functions from the blamed one to the leaf, with direct recursion once.
  private func path(ofSample sample: Int) -> [FunctionID] {
    var path: [FunctionID] = []
    let depth = readings[sample].depth + 1
    // Nobody reads thousands of names: of a longer path, the part next to the blamed function is
    // kept.
    for line in profile.lines(ofSample: sample).prefix(depth).dropFirst(
      max(0, depth - Self.longestPath)) where path.last != line.function
    {
      path.append(line.function)
    }
    return path.reversed()
  }

  private static let longestPath = 256

  func largestPaths(_ paths: [PathSum]) -> [Finding.Path] {
    leading(max(0, options.pathCount), of: paths) {
      (saturatingMagnitude($1.value), $0.firstSample)
        < (saturatingMagnitude($0.value), $1.firstSample)
    }
    .map { sum in
      Finding.Path(
        functions: path(ofSample: sum.firstSample).map {
          profile.strings[profile.functions.names[$0.index]]
        },
        share: share(sum.value))
    }
  }
}

extension Profile {
  /// The lines of a sample's stack, leaf first, including inlined ones.
  func lines(ofSample sample: Int) -> some Sequence<SourceLine> {
    samples.frames[samples.frameRange(of: sample)].lazy.flatMap {
      locations.lines[locations.lineRange(of: $0.index)]
    }
  }
}
