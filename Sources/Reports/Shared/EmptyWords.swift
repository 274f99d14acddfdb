import Foundations
package import ProfileModel

/// Says why a profile may be empty; nil for one that is not.
///
/// - Parameter liveBytes: the runtime's own figure for its live heap, if it gives one.
package func emptyNote(_ profile: Profile, liveBytes: UInt64?) -> String? {
  guard profile.isEmpty else { return nil }
  if profile.samples.count > 0 {
    return "all values are 0: nothing changed, as in the difference of profiles that are equal"
  }
  switch profile.kindText {
  case "heap profile": return "no samples" + heapReason(profile, liveBytes)
  case "CPU profile":
    return "no samples: the program took no time of a processor while it was profiled"
  case "contention profile":
    return "no samples: nothing waited, or profiling is off, as it is until the program calls "
      + "runtime.SetBlockProfileRate or runtime.SetMutexProfileFraction"
  default: return "no samples: the profile is empty; there was nothing to count when it was taken"
  }
}

private func heapReason(_ profile: Profile, _ liveBytes: UInt64?) -> String {
  func size(_ bytes: Int64) -> String { ScaledValue(bytes, from: "bytes", to: "auto").text }
  let off =
    "the memory profiler is off (rate 0): runtime.MemProfileRate is 0, or nothing in the program "
    + "refers to runtime.MemProfile, so that the linker left it out"
  let live = Int64(clamping: liveBytes ?? 0)
  if live > 0 {
    let though = ", though \(size(live)) are live: "
    // With fewer bytes than that, none may have been sampled.
    if profile.period <= 0 { return though + off }
    if live / 20 > profile.period {
      return though
        + "the memory profiler is off, or was switched on only after they were allocated"
    }
  }
  if profile.period > 1 {
    return ": the program has allocated little, at one sample about every \(size(profile.period)), "
      + "or no garbage collection has ended since; runtime.GC() brings the figures up to date"
  }
  return ": \(off); or nothing was sampled yet; or the runtime writes none, as TinyGo's"
}
