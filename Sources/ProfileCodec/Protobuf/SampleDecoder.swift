// Over 400 lines: the columns are private, and everything that writes to them is here.

import Foundations
import ProfileModel

/// Reads `Sample` messages directly into columns.
///
/// Until ``finish(locations:strings:stringsAreRows:typeCount:)``, a frame holds what the file says.
/// A location id from 1 to 2³¹ is stored less 1, which is the row where ids count from 1; any other
/// id as 2³¹ + its row in `largeIDs`. Label texts hold indexes of the file's string table.
struct SampleDecoder {
  private let limits: ReadLimits

  /// How much of the input was read, from 0 to 1, if known.
  private let progress: () -> Double?
  private var stacks = PackedStacks()
  private var columns: [[Int64]] = []
  private var labels: [Label] = []
  private var labelEnds: [Int] = []

  private var largeIDs: [UInt64] = []
  private var largeIDRows: [UInt64: UInt32] = [:]
  private static let largeFlag: UInt32 = 1 << 31

  /// The largest number in the frames.
  private var largestFrame: UInt32 = 0

  /// Frames, steps and values on their way into the arrays, which grow by thousands.
  private let pending = PendingSamples()
  private var pendingCount = 0
  private var pendingRows = 0

  /// The number of frames before the current sample, and the number of frames that its stack shares
  /// with the previous one.
  private var sampleStart = 0
  private var shared = 0

  /// The values of a sample in an unusual encoding.
  private var spareValues: [Int64] = []

  /// The largest string index of a label.
  private var largestString: UInt64 = 0

  /// The position of the previous sample's packed ids in the stream; empty when the next sample
  /// must not share any of them.
  private var previousIDs = 0..<0

  /// The most frames that room is made for in advance: 512 MiB.
  private static let largestReserve = 1 << 27

  /// How much of the input came before the first sample.
  private var progressBefore: Double?

  /// Receives the memory that the columns will be written to.
  private let room: RoomAhead

  init(
    limits: ReadLimits, progress: @escaping () -> Double? = { nil }, room: RoomAhead = RoomAhead()
  ) {
    self.limits = limits
    self.progress = progress
    self.room = room
  }

  private var frameCount: Int { stacks.frames.count + pendingCount }
  private var rowCount: Int { stacks.steps.count + pendingRows }

  /// The approximate memory of the columns with whole stacks.
  var tableBytes: Int {
    stacks.depthSum * 4 + rowCount * (8 + 8 * columns.count) + labels.count * 24
      + labelEnds.count * 8 + largeIDs.count * 40
  }

  /// The number of values of each sample; nil without samples.
  var valueCount: Int? { rowCount == 0 ? nil : columns.count }

  /// The largest row among the frames, where ids count from 1; -1 without any.
  var largestRow: Int {
    mutating get {
      flush()
      return stacks.frames.isEmpty ? -1 : Int(largestFrame & ~Self.largeFlag)
    }
  }

  /// Reads one message.
  ///
  /// The first one determines how many values a sample has. Whether this is the number of sample
  /// types shows only at the end, as these may still come.
  mutating func sample(_ payload: WireReader) throws(CodecError) {
    if rowCount > 0, columns.count <= PendingSamples.mostColumns, try usualSample(payload) {
      return
    }
    previousIDs = 0..<0
    shared = 0
    var reader = payload.reading(.sample)
    let firstFrame = sampleStart
    let firstLabel = labels.count
    spareValues.removeAll(keepingCapacity: true)
    while !reader.isAtEnd {
      let (field, wireType) = try reader.tag()
      switch (field, wireType) {
      case (1, 2): try packedFrames(&reader, firstFrame: firstFrame)
      case (1, 0): append(provisional(try reader.varint()))
      case (2, 2):
        var list = try reader.nested(.sample)
        while !list.isAtEnd {
          spareValues.append(Int64(bitPattern: try list.varint()))
          if spareValues.count > limits.sampleTypes { break }
        }
      case (2, 0): spareValues.append(Int64(bitPattern: try reader.varint()))
      case (3, 2): try label(&reader)
      default: try reader.skipUnknown(field: field, wireType: wireType, known: 1...3)
      }
      if spareValues.count > limits.sampleTypes {
        throw .limit(.sampleTypes, limit: limits.sampleTypes)
      }
      if frameCount - firstFrame > limits.stackDepth {
        throw .limit(.stackDepth, limit: limits.stackDepth)
      }
      if labels.count - firstLabel > limits.labelsPerSample {
        throw .limit(.labels, limit: limits.labelsPerSample)
      }
    }
    if rowCount == 0 {
      columns = [[Int64]](repeating: [], count: spareValues.count)
      progressBefore = progress()
    }
    guard spareValues.count == columns.count else {
      throw .valueCount(sample: rowCount, found: spareValues.count, expected: columns.count)
    }
    if columns.count <= PendingSamples.mostColumns {
      let values = pending.values.start + pendingRows * columns.count
      for column in columns.indices { values[column] = spareValues[column] }
    } else {
      for column in columns.indices { columns[column].append(spareValues[column]) }
    }
    finishSample(firstLabel: firstLabel)
  }

