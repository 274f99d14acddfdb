import Glibc

/// Lets a source work ahead on a thread of its own, so that inflating and
/// decoding overlap.
///
/// Small files never see a thread: it starts once enough bytes were read. From
/// then on the source below belongs to the thread. The error that ends it comes
/// out behind the bytes that were read before, as it would without a thread.
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

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
    if ring == nil, handedOut >= Self.serialBytes {
      ring = ReadAheadRing.start(base, room, progress)
    }
    let count: Int
    if let ring {
      (count, inputBytes) = try ring.take(into: buffer)
    } else {
      count = try base.read(into: buffer)
      inputBytes = progress()
    }
    handedOut += count
    return count
  }
}

/// A few buffers that one thread fills and another empties, in turn.
///
/// It is sendable because everything that changes is guarded by the mutex, but
/// for the bytes in the buffers: those behind `filled` belong to the thread,
/// those before it to the reader.
private final class ReadAheadRing: @unchecked Sendable {
  private enum End {
    case endOfInput
    case failure(CodecError)
  }

  private struct Slot {
    var bytes: UnsafeMutableRawBufferPointer
    var count = 0
    var inputBytes = 0
  }

  private let room: RoomAhead
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  // Guarded by the mutex.
  private var slots: [Slot]
  /// How many buffers were filled and emptied so far.
  private var filled = 0
  private var emptied = 0
  private var end: End?
  private var isStopped = false

  /// The thread waits for empty buffers.
  private var isAsleep = false

  /// With 64 KiB each they stay within the cache that cores share, and hold enough for
  /// either thread to be held up for a while.
  private static let slotCount = 24

  // The reader's own.
  private var position = 0
  private var thread: pthread_t?

  private init(_ room: RoomAhead) {
    self.room = room
    slots = (0..<Self.slotCount).map { _ in
      Slot(bytes: .allocate(byteCount: 64 << 10, alignment: 64))
    }
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    for slot in slots { slot.bytes.deallocate() }
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// What the thread takes over.
  private final class Work {
    let ring: ReadAheadRing
    let source: any ByteSource
    let progress: () -> Int

    init(_ ring: ReadAheadRing, _ source: any ByteSource, _ progress: @escaping () -> Int) {
      self.ring = ring
      self.source = source
      self.progress = progress
    }
  }

  /// Returns a ring with its thread at work, or nil when there can be none.
  static func start(
    _ source: any ByteSource, _ room: RoomAhead, _ progress: @escaping () -> Int
  ) -> ReadAheadRing? {
    let ring = ReadAheadRing(room)
    let work = Unmanaged.passRetained(Work(ring, source, progress))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
        work.ring.fill(from: work.source, progress: work.progress)
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      work.release()
      return nil
    }
    ring.thread = thread
    return ring
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
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
      locked {
        if count > 0 {
          let slot = filled % slots.count
          slots[slot].count = count
          slots[slot].inputBytes = inputBytes
          filled += 1
        }
        self.end = end
        pthread_cond_signal(changed)
      }
      if end != nil { return }
    }
    locked {
      end = .endOfInput
      pthread_cond_signal(changed)
    }
  }

  /// Waits for an empty buffer; nil when the reader has gone.
  ///
  /// Once all are full it waits until half of them are empty: to fall asleep and be woken
  /// takes as long as to inflate one.
  private func nextFree() -> UnsafeMutableRawBufferPointer? {
    func isFull() -> Bool { filled - emptied == slots.count && !isStopped }
    while locked(isFull), room.prepareSome() {}
    return locked {
      if isFull() {
        isAsleep = true
        while filled - emptied > slots.count / 2, !isStopped { pthread_cond_wait(changed, mutex) }
        isAsleep = false
      }
      return isStopped ? nil : slots[filled % slots.count].bytes
    }
  }

  /// Copies bytes out; 0 at the end.
  func take(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(CodecError) -> (count: Int, inputBytes: Int) {
    let slot: Slot? = locked {
      while filled == emptied, end == nil { pthread_cond_wait(changed, mutex) }
      return filled == emptied ? nil : slots[emptied % slots.count]
    }
    guard let slot else {
      join()
      if case .failure(let error) = end { throw error }
      return (0, slots[(emptied + slots.count - 1) % slots.count].inputBytes)
    }
    let count = min(buffer.count, slot.count - position)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: slot.bytes[position..<position + count]))
    position += count
    if position == slot.count {
      position = 0
      locked {
        emptied += 1
        if isAsleep, filled - emptied <= slots.count / 2 { pthread_cond_signal(changed) }
      }
    }
    return (count, slot.inputBytes)
  }

  private func join() {
    guard let thread else { return }
    pthread_join(thread, nil)
    self.thread = nil
  }

  /// Ends the thread, whose source may be read no further.
  ///
  /// A thread that waits for a pipe is not waited for: it ends with its read, or
  /// with the process.
  func stop() {
    guard let thread else { return }
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_nsec += 100_000_000
    if deadline.tv_nsec >= 1_000_000_000 {
      deadline.tv_nsec -= 1_000_000_000
      deadline.tv_sec += 1
    }
    let hasEnded = locked {
      isStopped = true
      pthread_cond_signal(changed)
      while end == nil {
        if pthread_cond_timedwait(changed, mutex, &deadline) != 0 { break }
      }
      return end != nil
    }
    if hasEnded { pthread_join(thread, nil) } else { pthread_detach(thread) }
    self.thread = nil
  }
}
