import Foundations
package import ProfileModel

/// What the values of a sample type count: what exists, what was done since the start, or what was
/// done during an interval.
package enum SampleKind: Sendable {
  /// What existed when the profile was taken: live memory, goroutines.
  case present
  /// What was done since the program began: allocations, waiting. It never falls.
  case sinceStart
  /// What was done while the profile was taken, such as CPU time. The next profile covers another
  /// interval, so growth per second has no meaning.
  case stretch
}

extension Profile {
  /// What the values of a column count.
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
