import ProfileModel

/// Reads `Sample` messages straight into columns.
///
/// Until ``finish(locations:strings:typeCount:)`` the frames hold what the file
/// says: a location id from 1 to 2³¹ less 1, which is the row where ids count
/// from 1, and any other as 2³¹ + its row in `largeIDs`. Label texts hold indexes
/// of the file's string table.
struct SampleDecoder {
  private let limits: ReadLimits
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

  /// The values of the sample at hand.
  private var values: [Int64] = []

  init(limits: ReadLimits) { self.limits = limits }

  /// Roughly the memory that the columns take.
  var tableBytes: Int {
    frames.count * 4 + frameEnds.count * (8 + 8 * columns.count) + labels.count * 24
      + labelEnds.count * 8 + largeIDs.count * 40
  }

  /// How many values each sample has, or nil without samples.
  var valueCount: Int? { frameEnds.isEmpty ? nil : columns.count }

  /// Reads one message.
  ///
  /// The first one says how many values a sample has. Whether that is the number
  /// of sample types shows at the end: these may still come.
  mutating func sample(_ payload: WireReader) throws(CodecError) {
    var reader = WireReader(
      payload.bytes, payload.position..<payload.end, origin: payload.origin, message: .sample)
    let firstFrame = frames.count
    let firstLabel = labels.count
    values.removeAll(keepingCapacity: true)
    while !reader.isAtEnd {
      let (field, wireType) = try reader.tag()
      switch (field, wireType) {
      case (1, 2): try packedFrames(&reader)
      case (1, 0): frames.append(provisional(try reader.varint()))
      case (2, 2):
        let range = try reader.lengthDelimited()
        var list = WireReader(reader.bytes, range, origin: reader.origin, message: .sample)
        while !list.isAtEnd {
          values.append(Int64(bitPattern: try list.varint()))
          if values.count > limits.sampleTypes { break }
        }
      case (2, 0): values.append(Int64(bitPattern: try reader.varint()))
      case (3, 2): try label(&reader)
      default: try reader.skipUnknown(field: field, wireType: wireType, known: 1...3)
      }
      if values.count > limits.sampleTypes {
        throw .limit(.sampleTypes, limit: limits.sampleTypes)
      }
      if frames.count - firstFrame > limits.stackDepth {
        throw .limit(.stackDepth, limit: limits.stackDepth)
      }
      if labels.count - firstLabel > limits.labelsPerSample {
        throw .limit(.labels, limit: limits.labelsPerSample)
      }
    }
    try append(firstLabel: firstLabel)
  }

  private mutating func append(firstLabel: Int) throws(CodecError) {
    if frameEnds.isEmpty { columns = [[Int64]](repeating: [], count: values.count) }
    guard values.count == columns.count else {
      throw .valueCount(sample: frameEnds.count, found: values.count, expected: columns.count)
    }
    if labels.count > firstLabel {
      while labelEnds.count < frameEnds.count { labelEnds.append(firstLabel) }
      labelEnds.append(labels.count)
    }
    frameEnds.append(frames.count)
    for column in columns.indices { columns[column].append(values[column]) }
  }

  private mutating func packedFrames(_ reader: inout WireReader) throws(CodecError) {
    let range = try reader.lengthDelimited()
    var list = WireReader(reader.bytes, range, origin: reader.origin, message: .sample)
    let start = frames.count
    // The caller refuses what is too deep.
    while !list.isAtEnd, frames.count - start <= limits.stackDepth {
      // Every id takes at least a byte, so the bytes left bound their number.
      var problem: CodecError?
      withUnsafeTemporaryAllocation(
        of: UInt32.self, capacity: min(list.end - list.position, 4096)
      ) { buffer in
        do throws(CodecError) {
          let (count, largest) = try list.smallIDs(into: buffer)
          largestFrame = max(largestFrame, largest)
          buffer.withMemoryRebound(to: LocationID.self) {
            frames.append(contentsOf: $0[..<count])
          }
          if count < buffer.count, !list.isAtEnd {
            frames.append(provisional(try list.varint()))
          }
        } catch { problem = error }
      }
      if let problem { throw problem }
    }
  }

  private mutating func provisional(_ id: UInt64) -> LocationID {
    let raw: UInt32
    if id &- 1 < UInt64(Self.largeFlag) {
      raw = UInt32(id - 1)
    } else if let row = largeIDRows[id] {
      raw = Self.largeFlag | row
    } else {
      let row = UInt32(largeIDs.count)
      largeIDs.append(id)
      largeIDRows[id] = row
      raw = Self.largeFlag | row
    }
    largestFrame = max(largestFrame, raw)
    return LocationID(rawValue: raw)
  }

  private mutating func label(_ sample: inout WireReader) throws(CodecError) {
    let range = try sample.lengthDelimited()
    var reader = WireReader(sample.bytes, range, origin: sample.origin, message: .label)
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
