/// What a reader of a report can act on: a variable, a frame, a finalizer.
package struct Root: Sendable {
  package enum Kind: String, Sendable {
    case global, frame, finalizer
    case queuedFinalizer = "queued-finalizer"
    case other, runtime
  }

  package var kind: Kind
  package var name: String

  /// For a variable or a queued object.
  package var address: UInt64?

  /// For a frame: the row of ``HeapDump/stacks``, and how far outwards the frame is.
  package var stack: Int?
  package var depth = 0
}

/// The roots of a dump and what they point to, tier by tier.
struct RootTable: Sendable {
  private(set) var roots: [Root] = []

  /// A root of the walk: one of ``roots`` within a tier.
  struct Start: Sendable {
    var root: Int
    var tier: Tier
    var targets: [UInt32] = []
  }

  private(set) var starts: [Start] = []
  private var startRows: [StartKey: Int] = [:]

  private struct StartKey: Hashable {
    var root: Int
    var tier: Tier
  }

  mutating func add(_ root: Root) -> Int {
    roots.append(root)
    return roots.count - 1
  }

  mutating func add(_ targets: some Sequence<UInt32>, to root: Int, _ tier: Tier) {
    let key = StartKey(root: root, tier: tier)
    let row = startRows[key] ?? starts.count
    if row == starts.count {
      startRows[key] = row
      starts.append(Start(root: root, tier: tier))
    }
    starts[row].targets.append(contentsOf: targets)
  }

  /// Sorts the tiers.
  mutating func finish() {
    starts = starts.enumerated().sorted {
      ($0.element.tier, $0.offset) < ($1.element.tier, $1.offset)
    }.map(\.element)
    startRows = [:]
  }
}
