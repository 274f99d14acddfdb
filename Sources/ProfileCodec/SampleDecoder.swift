import Glibc
import ProfileModel

/// Reads `Sample` messages straight into columns.
///
/// Until ``finish(locations:strings:typeCount:)`` the frames hold what the file
/// says: a location id from 1 to 2³¹ less 1, which is the row where ids count
/// from 1, and any other as 2³¹ + its row in `largeIDs`. Label texts hold indexes
/// of the file's string table.
struct SampleDecoder {
  private let limits: ReadLimits

  /// How much of the input was read, from 0 to 1, where that is known.
  private let progress: () -> Double?
  private var frames: [LocationID] = []
  private var frameEnds: [Int] = []
  private var columns: [[Int64]] = []
  private var labels: [Label] = []
  private var labelEnds: [Int] = []

  private var largeIDs: [UInt64] = []
  private var largeIDRows: [UInt64: UInt32] = [:]
  private static let largeFlag: UInt32 = 1 << 31

  /// The largest number in `frames`.
  private var largestFrame: UInt32 = 0

  /// Values on their way into `columns`, sample by sample.
  private var pendingValues: [Int64] = []
  private static let mostPendingValues = 4096

  /// Frames on their way into `frames`, so that the array grows by thousands.
  private let pending = PendingFrames()
  private var pendingCount = 0

  /// The most frames for which room is made ahead: 512 MiB.
  private static let largestReserve = 1 << 27

  /// How much of the input came before the first sample.
  private var progressBefore: Double?

  init(limits: ReadLimits, progress: @escaping () -> Double? = { nil }) {
    self.limits = limits
    self.progress = progress
  }

  private var frameCount: Int { frames.count + pendingCount }

  /// Roughly the memory that the columns take.
  var tableBytes: Int {
    frameCount * 4 + frameEnds.count * (8 + 8 * columns.count) + labels.count * 24
      + labelEnds.count * 8 + largeIDs.count * 40
  }

  /// How many values each sample has, or nil without samples.
  var valueCount: Int? { frameEnds.isEmpty ? nil : columns.count }

  /// Reads one message.
  ///
  /// The first one says how many values a sample has. Whether that is the number
  /// of sample types shows at the end: these may still come.
  mutating func sample(_ payload: WireReader) throws(CodecError) {
    var reader = payload.reading(.sample)
    let firstFrame = frameCount
    let firstLabel = labels.count
    let firstValue = pendingValues.count
    while !reader.isAtEnd {
      let (field, wireType) = try reader.tag()
      switch (field, wireType) {
      case (1, 2): try packedFrames(&reader, firstFrame: firstFrame)
      case (1, 0): append(provisional(try reader.varint()))
      case (2, 2):
        var list = try reader.nested(.sample)
        while !list.isAtEnd {
          pendingValues.append(Int64(bitPattern: try list.varint()))
          if pendingValues.count - firstValue > limits.sampleTypes { break }
        }
      case (2, 0): pendingValues.append(Int64(bitPattern: try reader.varint()))
      case (3, 2): try label(&reader)
      default: try reader.skipUnknown(field: field, wireType: wireType, known: 1...3)
      }
      if pendingValues.count - firstValue > limits.sampleTypes {
        throw .limit(.sampleTypes, limit: limits.sampleTypes)
      }
      if frameCount - firstFrame > limits.stackDepth {
        throw .limit(.stackDepth, limit: limits.stackDepth)
      }
      if labels.count - firstLabel > limits.labelsPerSample {
        throw .limit(.labels, limit: limits.labelsPerSample)
      }
    }
    try finishSample(firstLabel: firstLabel, valueCount: pendingValues.count - firstValue)
  }

  private mutating func finishSample(firstLabel: Int, valueCount: Int) throws(CodecError) {
    if frameEnds.isEmpty {
      columns = [[Int64]](repeating: [], count: valueCount)
      progressBefore = progress()
    }
    guard valueCount == columns.count else {
      throw .valueCount(sample: frameEnds.count, found: valueCount, expected: columns.count)
    }
    if labels.count > firstLabel {
      while labelEnds.count < frameEnds.count { labelEnds.append(firstLabel) }
      labelEnds.append(labels.count)
    }
    frameEnds.append(frameCount)
    if pendingValues.count >= Self.mostPendingValues { flushValues() }
  }

  /// Moves the values that wait into their columns.
  private mutating func flushValues() {
    var waiting: [Int64] = []
    swap(&waiting, &pendingValues)
    let width = columns.count
    let rows = width == 0 ? 0 : waiting.count / width
    waiting.withUnsafeBufferPointer { waiting in
      for column in 0..<width {
        columns[column].append(contentsOf: (0..<rows).lazy.map { waiting[$0 * width + column] })
      }
    }
    waiting.removeAll(keepingCapacity: true)
    swap(&waiting, &pendingValues)
  }