  /// Ends a sample whose values follow those of the waiting rows.
  @inline(__always)
  private mutating func finishSample(firstLabel: Int) {
    if labels.count > firstLabel {
      while labelEnds.count < rowCount { labelEnds.append(firstLabel) }
      labelEnds.append(labels.count)
    }
    let end = frameCount
    let step = PackedStacks.Step(own: end &- sampleStart, shared: shared)
    sampleStart = end
    pending.steps[pendingRows] = step
    pendingRows &+= 1
    stacks.note(depth: step.depth)
    if pendingRows == PendingSamples.mostRows { flushRows() }
    if stacks.isBlockFull(frameCount: end) { beginBlock() }
  }

  /// Makes the next sample share nothing with the previous one.
  private mutating func beginBlock() {
    stacks.beginBlock(atFrame: frameCount, sample: rowCount)
    previousIDs = 0..<0
  }

  /// Moves the waiting values and steps into their columns.
  private mutating func flushRows() {
    let rows = pendingRows
    pendingRows = 0
    stacks.steps.append(contentsOf: UnsafeBufferPointer(start: pending.steps.start, count: rows))
    let width = columns.count
    if width > PendingSamples.mostColumns { return }
    for column in 0..<width {
      for row in 0..<rows { pending.column[row] = pending.values[row &* width &+ column] }
      columns[column].append(
        contentsOf: UnsafeBufferPointer(start: pending.column.start, count: rows))
    }
  }

  // MARK: Samples as nearly all writers write them

  /// Reads a message that has all ids in one list, all values in a second, and labels after them.
  ///
  /// - Returns: false, with nothing changed, for any other message.
  private mutating func usualSample(_ payload: WireReader) throws(CodecError) -> Bool {
    var reader = QuickReader(payload)
    guard !reader.isAtEnd, reader.tag() == 0x0a else { return false }
    let ids = reader.list()
    guard !reader.isAtEnd, reader.tag() == 0x12 else { return false }
    let outerEnd = reader.enter()
    let width = columns.count
    let values = pending.values.start + pendingRows &* width
    var count = 0
    while count < width, !reader.isAtEnd {
      values[count] = Int64(bitPattern: reader.varint())
      count &+= 1
    }
    guard count == width, reader.isAtEnd else { return false }
    reader.leave(to: outerEnd)
    let firstLabel = labels.count
    while reader.isGood, !reader.isAtEnd {
      if reader.tag() == 0x1a { usualLabel(&reader) } else { reader.giveUp() }
    }
    guard reader.isGood, ids.count <= PendingSamples.frameCapacity / 4,
      labels.count - firstLabel <= limits.labelsPerSample
    else {
      labels.removeLast(labels.count - firstLabel)
      return false
    }
    try usualFrames(payload, ids)
    finishSample(firstLabel: firstLabel)
    return true
  }

  /// Reads packed ids, except those at the end that the previous sample has too. Stacks are leaf
  /// first, and neighbours often share their roots.
  private mutating func usualFrames(
    _ payload: WireReader, _ ids: Range<Int>
  ) throws(CodecError) {
    if pendingCount + ids.count > PendingSamples.frameCapacity { flush() }
    let first = pendingCount
    let previous = previousIDs.lowerBound - payload.origin..<previousIDs.upperBound - payload.origin
    // The window may have moved.
    let tail =
      previous.lowerBound < 0 || previous.isEmpty
      ? (bytes: 0, count: 0) : sharedTail(payload.bytes, ids, previous)
    var list = payload.reading(ids.lowerBound..<ids.upperBound - tail.bytes, as: .sample)
    while !list.isAtEnd {
      pendingCount &+= try list.smallIDs(
        into: pending.frames.start + pendingCount, room: PendingSamples.frameCapacity - pendingCount
      )
      if !list.isAtEnd { append(provisional(try list.varint())) }
    }
    shared = tail.count
    if pendingCount - first + shared > limits.stackDepth {
      throw .limit(.stackDepth, limit: limits.stackDepth)
    }
    previousIDs = ids.lowerBound + payload.origin..<ids.upperBound + payload.origin
  }

