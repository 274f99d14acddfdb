import Foundations
import Glibc
import ProfileModel
import StackGraph

/// What a profile cannot show.
package struct BlindSpots: Sendable, Equatable {
  /// A site that allocated this many bytes has a one in twenty chance of being missed altogether: R
  /// · ln 20, whatever the sizes of its blocks. Nil when unknown.
  package var largestMissedBytes: Int64?

  /// The depth at which stacks were cut; nil when none was.
  package var stackLimit: Int?

  /// The share of the sample type on such stacks, 0 to 1.
  package var truncatedShare = 0.0

  /// The share of samples without a stack, 0 to 1.
  package var withoutStackShare = 0.0

  /// The share on stacks with an unnamed frame, 0 to 1.
  package var unknownShare = 0.0

  package init() {}

  /// - Parameter sampling: nil when the arithmetic does not hold.
  init(_ profile: Profile, column: Int, sampling: HeapSampling?) {
    if let sampling, sampling.period > 1 {
      largestMissedBytes = Int64(clamping: Double(sampling.period) * log(20))
    }
    let samples = profile.samples
    let locations = profile.locations
    let values = samples.values[column]
    let isUnknown = (0..<locations.count).map { location in
      let lines = locations.lines[locations.lineRange(of: location)]
      return lines.isEmpty
        || lines.contains { profile.functions.names[$0.function.index] == .empty }
    }
    let total = values.reduce(0.0) { $0 + Double($1.magnitude) }
    guard total > 0 else { return }
    let gaps = StackGaps(profile, column: column)
    stackLimit = gaps.stackLimit
    truncatedShare = gaps.cutShare
    withoutStackShare = gaps.withoutStackShare
    guard isUnknown.contains(true) else { return }
    let parts = concurrently(samples.parts()) { range in
      let samples = samples.whole
      return samples.withFrameRows { frames in
        range.filter { sample in
          frames[samples.frameRange(of: sample)].contains { isUnknown[Int($0)] }
        }
      }
    }
    let unknown = parts.joined().reduce(0.0) { $0 + Double(values[$1].magnitude) }
    unknownShare = unknown / total
  }
}