  private mutating func packedFrames(
    _ reader: inout WireReader, firstFrame: Int
  ) throws(CodecError) {
    var list = try reader.nested(.sample)
    // The caller refuses what is too deep.
    while !list.isAtEnd, frameCount - firstFrame <= limits.stackDepth {
      if pendingCount == PendingFrames.capacity { flush() }
      pendingCount += try list.smallIDs(
        into: pending.start + pendingCount, room: PendingFrames.capacity - pendingCount)
      // Here is an id that is not small, or the memory is full.
      if pendingCount < PendingFrames.capacity, !list.isAtEnd {
        append(provisional(try list.varint()))
      }
    }
  }

  private mutating func append(_ frame: UInt32) {
    if pendingCount == PendingFrames.capacity { flush() }
    pending.start[pendingCount] = frame
    pendingCount += 1
  }

  /// Moves the frames that wait into the array.
  private mutating func flush() {
    let waiting = UnsafeBufferPointer(start: pending.start, count: pendingCount)
    largestFrame = waiting.reduce(largestFrame) { max($0, $1) }
    if frames.count + pendingCount > frames.capacity { reserve() }
    waiting.withMemoryRebound(to: LocationID.self) { frames.append(contentsOf: $0) }
    pendingCount = 0
  }

  /// Makes room for all frames and samples that are to come, as far as the input
  /// so far tells.
  ///
  /// Growing step by step copies 84 MB several times, and each new page costs as
  /// much as decoding its frames. Room that is never used takes no memory.
  private mutating func reserve() {
    guard let before = progressBefore, let now = progress(), now - before > 0.03,
      frames.count >= 1 << 18
    else { return }
    let growth = min(64, (1 - before) / (now - before) * 1.15)
    let wanted = min(Self.largestReserve, Int(Double(frames.count) * growth))
    guard wanted > frames.count + pendingCount else { return }
    frames.reserveCapacity(wanted)
    adviseHugePages(&frames)
    let sampleCount = Int(Double(frameEnds.count) * growth)
    frameEnds.reserveCapacity(sampleCount)
    adviseHugePages(&frameEnds)
    for column in columns.indices {
      columns[column].reserveCapacity(sampleCount)
      adviseHugePages(&columns[column])
    }
    labels.reserveCapacity(Int(Double(labels.count) * growth))
    adviseHugePages(&labels)
    labelEnds.reserveCapacity(Int(Double(labelEnds.count) * growth))
    adviseHugePages(&labelEnds)
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

  /// Replaces what the file says by rows, and returns the table.
  mutating func finish(
    locations: IDTable, strings: [StringID], typeCount: Int
  ) throws(CodecError) -> SampleTable {
    var table = SampleTable(typeCount: typeCount)
    if frameEnds.isEmpty { return table }
    flush()
    flushValues()
    if typeCount == 0 { throw .noSampleTypes }
    guard columns.count == typeCount else {
      throw .valueCount(sample: 0, found: columns.count, expected: typeCount)
    }
    try resolveFrames(locations)
    try resolveLabels(strings)
    table.frames = frames
    table.frameEnds = frameEnds
    table.values = columns
    table.labels = labels
    table.labelEnds = labelEnds
    self = SampleDecoder(limits: limits)
    return table
  }

  private mutating func resolveFrames(_ locations: IDTable) throws(CodecError) {
    // Where ids count from 1, as most writers count, the rows are there already.
    if frames.isEmpty { return }
    if locations.countsFromOne, largestFrame < UInt32(clamping: locations.count) { return }
    var unknown: Int?
    let largeIDs = self.largeIDs
    frames.withUnsafeMutableBufferPointer { frames in
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
      id: Self.id(frames[unknown].rawValue, largeIDs),
      sample: frameEnds.firstIndex { unknown < $0 } ?? 0)
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

/// Memory for some thousand frames, with room behind it for what
/// ``WireReader/smallIDs(into:room:)`` writes too much.
private final class PendingFrames {
  static let capacity = 1 << 14
  let start = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity + WireReader.idSlack)

  deinit { start.deallocate() }
}

/// Asks the kernel to back an array's free room by large pages: clearing memory
/// page by page took a tenth of the time of reading a large profile.
private func adviseHugePages<Element>(_ array: inout [Element]) {
  let capacity = array.capacity * MemoryLayout<Element>.stride
  guard capacity >= 8 << 20 else { return }
  array.withUnsafeMutableBytes { used in
    guard let base = used.baseAddress else { return }
    let hugePage = 2 << 20
    let start = (Int(bitPattern: base) + hugePage - 1) & ~(hugePage - 1)
    let end = Int(bitPattern: base) + capacity
    // A kernel that knows no such pages refuses, which does no harm.
    _ = madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_HUGEPAGE)
  }
}
