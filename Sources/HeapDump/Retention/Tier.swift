/// In which order roots count: what one tier reaches is settled for the next.
///
/// Everything that is blocked, or waits for a time, can also be reached from the runtime's own
/// lists. So the program's own roots come first.
enum Tier: Int, Comparable {
  /// Variables of the program and its libraries, frames, finalizers.
  case program
  /// Variables in frames that no map lists.
  case stackObjects
  /// `runtime.allp`, by which timers are reached.
  case timers
  /// All else of the runtime.
  case runtime

  static let last = Tier.runtime

  static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
}
