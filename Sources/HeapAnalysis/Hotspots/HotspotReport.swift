/// The findings of one profile for one of its sample types.
package struct HotspotReport: Sendable, Equatable {
  /// The name of the sample type that shares refer to, such as `alloc_space`.
  package var sampleType = ""
  package var unit = ""

  /// Σ|value| of the sample type over all samples; as large as fits.
  package var total: Int64 = 0

  /// The module of the user's own code, given or guessed; empty when unknown.
  package var modulePath = ""

  /// Most bytes first. No sample is in two of them.
  package var findings: [Finding] = []

  package init() {}
}

/// One pattern in one profile: what it costs and which lines are to blame.
package struct Finding: Sendable, Equatable {
  package var kind: HotspotKind

  /// The rule that found most of it; see ``HotspotRule/named(_:)``.
  package var rule: String
  package var title: String
  package var advice: String

  /// The part of the report's ``HotspotReport/total``; negative only where a
  /// difference of profiles shrinks.
  package var share: Double

  /// In the unit of the report's sample type.
  package var value: Int64
  package var footprint: Footprint

  /// The lines to blame, most first. Empty when no stack has a frame of the
  /// user's, as for goroutines.
  package var blame: [BlamedLine]

  /// The part of ``share`` on stacks that were cut before any user frame.
  package var unblamedShare: Double

  /// Function names from the blamed frame to the leaf, of the paths with most
  /// bytes. Direct recursion is shown once.
  package var paths: [Path]

  package struct Path: Sendable, Equatable {
    package var functions: [String]
    package var share: Double
  }
}

/// Allocated and live memory; nil for what the profile does not count.
package struct Footprint: Sendable, Equatable {
  package var allocatedBytes: Int64?
  package var allocatedObjects: Int64?
  package var liveBytes: Int64?
  package var liveObjects: Int64?

  package init() {}

  /// Bytes an object, from the allocated ones or else from the live ones.
  package var averageObjectSize: Double? {
    Self.ratio(allocatedBytes, allocatedObjects) ?? Self.ratio(liveBytes, liveObjects)
  }

  /// Bytes allocated and already gone.
  package var churnedBytes: Int64? {
    guard let allocatedBytes, let liveBytes else { return nil }
    let (churned, overflow) = allocatedBytes.subtractingReportingOverflow(liveBytes)
    return overflow ? nil : churned
  }

  /// The part of the allocated bytes that is still live, 0 to 1.
  package var retention: Double? {
    Self.ratio(liveBytes, allocatedBytes).map { min(max($0, 0), 1) }
  }

  private static func ratio(_ part: Int64?, _ whole: Int64?) -> Double? {
    guard let part, let whole, whole != 0 else { return nil }
    return Double(part) / Double(whole)
  }
}

/// A line of the user's code and what it costs.
package struct BlamedLine: Sendable, Equatable {
  package var function: String
  package var file: String

  /// 0 when unknown.
  package var line: Int64
  package var share: Double
  package var value: Int64

  /// The blamed frame belongs to a module of a third party.
  package var isThirdParty: Bool

  /// What the line calls when that logs: `log/slog.(*Logger).Info`.
  package var wayIn: String?

  /// The nearest frame of the user's own module above a third party's, on the
  /// stack with most bytes.
  package var caller: Caller?

  package struct Caller: Sendable, Equatable {
    package var function: String
    package var file: String
    package var line: Int64
  }
}
