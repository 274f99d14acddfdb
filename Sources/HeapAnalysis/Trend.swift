package import ProfileModel

/// How the live bytes of a line of the user's code change over several profiles.
package struct Trend: Sendable {
  /// What a series of values looks like.
  package enum Verdict: String, Sendable {
    /// Grows from profile to profile, and goes on growing.
    case leak
    /// Grew, and has stopped.
    case warmUp = "warm-up"
    case shrinks
    case stable
  }

  package struct Row: Sendable {
    package var function: String
    package var file: String
    package var line: Int64

    /// Live bytes in each profile, oldest first.
    package var values: [Int64]

    /// Bytes a second: the median of the slopes between all pairs of profiles
    /// (Theil 1950, Sen 1968), which one odd profile cannot move far.
    package var bytesPerSecond: Double
    package var verdict: Verdict

    package var growth: Int64 { (values.last ?? 0) &- (values.first ?? 0) }
  }

  package let sampleType: String
  package let unit: String

  /// Nanoseconds since 1970, oldest first; one second apart where the profiles
  /// do not tell.
  package let times: [Int64]

  /// Σ of the live bytes of each profile.
  package let totals: [Int64]

  /// By growth, the largest first.
  package let rows: [Row]
  package let modulePath: String

  /// - Parameters:
  ///   - profiles: in any order; they are put in order by their own time.
  ///   - sampleType: what is followed, such as `inuse_space`.
  /// - Returns: nil when a profile lacks the sample type.
  package init?(_ profiles: [Profile], sampleType: String, module: String? = nil) {
    let isTimed = Set(profiles.map(\.timeNanoseconds)).count == profiles.count
    let ordered =
      isTimed ? profiles.sorted { $0.timeNanoseconds < $1.timeNanoseconds } : profiles
    let times =
      isTimed
      ? ordered.map(\.timeNanoseconds) : ordered.indices.map { Int64($0) * 1_000_000_000 }
    var series: [Place: [Int64]] = [:]
    var totals: [Int64] = []
    var modulePath = ""
    var unit = ""
    for (index, profile) in ordered.enumerated() {
      guard let column = profile.column(named: sampleType),
        let total = profile.magnitude(ofColumn: column)
      else { return nil }
      totals.append(total)
      unit = profile.strings[profile.sampleTypes[column].unit]
      let userCode = UserCode(profile, module: module)
      if !userCode.modulePath.isEmpty { modulePath = userCode.modulePath }
      let values = profile.samples.values[column]
      for sample in 0..<profile.samples.count where values[sample] != 0 {
        let frames = profile.samples.frames[profile.samples.frameRange(of: sample)]
        guard let line = userCode.blamedLine(in: frames, of: profile.locations) else { continue }
        let function = line.function.index
        let place = Place(
          function: profile.strings[profile.functions.names[function]],
          file: profile.strings[profile.functions.files[function]], line: line.line)
        series[place, default: [Int64](repeating: 0, count: ordered.count)][index] &+=
          values[sample]
      }
    }
    let seconds = times.map { Double($0 &- times[0]) / 1e9 }
    // A map grows in steps, so a line may stand still while its function leaks.
    var functions: [Place: [Int64]] = [:]
    for (place, values) in series {
      let sum = functions[place.withoutLine] ?? values.map { _ in 0 }
      functions[place.withoutLine] = zip(sum, values).map { $0 &+ $1 }
    }
    let leaking = functions.filter { Self.verdict($0.value, seconds) == .leak }
    rows = series.map { place, values in
      var verdict = Self.verdict(values, seconds)
      if verdict == .warmUp, leaking[place.withoutLine] != nil { verdict = .leak }
      return Row(
        function: place.function, file: place.file, line: place.line, values: values,
        bytesPerSecond: Self.slope(values, seconds), verdict: verdict)
    }.sorted {
      ($1.growth, $0.function, $0.file, $0.line) < ($0.growth, $1.function, $1.file, $1.line)
    }
    self.times = times
    self.sampleType = sampleType
    self.unit = unit
    self.totals = totals
    self.modulePath = modulePath
  }

  private struct Place: Hashable {
    var function: String
    var file: String
    var line: Int64

    var withoutLine: Place { Place(function: function, file: file, line: 0) }
  }

  private static func slope(_ values: [Int64], _ seconds: [Double]) -> Double {
    var slopes: [Double] = []
    for left in values.indices {
      for right in values.indices where right > left && seconds[right] > seconds[left] {
        slopes.append(
          (Double(values[right]) - Double(values[left])) / (seconds[right] - seconds[left]))
      }
    }
    return median(slopes)
  }

  private static func median(_ values: [Double]) -> Double {
    if values.isEmpty { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Growth counts when most pairs of profiles agree on it and it is a good part
  /// of what was there; it goes on when the later half grows at least a quarter
  /// as fast as the earlier one.
  private static func verdict(_ values: [Int64], _ seconds: [Double]) -> Verdict {
    guard values.count > 1, let first = values.first, let last = values.last else { return .stable }
    var rising = 0
    var falling = 0
    for left in values.indices {
      for right in values.indices where right > left {
        if values[right] > values[left] { rising += 1 }
        if values[right] < values[left] { falling += 1 }
      }
    }
    let pairs = values.count * (values.count - 1) / 2
    let isLarge = (Double(last) - Double(first)).magnitude >= 0.2 * Double(max(first, last))
    if isLarge, Double(falling) >= 0.8 * Double(pairs) { return .shrinks }
    guard isLarge, Double(rising) >= 0.8 * Double(pairs) else { return .stable }
    if values.count < 4 { return .leak }
    let middle = values.count / 2
    let early = slope(Array(values[...middle]), Array(seconds[...middle]))
    let late = slope(Array(values[middle...]), Array(seconds[middle...]))
    return late >= 0.25 * early ? .leak : .warmUp
  }
}
