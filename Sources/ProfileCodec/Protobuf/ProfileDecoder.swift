import CProtobufC
import CPprofProto
import ProfileModel

/// Turns the fields of a `Profile` message into columns, in whatever order they come.
///
/// Tables may precede or follow the samples, so ids and string indexes are kept until ``finish()``
/// looks them up. protobuf-c unpacks small messages. Samples are read here, field by field: for
/// 500,000 of them (85 MB, 20 million frames) protobuf-c takes longer than zlib, because it copies
/// each packed list twice and allocates for each label.
struct ProfileDecoder {
  private var profile = Profile()
  private let limits: ReadLimits
  private let arena = Arena()

  /// Row of each entry of the file's string table.
  private var stringRows: [StringID] = []

  // String indexes and ids as in the file, row by row.
  private var sampleTypeIndexes: [(name: Int64, unit: Int64)] = []
  private var periodTypeIndexes: (name: Int64, unit: Int64)?
  private var functions = FunctionColumns()
  private var mappingIndexes: [(file: Int64, buildID: Int64)] = []
  private var locations = LocationColumns()
  private var commentIndexes: [Int64] = []
  private var headerIndexes: [Int: Int64] = [:]

  private var samples: SampleDecoder

  /// - Parameters:
  ///   - progress: returns how much of the input was read, from 0 to 1.
  ///   - room: receives the memory that will be written to.
  init(
    limits: ReadLimits, progress: @escaping () -> Double? = { nil }, room: RoomAhead = RoomAhead()
  ) {
    self.limits = limits
    samples = SampleDecoder(limits: limits, progress: progress, room: room)
  }

  /// Reads all fields of the stream.
  mutating func decode(_ stream: inout FieldStream) throws(CodecError) {
    var fieldCount = 0
    while let field = try stream.next() {
      if field.wireType == 2 {
        let payload = WireReader(
          stream.bytes, field.payload, origin: stream.offset, message: .profile)
        try message(field, payload)
      } else {
        try scalar(field)
      }
      fieldCount &+= 1
      if fieldCount & 0xfff == 0 || field.payload.count > Self.largeField {
        try checkMemory(inputBytes: stream.inputBytes())
      }
    }
  }

  /// A field this large may fill as much memory as many small ones.
  private static let largeField = 1 << 20

  private func checkMemory(inputBytes: Int) throws(CodecError) {
    let limit = max(
      limits.tableBytesFloor,
      inputBytes.multipliedReportingOverflow(by: limits.tableBytesPerInputByte).partialValue)
    let tables =
      profile.strings.bytes.count + profile.strings.count * 32 + stringRows.count * 4
      + functions.ids.count * 60 + locations.ids.count * 48 + locations.lineFunctions.count * 32
      + mappingIndexes.count * 80 + sampleTypeIndexes.count * 16 + commentIndexes.count * 12
    if tables + samples.tableBytes > limit { throw .limit(.memory, limit: limit) }
  }

  // MARK: Fields of Profile

  private mutating func message(
    _ field: FieldStream.Field, _ payload: WireReader
  ) throws(CodecError) {
    switch field.number {
    case 1:
      sampleTypeIndexes.append(try valueType(payload))
      if sampleTypeIndexes.count > limits.sampleTypes {
        throw .limit(.sampleTypes, limit: limits.sampleTypes)
      }
    case 2: try samples.sample(payload)
    case 3: try mapping(payload)
    case 4: try location(payload)
    case 5: try function(payload)
    case 6:
      let text = UnsafeRawBufferPointer(rebasing: payload.bytes[field.payload])
      stringRows.append(profile.strings.intern(text))
    case 11: periodTypeIndexes = try valueType(payload)
    case 13:
      var payload = payload
      while !payload.isAtEnd {
        try comment(Int64(bitPattern: try payload.varint()))
      }
    case 1...15: throw wrongWireType(field)
    default: break
    }
  }

  private mutating func scalar(_ field: FieldStream.Field) throws(CodecError) {
    guard field.wireType == 0 else {
      if field.number <= 15 { throw wrongWireType(field) }
      return
    }
    let value = Int64(bitPattern: field.value)
    switch field.number {
    case 7, 8, 14, 15: headerIndexes[field.number] = value
    case 9:
      // Two concatenated files decode as one message. As in pprof, a second time field gives them
      // away.
      if profile.timeNanoseconds != 0 { throw .concatenated(offset: field.offset) }
      profile.timeNanoseconds = value
    case 10: profile.durationNanoseconds = value
    case 12: profile.period = value
    case 13: try comment(value)
    case 1...15: throw wrongWireType(field)
    default: break
    }
  }

