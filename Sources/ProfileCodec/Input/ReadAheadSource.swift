import Foundations

/// Lets a source work ahead on a thread of its own, so that inflating and decoding overlap.
///
/// The thread starts only after enough bytes were read, so small files never need one. From then on
/// the underlying source belongs to the thread. An error is reported after the bytes that were read
/// before it, as it would be without a thread.
final class ReadAheadSource: ByteSource {
  private let base: any ByteSource
  private let room: RoomAhead
  private let progress: () -> Int
  private var ring: ReadAheadRing?
  private var handedOut = 0

  /// How many bytes are read before the thread starts: starting one takes about 50 µs, as long as
  /// inflating 16 KiB.
  private static let serialBytes = 1 << 18

  /// How many bytes the source had taken from its file when it read the bytes that were handed out
  /// last.
  private(set) var inputBytes = 0

  /// - Parameters:
  ///   - room: what the thread prepares while its buffers are full.
  ///   - progress: returns how many bytes the source has taken from its file.
  init(_ base: any ByteSource, room: RoomAhead, progress: @escaping () -> Int) {
    self.base = base
    self.room = room
    self.progress = progress
  }

  deinit { ring?.stop() }

  func read(into buffer: inout MutableSpan<UInt8>) throws(CodecError) -> Int {
    if ring == nil, handedOut >= Self.serialBytes {
      ring = ReadAheadRing.start(base, room, progress)
    }
    let count: Int
    if let ring {
      (count, inputBytes) = try buffer.withUnsafeMutableBytes { (buffer) throws(CodecError) in
        try ring.take(into: buffer)
      }
    } else {
      count = try base.read(into: &buffer)
      inputBytes = progress()
    }
    handedOut += count
    return count
  }
}

/// A few buffers that one thread fills and another empties, in turn.
///
/// It is sendable because the monitor guards everything that changes, except the bytes in the
/// buffers: those after `filled` belong to the thread, those before it to the reader.
private final class ReadAheadRing: @unchecked Sendable {
  private enum End {
    case endOfInput
    case failure(CodecError)
  }

  /// The contents of a buffer.
  private struct Slot {
    var count = 0
    var inputBytes = 0
  }

  private let room: RoomAhead
  private let monitor = Monitor()

  /// The buffers, one after another.
  private let memory = OwnedBuffer<UInt8>(capacity: slotCount * slotBytes)

  // Guarded by the monitor.
  private var slots = [Slot](repeating: Slot(), count: slotCount)
  /// How many buffers were filled and emptied so far.
  private var filled = 0
  private var emptied = 0
  private var end: End?
  private var isStopped = false

  /// The thread waits for empty buffers.
  private var isAsleep = false

  // They fit in the cache that the cores share, and hold enough to bridge a delay of either thread.
  private static let slotBytes = 64 << 10
  private static let slotCount = 24

  // Used by the reader only.
  private var position = 0
  private var thread: SystemThread?

  private init(_ room: RoomAhead) { self.room = room }

  /// Returns a ring with a running thread, or nil when there can be none.
  static func start(
    _ source: any ByteSource, _ room: RoomAhead, _ progress: @escaping () -> Int
  ) -> ReadAheadRing? {
    let ring = ReadAheadRing(room)
    ring.thread = SystemThread { ring.fill(from: source, progress: progress) }
    return ring.thread == nil ? nil : ring
  }

  private func bytes(of slot: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      rebasing: memory.bytes[slot * Self.slotBytes..<(slot + 1) * Self.slotBytes])
  }

  /// The thread's work: fills buffers until the source ends or the reader stops.
  private func fill(from source: any ByteSource, progress: () -> Int) {
    while let bytes = nextFree() {
      var count = 0
      var end: End?
      do throws(CodecError) {
        count = try source.read(into: bytes)
        if count == 0 { end = .endOfInput }
      } catch {
        end = .failure(error)
      }
      let inputBytes = progress()
      monitor.locked {
        if count > 0 {
          let slot = filled % slots.count
          slots[slot].count = count
          slots[slot].inputBytes = inputBytes
          filled += 1
        }
        self.end = end
        monitor.signal()
      }
      if end != nil { return }
    }
    monitor.locked {
      end = .endOfInput
      monitor.signal()
    }
  }

  /// Waits for an empty buffer; nil when the reader has stopped.
  ///
  /// When all are full, it waits until half of them are empty, since falling asleep and waking up
  /// takes as long as inflating one buffer.
  private func nextFree() -> UnsafeMutableRawBufferPointer? {
    func isFull() -> Bool { filled - emptied == slots.count && !isStopped }
    while monitor.locked(isFull), room.prepareSome() {}
    return monitor.locked {
      if isFull() {
        isAsleep = true
        while filled - emptied > slots.count / 2, !isStopped { monitor.wait() }
        isAsleep = false
      }
      return isStopped ? nil : bytes(of: filled % slots.count)
    }
  }

  /// Copies bytes out; 0 at the end.
  func take(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(CodecError) -> (count: Int, inputBytes: Int) {
    let next: (slot: Slot, bytes: UnsafeMutableRawBufferPointer)? = monitor.locked {
      while filled == emptied, end == nil { monitor.wait() }
      let index = emptied % slots.count
      return filled == emptied ? nil : (slots[index], bytes(of: index))
    }
    guard let (slot, bytes) = next else {
      join()
      if case .failure(let error) = end { throw error }
      return (0, slots[(emptied + slots.count - 1) % slots.count].inputBytes)
    }
    let count = min(buffer.count, slot.count - position)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
    position += count
    if position == slot.count {
      position = 0
      monitor.locked {
        emptied += 1
        if isAsleep, filled - emptied <= slots.count / 2 { monitor.signal() }
      }
    }
    return (count, slot.inputBytes)
  }

  private func join() {
    thread?.join()
    thread = nil
  }

  /// Ends the thread; its source must not be read any further.
  ///
  /// This does not wait for a thread that waits for a pipe: it ends with its read, or with the
  /// process.
  func stop() {
    guard let thread else { return }
    let deadline = Deadline(milliseconds: 100)
    let hasEnded = monitor.locked {
      isStopped = true
      monitor.signal()
      while end == nil, monitor.wait(until: deadline) {}
      return end != nil
    }
    if hasEnded { thread.join() } else { thread.detach() }
    self.thread = nil
  }
}
