import ProfileModel
import StackGraph

/// The ways from the blamed function to the leaf.
extension HotspotSearch {
  /// A number for the functions from the blamed one to the leaf, direct
  /// recursion once. Nothing but a list of examples depends on it.
  func pathHash(ofSample sample: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var left = readings[sample].depth + 1
    var last = UInt32.max
    let ends = profile.samples.frameEnds
    profile.samples.withFrameRows { frames in
      walk: for frame in (sample == 0 ? 0 : ends[sample - 1])..<ends[sample] {
        let location = Int(frames[frame])
        let start = location == 0 ? 0 : profile.locations.lineEnds[location - 1]
        for row in start..<profile.locations.lineEnds[location] {
          let function = lineFunctions[row]
          if last != function { hash = (hash ^ UInt64(function)) &* 0x100_0000_01b3 }
          last = function
          left -= 1
          if left == 0 { break walk }
        }
      }
    }
    return hash
  }

  /// The functions from the blamed one to the leaf, direct recursion once.
  private func path(ofSample sample: Int) -> [FunctionID] {
    var path: [FunctionID] = []
    let depth = readings[sample].depth + 1
    // Nobody reads thousands of names: of a longer way, the part next to the
    // blamed function stays.
    for line in profile.lines(ofSample: sample).prefix(depth).dropFirst(
      max(0, depth - Self.longestPath)) where path.last != line.function
    {
      path.append(line.function)
    }
    return path.reversed()
  }

  private static let longestPath = 256

  func largestPaths(_ paths: [PathSum]) -> [Finding.Path] {
    paths
      .sorted { ($1.value, $0.firstSample) < ($0.value, $1.firstSample) }
      .prefix(max(0, options.pathCount))
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
  /// The lines of a sample's stack, leaf first, inlined ones included.
  func lines(ofSample sample: Int) -> some Sequence<SourceLine> {
    samples.frames[samples.frameRange(of: sample)].lazy.flatMap {
      locations.lines[locations.lineRange(of: $0.index)]
    }
  }
}
