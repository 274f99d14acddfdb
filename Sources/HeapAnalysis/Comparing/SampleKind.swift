import Foundations
package import ProfileModel

/// What a value of a sample type is of: what is there, what was done so far, or what was
/// done in a stretch of time.
package enum SampleKind: Sendable {
  /// What was there when the profile was taken: live memory, goroutines.
  case present
  /// What was done since the program began: allocations, waiting. It never falls.
  case sinceStart
  /// What was done while the profile was taken, as CPU time: the next one's is of another
  /// stretch of time, so there is no growth a second.
  case stretch
}

extension Profile {
  /// What the values of a column are of.
  package func sampleKind(_ column: Int) -> SampleKind {
    let type = sampleTypes[column]
    let (name, unit) = (strings[type.name], strings[type.unit])
    if name.hasPrefix("inuse_") { return .present }
    let isOfStretch = durationNanoseconds != 0
    if name.hasPrefix("alloc") || ["contentions", "delay"].contains(name) {
      return isOfStretch ? .stretch : .sinceStart
    }
    func isTime(_ unit: String) -> Bool { UnitFamily.factor(from: unit, to: "nanoseconds") != nil }
    let sampledByTime = periodType.map { isTime(strings[$0.unit]) } ?? false
    return isOfStretch || sampledByTime || isTime(unit) || name == "samples" ? .stretch : .present
  }
}
