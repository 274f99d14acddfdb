import CProtobufC

/// Memory for one unpacked message at a time, used through protobuf-c's allocator.
///
/// A message is unpacked, copied into columns and forgotten. So its parts come from one block,
/// whose end just moves; `reset()` frees the block again.
final class Arena {
  private static let blockSize = 64 << 10

  private let block: UnsafeMutableRawPointer
  private var used = 0

  /// Allocations that did not fit in the block.
  private var strays: [UnsafeMutableRawPointer] = []

  init() { block = .allocate(byteCount: Self.blockSize, alignment: 16) }

  deinit {
    reset()
    block.deallocate()
  }

  func reset() {
    used = 0
    for stray in strays { stray.deallocate() }
    strays.removeAll(keepingCapacity: true)
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    let rounded = (size + 15) & ~15
    if used + rounded <= Self.blockSize {
      defer { used += rounded }
      return block + used
    }
    let stray = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: 16)
    strays.append(stray)
    return stray
  }

  /// Runs the body with an allocator that takes from this arena, then resets it.
  func withAllocator<Result>(
    _ body: (UnsafeMutablePointer<ProtobufCAllocator>) throws(CodecError) -> Result
  ) throws(CodecError) -> Result {
    defer { reset() }
    var allocator = ProtobufCAllocator(
      alloc: { arena, size in
        Unmanaged<Arena>.fromOpaque(arena!).takeUnretainedValue().allocate(size)
      },
      free: { _, _ in },
      allocator_data: Unmanaged.passUnretained(self).toOpaque())
    return try body(&allocator)
  }
}
