import Foundations

/// Lets a source work ahead on a thread of its own, so that inflating and
/// decoding overlap.
///
/// Small files never see a thread: it starts once enough bytes were read. From
/// then on the source below belongs to the thread. The error that ends it comes
/// out after the bytes that were read before, as it would without a thread.
final class ReadAheadSource: ByteSource {
  private let base: any ByteSource
  private let room: RoomAhead
  private let progress: () -> Int
  private var ring: ReadAheadRing?
  private var handedOut = 0

  /// What was read before the thread starts: starting one costs some 50 µs,
  /// which is what inflating 16 KiB takes.
  private static let serialBytes = 1 << 18

  /// How many bytes the source had taken from its file when the bytes that were
  /// last handed out were read.
  private(set) var inputBytes = 0

  /// - Parameters:
  ///   - room: what the thread prepares while nobody takes what it has read.
  ///   - progress: tells how many bytes the source has taken from its file.
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
/// It is sendable because everything that changes is guarded by the monitor, but
/// for the bytes in the buffers: those after `filled` belong to the thread,
/// those before it to the reader.
private final class ReadAheadRing: @unchecked Sendable {
  private enum End {
    case endOfInput
    case failure(CodecError)
  }

  /// What is in a buffer.
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

  // They stay within the cache that cores share, and hold enough for either thread to be
  // held up for a while.
  private static let slotBytes = 64 << 10
  private static let slotCount = 24

  // The reader's own.
  private var position = 0
  private var thread: SystemThread?

  private init(_ room: RoomAhead) { self.room = room }

  /// Returns a ring with its thread at work, or nil when there can be none.
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

  /// The thread: fills buffers until the source ends or nobody wants more.
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

  /// Waits for an empty buffer; nil when the reader has gone.
  ///
  /// Once all are full it waits until half of them are empty: to fall asleep and be woken
  /// takes as long as to inflate one.
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

  /// Ends the thread, whose source may be read no further.
  ///
  /// A thread that waits for a pipe is not waited for: it ends with its read, or
  /// with the process.
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