  @inline(__always)
  private mutating func usualLabel(_ reader: inout QuickReader) {
    let outerEnd = reader.enter()
    var key: UInt64 = 0
    var text: UInt64 = 0
    var unit: UInt64 = 0
    var number: UInt64 = 0
    while reader.isGood, !reader.isAtEnd {
      switch reader.tag() {
      case 0x08: key = reader.varint()
      case 0x10: text = reader.varint()
      case 0x18: number = reader.varint()
      case 0x20: unit = reader.varint()
      default: reader.giveUp()
      }
    }
    reader.leave(to: outerEnd)
    let largest = max(key, text, unit)
    if largest >= UInt64(UInt32.max) { return reader.giveUp() }
    largestString = max(largestString, largest)
    if text != 0 {
      labels.append(.text(StringID(Int(key)), StringID(Int(text))))
    } else if number != 0 || unit != 0 {
      labels.append(
        .number(StringID(Int(key)), Int64(bitPattern: number), unit: StringID(Int(unit))))
    }
  }

  private mutating func packedFrames(
    _ reader: inout WireReader, firstFrame: Int
  ) throws(CodecError) {
    var list = try reader.nested(.sample)
    // The caller refuses stacks that are too deep.
    while !list.isAtEnd, frameCount - firstFrame <= limits.stackDepth {
      if pendingCount == PendingSamples.frameCapacity { flush() }
      pendingCount += try list.smallIDs(
        into: pending.frames.start + pendingCount, room: PendingSamples.frameCapacity - pendingCount
      )
      // The next id is not small, or the memory is full.
      if pendingCount < PendingSamples.frameCapacity, !list.isAtEnd {
        append(provisional(try list.varint()))
      }
    }
  }

  private mutating func append(_ frame: UInt32) {
    if pendingCount == PendingSamples.frameCapacity { flush() }
    pending.frames[pendingCount] = frame
    pendingCount += 1
  }

  /// Moves the waiting frames into the array.
  private mutating func flush() {
    let waiting = UnsafeBufferPointer(start: pending.frames.start, count: pendingCount)
    largestFrame = waiting.reduce(largestFrame) { max($0, $1) }
    if stacks.frames.count + pendingCount > stacks.frames.capacity { reserve() }
    waiting.withMemoryRebound(to: LocationID.self) { stacks.frames.append(contentsOf: $0) }
    room.advance(to: Double(stacks.frames.count) / Double(max(1, stacks.frames.capacity)))
    pendingCount = 0
  }

  /// Makes room for all frames and samples to come, estimated from the input so far.
  ///
  /// Growing step by step copies them several times, and each new page costs as much as decoding
  /// its frames. Room that is never used takes no memory.
  private mutating func reserve() {
    guard let before = progressBefore, let now = progress(), now - before > 0.03,
      stacks.frames.count >= 1 << 18
    else { return }
    let growth = min(64, (1 - before) / (now - before) * 1.15)
    let wanted = min(Self.largestReserve, Int(Double(stacks.frames.count) * growth))
    guard wanted > stacks.frames.count + pendingCount else { return }
    let sampleCount = Int(Double(stacks.steps.count) * growth)
    room.removeAll()
    reserve(&stacks.frames, wanted)
    reserve(&stacks.steps, sampleCount)
    for column in columns.indices { reserve(&columns[column], sampleCount) }
    reserve(&labels, Int(Double(labels.count) * growth))
    reserve(&labelEnds, Int(Double(labelEnds.count) * growth))
  }

  private func reserve<Element>(_ array: inout [Element], _ capacity: Int) {
    array.reserveCapacity(capacity)
    room.add(&array)
  }

