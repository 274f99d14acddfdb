import Foundations
import Glibc
import ProfileModel

/// What a profile cannot show.
package struct BlindSpots: Sendable, Equatable {
  /// A site that allocated this many bytes has one chance in twenty to be missing
  /// altogether: R · ln 20, whatever its blocks' sizes. Nil when unknown.
  package var largestMissedBytes: Int64?

  /// The frames that stacks were cut at; nil where none was.
  package var stackLimit: Int?

  /// The part of the sample type on such stacks, 0 to 1.
  package var truncatedShare = 0.0

  /// The part on stacks with a frame that has no name, 0 to 1.
  package var unknownShare = 0.0

  package init() {}

  /// - Parameter sampling: nil where the arithmetic does not hold.
  init(_ profile: Profile, column: Int, sampling: HeapSampling?) {
    if let sampling, sampling.period > 1 {
      largestMissedBytes = Int64(clamping: Double(sampling.period) * log(20))
    }
    let samples = profile.samples
    let locations = profile.locations
    let values = samples.values[column]
    let lineCounts = (0..<locations.count).map {
      UInt8(clamping: locations.lineRange(of: $0).count)
    }
    let isUnknown = (0..<locations.count).map { location in
      let lines = locations.lines[locations.lineRange(of: location)]
      return lines.isEmpty
        || lines.contains { profile.functions.names[$0.function.index] == .empty }
    }
    let hasUnknown = isUnknown.contains(true)
    let total = values.reduce(0.0) { $0 + Double($1.magnitude) }
    let parts = concurrently(samples.parts()) { range in
      var depths: [Int32] = []
      depths.reserveCapacity(range.count)
      var unknown: [Int] = []
      let samples = samples.whole
      samples.withFrameRows { frames in
        for sample in range {
          let stack = frames[samples.frameRange(of: sample)]
          // Inlined frames count towards the limit.
          var depth = 0
          for frame in stack { depth += Int(lineCounts[Int(frame)]) }
          depths.append(Int32(clamping: depth))
          if hasUnknown, stack.contains(where: { isUnknown[Int($0)] }) { unknown.append(sample) }
        }
      }
      return (depths: depths, unknown: unknown)
    }
    let depths = parts.flatMap(\.depths)
    var unknown = 0.0
    for sample in parts.lazy.flatMap(\.unknown) { unknown += Double(values[sample].magnitude) }
    guard total > 0 else { return }
    unknownShare = unknown / total
    // Whose stacks are cut how is known of Go's profiles alone.
    guard sampling != nil else { return }
    findTruncation(profile, depths: depths, values: values, total: total)
  }

  /// Go keeps 32 frames of a stack, since Go 1.23 128 (`maxProfStackDepth` in
  /// runtime/runtime1.go). The writer leaves the runtime's own leaf frames out, so
  /// a stack that was cut is up to ten frames shorter, and may show one more that
  /// the compiler inlined.
  private mutating func findTruncation(
    _ profile: Profile, depths: [Int32], values: [Int64], total: Double
  ) {
    let deepest = depths.max() ?? 0
    guard let limit = [32, 128].first(where: { (Int32($0)...Int32($0 + 1)).contains(deepest) })
    else { return }
    let samples = profile.samples
    func root(_ sample: Int) -> Int? {
      guard let frame = samples.frames[samples.frameRange(of: sample)].last else { return nil }
      return profile.locations.lines[profile.locations.lineRange(of: frame.index)].last?.function
        .index
    }
    // Where shorter stacks begin too, goroutines begin.
    var isStart = profile.functions.names.map { profile.strings[$0].hasPrefix("runtime.") }
    for (sample, depth) in depths.enumerated() where depth < limit - 10 {
      if let root = root(sample) { isStart[root] = true }
    }
    var truncated = 0.0
    for (sample, depth) in depths.enumerated() where depth >= limit - 10 {
      if let root = root(sample), !isStart[root] { truncated += Double(values[sample].magnitude) }
    }
    guard truncated > 0 else { return }
    stackLimit = limit
    truncatedShare = truncated / total
  }
}
