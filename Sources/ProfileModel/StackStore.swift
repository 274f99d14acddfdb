import Foundations
import Synchronization

/// Packed stacks, until whole stacks are needed.
///
/// It is sendable because the lock guards what changes, except ``whole``: that is written once,
/// before ``isWhole`` is set, and only read afterwards.
final class StackStore: @unchecked Sendable {
  let sampleCount: Int
  let depthSum: Int
  let longest: Int

  private let lock = Monitor()
  private var packed: PackedStacks?
  private let isWhole = Atomic<Bool>(false)
  private var whole: (frames: [LocationID], ends: [Int]) = ([], [])

  init(_ packed: PackedStacks) {
    sampleCount = packed.steps.count
    depthSum = packed.depthSum
    longest = packed.longest
    self.packed = packed
  }

  /// Nil once the stacks were unpacked.
  var stacks: PackedStacks? { lock.locked { packed } }

  /// The frames of all stacks in sequence, and where each stack ends; see ``SampleTable/frames``.
  /// The first call unpacks them.
  var unpacked: (frames: [LocationID], ends: [Int]) {
    if isWhole.load(ordering: .acquiring) { return whole }
    lock.locked {
      guard let stacks = packed else { return }
      packed = nil
      whole = stacks.unpacked()
      isWhole.store(true, ordering: .releasing)
    }
    return whole
  }
}
