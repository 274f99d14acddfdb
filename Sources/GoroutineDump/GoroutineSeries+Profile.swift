package import ProfileModel

extension GoroutineSeries {
  /// Adds a moment from a goroutine profile, or a difference, such as a profile taken with
  /// `seconds`.
  ///
  /// - Returns: false when it is not a goroutine profile.
  package mutating func add(_ profile: Profile, name: String) -> Bool {
    let column = profile.sampleTypes.indices.first {
      ["goroutine", "goroutines", "goroutineleak"].contains(profile.sampleTypeName($0))
    }
    guard let column else { return false }
    let snapshot = begin(
      name, timeNanoseconds: profile.timeNanoseconds == 0 ? nil : profile.timeNanoseconds)
    snapshots[snapshot].durationNanoseconds = profile.durationNanoseconds
    let isLeakProfile = profile.sampleTypeName(column) == "goroutineleak"
    // A location of the profile has one or more lines of code.
    let rows = (0..<profile.locations.count).map { index in
      profile.locations.lines[profile.locations.lineRange(of: index)].map { line in
        location(
          profile.strings[bytesOf: profile.functions.names[line.function.index]],
          file: profile.strings[bytesOf: profile.functions.files[line.function.index]],
          line: line.line)
      }
    }
    for sample in 0..<profile.samples.count {
      let count = profile.samples.values[column][sample]
      guard count != 0 else { continue }
      if count < 0 { snapshots[snapshot].isDifference = true }
      var goroutine = Goroutine()
      goroutine.count = Int(count)
      goroutine.isLeaked = isLeakProfile
      goroutine.stack = profile.samples.frames[profile.samples.frameRange(of: sample)]
        .flatMap { rows[$0.index] }
      let kind: GoroutineState.Kind =
        switch self.kind(of: goroutine.stack) {
        case .known(let kind): kind
        case .parked: .parked
        case nil: .running
        }
      goroutine.state = GoroutineState(derived: kind)
      goroutine.labels = profile.samples.labels[profile.samples.labelRange(of: sample)]
        .filter { $0.kind == .text }
        .map { GoroutineLabel(key: profile.strings[$0.key], value: profile.strings[$0.string]) }
      add(goroutine, to: snapshot)
    }
    return true
  }
}