  private mutating func comment(_ index: Int64) throws(CodecError) {
    commentIndexes.append(index)
    if commentIndexes.count > limits.comments { throw .limit(.comments, limit: limits.comments) }
  }

  private func wrongWireType(_ field: FieldStream.Field) -> CodecError {
    .wire(
      .wrongWireType(field: field.number, found: field.wireType), message: .profile,
      offset: field.offset)
  }

  // MARK: Small messages

  /// Checks a message and has protobuf-c unpack it into the arena.
  private func unpack<Message, Result>(
    _ payload: WireReader, _ schema: MessageSchema,
    _ unpack: (
      UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<Message>?,
    _ use: (Message) -> Result
  ) throws(CodecError) -> Result {
    var start = payload
    start = WireReader(
      payload.bytes, payload.position..<payload.end, origin: payload.origin, message: schema.kind)
    let rewritten = try schema.check(start, limits: limits)
    return try arena.withAllocator { allocator throws(CodecError) in
      let message: UnsafeMutablePointer<Message>? =
        if let rewritten {
          unpack(allocator, rewritten.count, rewritten)
        } else {
          unpack(
            allocator, payload.end - payload.position,
            payload.bytes.baseAddress?.advanced(by: payload.position)
              .assumingMemoryBound(to: UInt8.self))
        }
      guard let message else { throw start.failure(.refusedByProtobufC, at: start.position) }
      return use(message.pointee)
    }
  }

  private func valueType(
    _ payload: WireReader
  ) throws(CodecError) -> (name: Int64, unit: Int64) {
    try unpack(payload, .valueType, perftools__profiles__value_type__unpack) {
      ($0.type, $0.unit)
    }
  }

  private mutating func mapping(_ payload: WireReader) throws(CodecError) {
    let (mapping, file, buildID) = try unpack(
      payload, .mapping, perftools__profiles__mapping__unpack
    ) { message in
      var mapping = Mapping(
        id: message.id, start: message.memory_start, limit: message.memory_limit,
        offset: message.file_offset)
      mapping.hasFunctions = message.has_functions != 0
      mapping.hasFilenames = message.has_filenames != 0
      mapping.hasLineNumbers = message.has_line_numbers != 0
      mapping.hasInlineFrames = message.has_inline_frames != 0
      return (mapping, message.filename, message.build_id)
    }
    if mapping.id == 0 { throw .zeroID(.mapping, row: profile.mappings.count) }
    profile.mappings.append(mapping)
    mappingIndexes.append((file, buildID))
  }

  private mutating func location(_ payload: WireReader) throws(CodecError) {
    if locations.ids.isEmpty { locations.reserve(samples.largestRow + 1) }
    if locations.append(quickly: payload, limits: limits) { return }
    let (message, lines) = try unpack(
      payload, .location, perftools__profiles__location__unpack
    ) { message in
      (
        message,
        (0..<message.n_line).compactMap { index in
          message.line[index].map { ($0.pointee.function_id, $0.pointee.line, $0.pointee.column) }
        }
      )
    }
    if message.id == 0 { throw .zeroID(.location, row: locations.ids.count) }
    for (function, line, column) in lines {
      locations.appendLine(function: function, line: line, column: column)
    }
    locations.append(
      id: message.id, mapping: message.mapping_id, address: message.address,
      isFolded: message.is_folded != 0)
  }

  private mutating func function(_ payload: WireReader) throws(CodecError) {
    if functions.append(quickly: payload) { return }
    let message = try unpack(payload, .function, perftools__profiles__function__unpack) { $0 }
    if message.id == 0 { throw .zeroID(.function, row: functions.ids.count) }
    functions.append(
      id: message.id, name: message.name, systemName: message.system_name,
      file: message.filename, startLine: message.start_line)
  }

  // MARK: Looking up

  /// Resolves all ids and indexes and returns the profile.
  mutating func finish() throws(CodecError) -> Profile {
    guard let first = stringRows.first else { throw .noStringTable }
    guard first == .empty else { throw .firstStringNotEmpty }
    try refuseDoubledTypes()
    try resolveHeader()
    try resolveFunctions()
    try resolveLocations()
    let locations = try IDTable(profile.locations.ids, kind: .location)
    profile.samples = try samples.finish(
      locations: locations, strings: stringRows,
      stringsAreRows: stringRows.count == profile.strings.count,
      typeCount: profile.sampleTypes.count)
    return profile
  }

  private func string(_ index: Int64, _ field: String) throws(CodecError) -> StringID {
    guard index >= 0, index < stringRows.count else {
      throw .stringIndex(index, count: stringRows.count, field: field)
    }
    return stringRows[Int(index)]
  }

  private mutating func resolveHeader() throws(CodecError) {
    for type in sampleTypeIndexes {
      profile.sampleTypes.append(
        SampleType(
          name: try string(type.name, "sample_type.type"),
          unit: try string(type.unit, "sample_type.unit")))
    }
    // A profile.proto without a period type has an empty one, which does not merge with any other.
    let type = periodTypeIndexes ?? (name: 0, unit: 0)
    profile.periodType = SampleType(
      name: try string(type.name, "period_type.type"),
      unit: try string(type.unit, "period_type.unit"))
    profile.dropFrames = try string(headerIndexes[7] ?? 0, "drop_frames")
    profile.keepFrames = try string(headerIndexes[8] ?? 0, "keep_frames")
    profile.defaultSampleType = try string(headerIndexes[14] ?? 0, "default_sample_type")
    profile.documentationURL = try string(headerIndexes[15] ?? 0, "doc_url")
    for index in commentIndexes { profile.comments.append(try string(index, "comment")) }
    _ = try IDTable(profile.mappings.map(\.id), kind: .mapping)
    for (row, indexes) in mappingIndexes.enumerated() {
      profile.mappings[row].file = try string(indexes.file, "mapping.filename")
      profile.mappings[row].buildID = try string(indexes.buildID, "mapping.build_id")
    }
  }

  private mutating func resolveFunctions() throws(CodecError) {
    var names: [StringID] = []
    var systemNames: [StringID] = []
    var files: [StringID] = []
    names.reserveCapacity(functions.ids.count)
    systemNames.reserveCapacity(functions.ids.count)
    files.reserveCapacity(functions.ids.count)
    for row in functions.ids.indices {
      names.append(try string(functions.names[row], "function.name"))
      systemNames.append(try string(functions.systemNames[row], "function.system_name"))
      files.append(try string(functions.files[row], "function.filename"))
    }
    profile.functions.ids = functions.ids
    profile.functions.names = names
    profile.functions.systemNames = systemNames
    profile.functions.files = files
    profile.functions.startLines = functions.startLines
    functions = FunctionColumns()
  }

  private mutating func resolveLocations() throws(CodecError) {
    let mappings = try IDTable(profile.mappings.map(\.id), kind: .mapping)
    // An unknown mapping counts as none, as in pprof. Neighbours mostly have the same one.
    var last: (id: UInt64, mapping: MappingID) = (0, .none)
    profile.locations.mappings = locations.mappings.map { id in
      if id != last.id { last = (id, mappings.row(of: id).map { MappingID($0) } ?? .none) }
      return last.mapping
    }
    let functions = try IDTable(profile.functions.ids, kind: .function)
    var lines: [SourceLine] = []
    lines.reserveCapacity(locations.lineFunctions.count)
    for (line, id) in locations.lineFunctions.enumerated() {
      guard let row = functions.row(of: id) else {
        let location = locations.lineEnds.firstIndex { line < $0 } ?? 0
        throw .unknownFunction(id: id, location: locations.ids[location])
      }
      lines.append(
        SourceLine(
          function: FunctionID(row), line: locations.lineNumbers[line],
          column: locations.columnOfLine(line)))
    }
    profile.locations.lines = lines
    profile.locations.ids = locations.ids
    profile.locations.addresses = locations.addresses
    profile.locations.foldedFlags = locations.foldedFlags
    profile.locations.lineEnds = locations.lineEnds
    locations = LocationColumns()
  }

  /// Two concatenated profiles have every sample type twice, and samples with half as many values,
  /// or none.
  private func refuseDoubledTypes() throws(CodecError) {
    let types = sampleTypeIndexes
    guard types.count >= 2, types.count % 2 == 0 else { return }
    let half = types.count / 2
    guard samples.valueCount.map({ $0 == half }) ?? true else { return }
    let isDoubled = zip(types[..<half], types[half...]).allSatisfy { $0 == $1 }
    if isDoubled { throw .concatenated(offset: nil) }
  }
}
