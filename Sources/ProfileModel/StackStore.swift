import Synchronization

/// Stacks as they were read, until somebody wants them whole.
///
/// It is sendable because ``whole`` is written once, under the lock and before ``isWhole``
/// says so, and only read after that.
final class StackStore: @unchecked Sendable {
  private let packed: Mutex<PackedStacks?>
  private let isWhole = Atomic<Bool>(false)
  private var whole: (frames: [LocationID], ends: [Int]) = ([], [])

  let sampleCount: Int
  let depthSum: Int

  init(_ packed: PackedStacks) {
    sampleCount = packed.steps.count
    depthSum = packed.depthSum
    self.packed = Mutex(packed)
  }

  /// Nil once the stacks are whole.
  var stacks: PackedStacks? { packed.withLock { $0 } }

  /// The frames of all stacks, and where each stack ends among them; see
  /// ``SampleTable/frames``. The first call unpacks them.
  var unpacked: (frames: [LocationID], ends: [Int]) {
    if isWhole.load(ordering: .acquiring) { return whole }
    packed.withLock { packed in
      guard let stacks = packed else { return }
      packed = nil
      whole = stacks.unpacked()
      isWhole.store(true, ordering: .releasing)
    }
    return whole
  }
}
