import Foundations
import ProfileModel

/// A goroutine whose frames are being read.
struct GoroutineReader {
  private var isOpen = false
  private var isSystem = false
  private var waitReason = ""
  private var waitsSince: UInt64 = 0
  private var closure: UInt64 = 0

  private var frames: [Frame] = []

  /// The words of all frames that may be pointers, frame by frame.
  private var words: DumpReader.Words = []

  /// Further pointers of the goroutine, with the stack pointer of the frame that they belong to, or
  /// nil for the innermost one.
  private var more: [(stackPointer: UInt64?, pointer: UInt64)] = []

  /// By functions: the row of ``HeapDump/stacks``.
  private var rows: [Key: Int] = [:]

  private struct Key: Hashable {
    var functions: [FunctionID]
    var isSystem: Bool
  }

  private struct Frame {
    var start: UInt64
    var end: UInt64
    var function: FunctionID

    /// Where its words and fields end.
    var wordEnd: Int
    var fieldEnd: Int
  }

  /// The fields of all frames, as rows of ``words``; -1 for a word that is no pointer.
  private var fields: [Int] = []

  /// The most frames kept of a stack; deeper ones come from endless recursion.
  private static let frameLimit = 1 << 16
  private static let wordLimit = 1 << 22

  /// No program has more different stacks.
  private static let stackLimit = 1 << 18

  mutating func begin(
    isSystem: Bool, waitReason: String, waitsSince: UInt64, closure: UInt64,
    _ dump: inout HeapDump
  ) {
    finish(&dump)
    isOpen = true
    self.isSystem = isSystem
    self.waitReason = waitReason
    self.waitsSince = waitsSince
    self.closure = closure
  }

  mutating func addFrame(
    _ stackPointer: UInt64, size: UInt64, _ function: FunctionID, _ words: DumpReader.Words,
    offsets: [UInt64]
  ) {
    guard frames.count < Self.frameLimit else { return }
    let first = self.words.count
    if first + words.count <= Self.wordLimit {
      self.words += words.lazy.map { ($0.offset + stackPointer, $0.value) }
      // The arguments of its callee come first, then its own variables.
      for offset in offsets {
        let word = firstNumber(in: 0..<words.count) { words[$0].offset >= offset }
        if word < words.count, words[word].offset == offset { fields.append(first + word) }
      }
    }
    frames.append(
      Frame(
        start: stackPointer, end: saturatingSum(stackPointer, size), function: function,
        wordEnd: self.words.count, fieldEnd: fields.count))
  }

  mutating func addPointer(_ pointer: UInt64, frameAt stackPointer: UInt64?) {
    if pointer != 0 { more.append((stackPointer, pointer)) }
  }

  /// Adds the goroutine to those with the same functions.
  mutating func finish(_ dump: inout HeapDump) {
    guard isOpen else { return }
    isOpen = false
    defer {
      frames.removeAll(keepingCapacity: true)
      words.removeAll(keepingCapacity: true)
      fields.removeAll(keepingCapacity: true)
      more.removeAll(keepingCapacity: true)
    }
    dump.goroutineCount += 1
    let key = Key(functions: frames.map(\.function), isSystem: isSystem)
    var row = rows[key] ?? dump.stacks.count
    if row == dump.stacks.count {
      if row >= Self.stackLimit {
        row = 0
      } else {
        rows[key] = row
        dump.stacks.append(
          HeapDump.GoroutineStack(
            functions: key.functions, waitReason: waitReason, isSystem: isSystem))
      }
    }
    dump.stacks[row].count += 1
    dump.latestWait = max(dump.latestWait, waitsSince)
    if waitsSince > 0 {
      let known = dump.stacks[row].waitsSince
      dump.stacks[row].waitsSince = known == 0 ? waitsSince : min(known, waitsSince)
    }
    let frameCount = dump.stacks[row].functions.count
    func add(_ frame: Int, _ pointer: UInt64, isConservative: Bool = false) {
      guard dump.isInHeap(pointer) else { return }
      dump.framePointers.append(
        HeapDump.FramePointer(
          stack: UInt32(row), frame: UInt32(max(0, min(frame, frameCount - 1))),
          pointer: pointer, isConservative: isConservative))
    }
    var listed = Set<Int>()
    for (index, frame) in frames.enumerated() {
      let first = index == 0 ? 0 : frames[index - 1].fieldEnd
      for field in fields[first..<frame.fieldEnd] { add(index, words[field].value) }
    }
    for (stackPointer, pointer) in more {
      add(
        stackPointer.flatMap { pointer in frames.firstIndex { $0.start == pointer } } ?? 0, pointer)
    }
    // The closure of a goroutine that has not started belongs to the function that it will run.
    add(frames.count - 1, closure)
    if isSystem { return }
    listed.formUnion(fields)
    for (frame, word) in stackObjectWords(listed) {
      add(frame, words[word].value, isConservative: true)
    }
  }

