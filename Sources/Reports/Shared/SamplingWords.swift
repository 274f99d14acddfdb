import Foundations
package import HeapAnalysis
import ProfileModel

/// Says what is wrong with a profile's values and what follows from it, if anything.
package func provenanceNote(_ provenance: SamplingProvenance) -> String? {
  func size(_ bytes: Int64) -> String { ScaledValue(bytes, from: "bytes", to: "auto").text }
  return switch provenance {
  case .unknown, .sound, .liveSinceStart: nil
  case .liveIsChange:
    "the profile is a difference over time (seconds=): its inuse values are changes, not live "
      + "memory; look at the alloc values, or take a profile without seconds="
  case .change(ofAllocations: true):
    "allocated values are negative: the profile is a difference over a restart of the program, or a "
      + "base was subtracted; its values are changes, and sums are net"
  case .change(ofAllocations: false):
    "some values are negative: the profile is a difference (taken with seconds=, or a base was "
      + "subtracted); its values are changes, and sums are net"
  case .unscaled:
    "the profile names no sampling rate, as when runtime.MemProfileRate was 0 when it was "
      + "written: all values count sampled objects alone and are far too small"
  case .scaledTwice:
    "the values were scaled for the sampling rate twice: all are far too large; take the profile "
      + "as the program writes it"
  case .scaledFor(let period):
    period <= 1
      ? "the values were not scaled for the sampling rate that the profile names: they may be "
        + "far too small"
      : "the values fit a sampling rate of \(size(period)), not the one that the profile names: "
        + "there is no telling how exact they are"
  case .averaged(let count):
    "the values are a part of sampled ones, 1/\(count) it seems, as in the mean of several "
      + "profiles: there is no telling how exact they are"
  case .inconsistent(let share):
    "\(percentText(share)) of the values do not fit the sampling rate that the profile names, as "
      + "when profiles of several rates were merged or values were scaled: there is no telling "
      + "how exact they are"
  }
}

/// Whether the figures of a sample type are not what its name says.
package func isAffected(_ sampleType: String, by provenance: SamplingProvenance) -> Bool {
  switch provenance {
  case .unknown, .sound, .liveSinceStart: false
  case .liveIsChange: sampleType.hasPrefix("inuse_")
  case .change: true
  default: sampleType.hasPrefix("inuse_") || sampleType.hasPrefix("alloc_")
  }
}

extension SamplingProvenance {
  /// The word in JSON.
  var word: String {
    switch self {
    case .unknown: "unknown"
    case .sound: "sound"
    case .liveSinceStart: "stretch-of-time"
    case .liveIsChange: "live-is-change"
    case .change: "change"
    case .unscaled: "unscaled"
    case .scaledTwice: "scaled-twice"
    case .scaledFor: "other-rate"
    case .averaged: "averaged"
    case .inconsistent: "inconsistent"
    }
  }
}

extension SamplingInterval {
  /// `1.2–3.4MB`; a single figure when both bounds are the same.
  func text(unit: String) -> String {
    func end(_ value: Double) -> (number: Substring, unit: Substring) {
      let whole = Int64(clamping: value.rounded())
      let text = unit == "count" ? groupedDigits(whole) : shortText(whole, from: unit)
      let digits = text.prefix { !$0.isLetter }
      return (digits, text[digits.endIndex...])
    }
    let (low, high) = (end(low), end(high))
    if low == high { return "\(low.number)\(low.unit)" }
    let isOneUnit = low.unit == high.unit || low.number == "0"
    return "\(low.number)\(isOneUnit ? "" : low.unit)–\(high.number)\(high.unit)"
  }
}
