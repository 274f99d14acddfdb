/// The order in which roots count: what one tier reaches is settled before the next.
///
/// Everything that is blocked, or waits for a time, can also be reached from the runtime's own
/// lists. So the program's own roots come first.
enum Tier: Int, Comparable {
  /// Variables of the program and its libraries, frames, finalizers.
  case program
  /// Variables in frames that no map lists.
  case stackObjects
  /// `runtime.allp`, which leads to timers.
  case timers
  /// Everything else in the runtime.
  case runtime

  static let last = Tier.runtime

  static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
}