  /// The words of variables that are in frames because a pointer to them is in use, and that no map
  /// lists: from the target of such a pointer to the end of the frame.
  private func stackObjectWords(_ listed: Set<Int>) -> [(frame: Int, word: Int)] {
    guard let low = frames.map(\.start).min(), let high = frames.map(\.end).max() else { return [] }
    let order = frames.indices.sorted { frames[$0].start < frames[$1].start }
    func frame(at address: UInt64) -> Int? {
      let next = firstNumber(in: 0..<order.count) { frames[order[$0]].start > address }
      guard next > 0, address < frames[order[next - 1]].end else { return nil }
      return order[next - 1]
    }
    var found: [(frame: Int, word: Int)] = []
    /// By frame: the words from here on were taken.
    var taken = frames.map(\.wordEnd)
    var waiting = fields.map { words[$0].value }
    while let address = waiting.popLast() {
      guard address >= low, address < high, let frame = frame(at: address) else { continue }
      let first = frame == 0 ? 0 : frames[frame - 1].wordEnd
      var word = taken[frame]
      while word > first, words[word - 1].offset >= address & ~7 {
        word -= 1
        if listed.contains(word) { continue }
        found.append((frame, word))
        waiting.append(words[word].value)
      }
      taken[frame] = word
    }
    return found
  }
}

extension HeapDump {
  /// Whether a pointer leads to the heap.
  func isInHeap(_ pointer: UInt64) -> Bool {
    pointer >= objects.base
      && (pointer - objects.base) / PhantomSlots.pageSize < objects.pages.count
  }
}

extension DumpReader {
  mutating func readGoroutine() throws(DumpError) {
    stream.part = .goroutines
    let address = try stream.number()
    _ = try stream.number()
    _ = try stream.number()
    _ = try stream.number()
    _ = try stream.number()
    let isSystem = try stream.flag()
    _ = try stream.flag()
    let waitsSince = try stream.number()
    let reason = try stream.name()
    let closure = try stream.number()
    dump.runtimeRecords.append(address)
    dump.runtimeRecords.append(try stream.number())
    for _ in 0..<2 { _ = try stream.number() }
    goroutine.begin(
      isSystem: isSystem, waitReason: String(decoding: reason.prefix(64), as: UTF8.self),
      waitsSince: waitsSince, closure: closure, &dump)
  }

  mutating func readFrame() throws(DumpError) {
    let stackPointer = try stream.number()
    _ = try stream.number()
    _ = try stream.number()
    let size = try stream.number()
    // Stacks grow to at most 1 GB.
    guard size <= 1 << 30, stackPointer <= .max - size else { throw stream.damage(.frame) }
    let words = try readWords(size) { $0 != 0 }
    let entry = try stream.number()
    for _ in 0..<2 { _ = try stream.number() }
    let name = try stream.name()
    if dump.frameEntries.count < 256 {
      dump.frameEntries[entry] = String(decoding: name, as: UTF8.self)
    }
    var offsets: [UInt64] = []
    var last: UInt64?
    var runs = 1
    while true {
      let kind = try stream.number()
      if kind == 0 { break }
      if kind != 1 { throw stream.damage(.field(kind: kind)) }
      let offset = try stream.number()
      if let last, offset <= last { runs += 1 }
      guard runs <= 2, offset < size, size - offset >= 8 else {
        throw stream.damage(.fieldOffset(offset))
      }
      last = offset
      offsets.append(offset)
    }
    goroutine.addFrame(
      stackPointer, size: size, dump.names.function(name[...]), words, offsets: offsets)
  }

  mutating func readDefer() throws(DumpError) {
    let address = try stream.number()
    _ = try stream.number()
    let stackPointer = try stream.number()
    _ = try stream.number()
    let closure = try stream.number()
    for _ in 0..<2 { _ = try stream.number() }
    goroutine.addPointer(address, frameAt: stackPointer)
    goroutine.addPointer(closure, frameAt: stackPointer)
  }

  mutating func readPanic() throws(DumpError) {
    for _ in 0..<3 { _ = try stream.number() }
    goroutine.addPointer(try stream.number(), frameAt: nil)
    for _ in 0..<2 { _ = try stream.number() }
  }
}
