/// Allocated and live memory; nil for what the profile does not count.
package struct Footprint: Sendable, Equatable {
  package var allocatedBytes: Int64?
  package var allocatedObjects: Int64?
  package var liveBytes: Int64?
  package var liveObjects: Int64?

  package init() {}

  /// Bytes per object, of the allocated objects or else of the live ones.
  package var averageObjectSize: Double? {
    Self.ratio(allocatedBytes, allocatedObjects) ?? Self.ratio(liveBytes, liveObjects)
  }

  /// Bytes allocated and already freed; nil for differences, where the term has no meaning.
  package var churnedBytes: Int64? {
    guard let allocatedBytes, let liveBytes, allocatedBytes >= 0, liveBytes >= 0 else {
      return nil
    }
    let (churned, overflow) = allocatedBytes.subtractingReportingOverflow(liveBytes)
    return overflow ? nil : churned
  }

  /// The part of the allocated bytes that is still live, 0 to 1; nil for differences.
  package var retention: Double? {
    if allocatedBytes ?? 0 < 0 || liveBytes ?? 0 < 0 { return nil }
    return Self.ratio(liveBytes, allocatedBytes).map { min(max($0, 0), 1) }
  }

  private static func ratio(_ part: Int64?, _ whole: Int64?) -> Double? {
    guard let part, let whole, whole != 0 else { return nil }
    return Double(part) / Double(whole)
  }
}