  private mutating func provisional(_ id: UInt64) -> UInt32 {
    if id &- 1 < UInt64(Self.largeFlag) { return UInt32(id - 1) }
    if let row = largeIDRows[id] { return Self.largeFlag | row }
    let row = UInt32(largeIDs.count)
    largeIDs.append(id)
    largeIDRows[id] = row
    return Self.largeFlag | row
  }

  private mutating func label(_ sample: inout WireReader) throws(CodecError) {
    var reader = try sample.nested(.label)
    var key: UInt64 = 0
    var text: UInt64 = 0
    var unit: UInt64 = 0
    var number: Int64 = 0
    while !reader.isAtEnd {
      let (field, wireType) = try reader.tag()
      switch (field, wireType) {
      case (1, 0): key = try reader.varint()
      case (2, 0): text = try reader.varint()
      case (3, 0): number = Int64(bitPattern: try reader.varint())
      case (4, 0): unit = try reader.varint()
      default: try reader.skipUnknown(field: field, wireType: wireType, known: 1...4)
      }
    }
    largestString = max(largestString, key, text, unit)
    let keyID = try stringIndex(key, "label.key")
    if text != 0 {
      labels.append(.text(keyID, try stringIndex(text, "label.str")))
    } else if number != 0 || unit != 0 {
      labels.append(.number(keyID, number, unit: try stringIndex(unit, "label.num_unit")))
    }
  }

  private func stringIndex(_ index: UInt64, _ field: String) throws(CodecError) -> StringID {
    guard index < UInt64(UInt32.max) else {
      throw .stringIndex(Int64(bitPattern: index), count: 0, field: field)
    }
    return StringID(Int(index))
  }

  // MARK: Looking up

  /// Replaces the file's numbers by rows, and returns the table.
  ///
  /// - Parameters:
  ///   - strings: the row of each entry of the file's string table.
  ///   - stringsAreRows: true when that is the entry's own number.
  mutating func finish(
    locations: IDTable, strings: [StringID], stringsAreRows: Bool, typeCount: Int
  ) throws(CodecError) -> SampleTable {
    var table = SampleTable(typeCount: typeCount)
    if rowCount == 0 { return table }
    flush()
    flushRows()
    if typeCount == 0 { throw .noSampleTypes }
    guard columns.count == typeCount else {
      throw .valueCount(sample: 0, found: columns.count, expected: typeCount)
    }
    try resolveFrames(locations)
    if !stringsAreRows || largestString >= UInt64(strings.count) { try resolveLabels(strings) }
    table.setStacks(stacks)
    table.values = columns
    table.labels = labels
    table.labelEnds = labelEnds
    self = SampleDecoder(limits: limits)
    return table
  }

  private mutating func resolveFrames(_ locations: IDTable) throws(CodecError) {
    // When ids count from 1, as most writers count, the frames already are rows.
    if stacks.frames.isEmpty { return }
    if locations.countsFromOne, largestFrame < UInt32(clamping: locations.count) { return }
    var unknown: Int?
    let largeIDs = self.largeIDs
    stacks.frames.withUnsafeMutableBufferPointer { frames in
      frames.withMemoryRebound(to: UInt32.self) { frames in
        for index in frames.indices {
          guard let row = locations.row(of: Self.id(frames[index], largeIDs)) else {
            unknown = index
            return
          }
          frames[index] = UInt32(row)
        }
      }
    }
    guard let unknown else { return }
    throw .unknownLocation(
      id: Self.id(stacks.frames[unknown].rawValue, largeIDs),
      sample: stacks.sample(ofFrame: unknown))
  }

  /// The id that a provisional number stands for.
  private static func id(_ raw: UInt32, _ largeIDs: [UInt64]) -> UInt64 {
    raw & largeFlag == 0 ? UInt64(raw) + 1 : largeIDs[Int(raw & ~largeFlag)]
  }

  private mutating func resolveLabels(_ strings: [StringID]) throws(CodecError) {
    for index in labels.indices {
      labels[index].key = try Self.lookUp(labels[index].key, strings, "label.key")
      labels[index].string = try Self.lookUp(
        labels[index].string, strings,
        labels[index].kind == .text ? "label.str" : "label.num_unit")
    }
  }

  private static func lookUp(
    _ index: StringID, _ strings: [StringID], _ field: String
  ) throws(CodecError) -> StringID {
    guard index.index < strings.count else {
      throw .stringIndex(Int64(index.index), count: strings.count, field: field)
    }
    return strings[index.index]
  }
}
