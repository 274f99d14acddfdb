import ProfileModel

/// The uncertainty of a finding's figures.
package struct FindingError: Sendable, Equatable {
  /// Of the report's sample type.
  package var value: SampledSum
  package var allocatedBytes: SampledSum
  /// Nil when the live values are not amounts.
  package var liveBytes: SampledSum?
}

/// What the sizes and counts of a blamed line's blocks show.
package struct LineArithmetic: Sendable, Equatable {
  package var printedMaps: PrintedMaps?
  package var price: CallPrice?
  package var ladder: GrowthLadder?
}

/// Computes, for findings, what only the arithmetic of Go's sampling can show.
///
/// It examines only the samples of findings, so it costs little compared with the search.
struct FindingArithmetic {
  private let profile: Profile
  private let sampling: HeapSampling
  private let column: Int
  private let columns: HeapColumns

  /// By function: its meaning for the arithmetic.
  private let isSort: [Bool]
  private let isPrintValue: [Bool]
  private let isCounting: [Bool]
  private let isBuffer: [Bool]

  /// The share of a line's bytes that a ladder must cost to be mentioned.
  private static let worthSaving = 0.05

  /// - Returns: nil when the arithmetic does not hold.
  init?(_ profile: Profile, column: Int, sampling: HeapSampling?) {
    guard let sampling, let columns = HeapColumns(profile),
      sampling.emptySum(ofColumn: column) != nil
    else { return nil }
    self.profile = profile
    self.sampling = sampling
    self.column = column
    self.columns = columns
    func functions(_ names: some Sequence<String>) -> [Bool] {
      let ids = Set(names.compactMap { profile.strings.find($0) })
      return profile.functions.names.map { ids.contains($0) }
    }
    isSort = functions(["internal/fmtsort.Sort"])
    isPrintValue = functions(["fmt.(*pp).printValue"])
    isCounting = functions(CallPrice.countingFunctions)
    isBuffer = profile.functions.names.map { name in
      let text = profile.strings[name]
      return text.hasPrefix("strings.(*Builder).") || text.hasPrefix("bytes.(*Buffer).")
        || text.hasPrefix("bytes.growSlice") || text.hasPrefix("slices.")
        || text.hasPrefix("internal/bytealg.MakeNoZero")
    }
  }

  func error(of samples: [Int]) -> FindingError? {
    guard let value = sampling.sum(of: samples, column: column, in: profile),
      let allocated = sampling.sum(of: samples, column: columns.allocatedBytes, in: profile)
    else { return nil }
    return FindingError(
      value: value, allocatedBytes: allocated,
      liveBytes: sampling.sum(of: samples, column: columns.liveBytes, in: profile))
  }

  /// - Parameter depth: how many lines of a sample are below the blamed one.
  func line(of samples: [Int], depth: (Int) -> Int) -> LineArithmetic {
    var slices = SortedMapSlices()
    var results = SampledSum(missed: 0)
    var resultFunction: Int?
    var hasOneResult = true
    for sample in samples {
      guard
        let objects = sampling.sampledObjects(
          ofSample: sample, column: columns.allocatedObjects, in: profile), objects.count > 0
      else { continue }
      let below = depth(sample)
      guard below > 0, let leaf = profile.leafLine(ofSample: sample) else { continue }
      let function = leaf.function.index
      var sum = SampledSum(missed: 0)
      _ = sampling.add(
        sample: sample, ofColumn: columns.allocatedObjects, in: profile, to: &sum)
      if isSort[function] {
        slices.add(
          line: leaf.line, depth: printDepth(ofSample: sample, below: below), size: objects.size,
          sampled: objects.count, sum: sum)
      } else if isCounting[function] {
        if objects.size <= CallPrice.largestShared { hasOneResult = false }
        if resultFunction != nil, resultFunction != function { hasOneResult = false }
        resultFunction = function
        results = results + sum
      }
    }
    var result = LineArithmetic(printedMaps: slices.maps)
    if let bytes = sampling.sum(of: samples, column: columns.allocatedBytes, in: profile),
      let objects = sampling.sum(of: samples, column: columns.allocatedObjects, in: profile)
    {
      if let resultFunction, hasOneResult {
        let name = profile.strings[profile.functions.names[resultFunction]]
        result.price = CallPrice(.call(of: name), count: results, bytes: bytes, objects: objects)
      }
      if result.price == nil, let maps = result.printedMaps {
        result.price = CallPrice(.printedMap, count: maps.count, bytes: bytes, objects: objects)
      }
    }
    // Below the user's line only the user's own buffers count: nobody can enlarge those inside fmt.
    let growing = samples.filter { isGrowth(sample: $0, depth: depth($0)) }
    if let ladder = ladder(of: growing),
      let bytes = sampling.sum(of: samples, column: columns.allocatedBytes, in: profile),
      ladder.savedBytes.interval.low >= Self.worthSaving * bytes.estimate
    {
      result.ladder = ladder
    }
    return result
  }

  private func printDepth(ofSample sample: Int, below: Int) -> Int {
    var depth = 0
    var left = below
    for frame in profile.samples.frames[profile.samples.frameRange(of: sample)] {
      for line in profile.locations.lines[profile.locations.lineRange(of: frame.index)] {
        if left == 0 { return depth }
        left -= 1
        if isPrintValue[line.function.index] { depth += 1 }
      }
    }
    return depth
  }

  /// Whether the user's own code grows something on a sample's stack.
  func isGrowth(sample: Int, depth: Int) -> Bool {
    depth == 0
      || profile.leafLine(ofSample: sample).map { isBuffer[$0.function.index] } ?? false
  }

  /// The ladder that could save the most bytes among the stacks of a line.
  func ladder(of samples: [Int]) -> GrowthLadder? {
    if samples.count < 4 { return nil }
    var stacks: [Int: [Int64: Double]] = [:]
    for sample in samples {
      guard
        let objects = sampling.sampledObjects(
          ofSample: sample, column: columns.allocatedBytes, in: profile), objects.count > 0
      else { continue }
      var hasher = Hasher()
      hasher.combine(profile.samples.frames[profile.samples.frameRange(of: sample)])
      stacks[hasher.finalize(), default: [:]][objects.size, default: 0] += objects.count
    }
    var best: GrowthLadder?
    for sizes in stacks.values where sizes.count >= 4 {
      guard let ladder = GrowthLadder(sizes, sampling: sampling) else { continue }
      // Of two ladders that save the same, any fixed rule will do.
      let key = (ladder.savedBytes.estimate, ladder.sizes.count, ladder.count)
      let bestKey = best.map { ($0.savedBytes.estimate, $0.sizes.count, $0.count) } ?? (0, 0, 0)
      if key > bestKey { best = ladder }
    }
    return best
  }

  func allocatedBytes(ofSample sample: Int) -> Int64 {
    profile.samples.values[columns.allocatedBytes][sample]
  }
}

extension Profile {
  /// The innermost line of the sample's stack, where its object was allocated.
  func leafLine(ofSample sample: Int) -> SourceLine? {
    guard let leaf = samples.frames[samples.frameRange(of: sample)].first else { return nil }
    return locations.lines[locations.lineRange(of: leaf.index)].first
  }
}
