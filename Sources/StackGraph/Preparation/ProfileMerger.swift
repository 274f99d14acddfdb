import Foundations
import ProfileModel

/// Adds up profiles, sample by sample, with new rows in the order of first use.
struct ProfileMerger {
  /// The tables so far; the header and samples are added at the end.
  private var result = Profile()

  /// The header, with strings of its own. In the end they precede all others, although those of a
  /// later profile are read after samples of the earlier ones.
  private var head = Profile()
  private var comments: Set<StringID> = []

  private struct MappingKey: Hashable {
    var size: UInt64
    var offset: UInt64
    var name: StringID
  }
  private var mappings: [MappingKey: MappingID] = [:]
  private var locations = RowIndex()
  private var functions = RowIndex()
  private var samples: MergedSamples

  /// - Parameter first: the first profile that will be added, which determines what is counted.
  init(_ first: Profile) {
    samples = MergedSamples(columnCount: first.sampleTypes.count)
    func copied(_ type: SampleType) -> SampleType {
      SampleType(
        name: head.strings.intern(first.strings[bytesOf: type.name]),
        unit: head.strings.intern(first.strings[bytesOf: type.unit]))
    }
    head.sampleTypes = first.sampleTypes.map(copied)
    head.periodType = first.periodType.map(copied)
    head.dropFrames = head.strings.intern(first.strings[bytesOf: first.dropFrames])
    head.keepFrames = head.strings.intern(first.strings[bytesOf: first.keepFrames])
  }

  private mutating func addHeader(_ profile: Profile) {
    func text(_ id: StringID) -> StringID { head.strings.intern(profile.strings[bytesOf: id]) }
    if head.timeNanoseconds == 0 || profile.timeNanoseconds < head.timeNanoseconds {
      head.timeNanoseconds = profile.timeNanoseconds
    }
    let better = profile.betterTimeNanoseconds
    if better != 0, head.betterTimeNanoseconds == 0 || better < head.betterTimeNanoseconds {
      head.betterTimeNanoseconds = better
    }
    head.durationNanoseconds = saturatingSum(
      head.durationNanoseconds, profile.durationNanoseconds)
    head.period = head.period == 0 ? profile.period : max(head.period, profile.period)
    for comment in profile.comments.map(text) where comments.insert(comment).inserted {
      head.comments.append(comment)
    }
    if head.defaultSampleType == .empty { head.defaultSampleType = text(profile.defaultSampleType) }
    if head.documentationURL == .empty { head.documentationURL = text(profile.documentationURL) }
  }

  /// Adds the samples of a profile that are not all zero.
  ///
  /// - Parameter isApart: the profile shares no samples with those already added.
  /// - Precondition: it has the sample types of the first one.
  /// - Complexity: O(*f*) for the frames of its samples that they do not share with those before
  ///   them.
  mutating func add(_ profile: Profile, isApart: Bool = false) throws(MergeError) {
    addHeader(profile)
    var rows = RowMaps(profile)
    // The first mapping is the program itself and stays first.
    if result.mappings.isEmpty, !profile.mappings.isEmpty { _ = mapping(0, profile, &rows) }
    let table = profile.samples
    if table.count == 0 { return }
    // Later profiles mostly have the same samples.
    if samples.count == 0 || isApart { samples.reserve(table) }
    let sampleRows = addStacks(profile, &rows)
    for (column, values) in table.values.enumerated() {
      if !samples.add(values, toColumn: column, sampleRows) {
        throw .overflow(sampleType: profile.sampleTypeName(column))
      }
    }
  }

  /// Finds or adds the rows of all samples.
  private mutating func addStacks(_ profile: Profile, _ rows: inout RowMaps) -> [UInt32] {
    let table = profile.samples
    let values = table.values
    let longest = table.longestStack
    // The stack, as rows of the sum, is at the end of the buffer, leaf first; its hashes are
    // counted from the root. Frames shared with the previous stack stay.
    let stack = OwnedBuffer<UInt32>(capacity: longest + 1)
    let hashes = OwnedBuffer<UInt64>(capacity: longest + 1)
    defer {
      withExtendedLifetime(stack) {}
      withExtendedLifetime(hashes) {}
    }
    let end = stack.start + (longest + 1)
    hashes.start[0] = locations.seed
    var labels: [Label] = []
    var last = -1
    var sharedWithEnd = 0
    return table.withStackCursor { cursor in
      cursor.begin(at: 0)
      return (0..<table.count).map { sample in
        if !values.contains(where: { $0[sample] != 0 }) { return MergedSamples.leftOut }
        let source = cursor.stack(of: sample)
        let depth = source.depth
        let own = depth - source.shared
        let target = end - depth
        let frames = source.frames
        for index in 0..<own {
          let row = Int(frames[index])
          if rows.locations[row] == RowMaps.unknown {
            rows.locations[row] = location(row, profile, &rows).rawValue
          }
          target[index] = rows.locations[row]
        }
        var hash = hashes.start[source.shared]
        var index = own
        while index > 0 {
          index &-= 1
          hash = mixed(hash ^ UInt64(target[index]), seed: locations.seed)
          hashes.start[depth &- index] = hash
        }
        labels.removeAll(keepingCapacity: true)
        for index in table.labelRange(of: sample) {
          var label = table.labels[index]
          label.key = string(label.key, profile, &rows)
          label.string = string(label.string, profile, &rows)
          labels.append(label)
        }
        sharedWithEnd = min(sharedWithEnd, source.shared)
        let (row, isNew) = samples.row(
          MergedSamples.Stack(
            frames: UnsafeBufferPointer(start: target, count: depth), hash: hash, last: last,
            shared: source.shared, sharedWithEnd: sharedWithEnd), labels)
        if isNew { sharedWithEnd = depth }
        last = row
        return UInt32(row)
      }
    }
  }

  /// Returns the sum of all profiles that were added, and resets the merger.
  mutating func finish() -> Profile {
    var tables = Profile()
    swap(&tables, &result)
    var added = MergedSamples(columnCount: 0)
    swap(&added, &samples)
    var sum = head
    sum.samples = added.takeTable()
    sum.mappings = tables.mappings
    sum.locations = tables.locations
    sum.functions = tables.functions
    sum.addStrings(tables.strings)
    return sum
  }

  // MARK: Rows of a profile that were mapped already

  private struct RowMaps {
    var strings: [StringID?]
    var functions: [FunctionID?]
    /// ``unknown`` for those not mapped yet.
    var locations: [UInt32]
    /// The mapping, and by how much its addresses are shifted.
    var mappings: [(id: MappingID, shift: UInt64)?]

    static let unknown = UInt32.max

    init(_ profile: Profile) {
      strings = [StringID?](repeating: nil, count: profile.strings.count)
      functions = [FunctionID?](repeating: nil, count: profile.functions.count)
      locations = [UInt32](repeating: Self.unknown, count: profile.locations.count)
      mappings = [(id: MappingID, shift: UInt64)?](repeating: nil, count: profile.mappings.count)
    }
  }

  private mutating func string(
    _ id: StringID, _ profile: Profile, _ rows: inout RowMaps
  ) -> StringID {
    if let known = rows.strings[id.index] { return known }
    let new = result.strings.intern(profile.strings[bytesOf: id])
    rows.strings[id.index] = new
    return new
  }

  private mutating func mapping(
    _ row: Int, _ profile: Profile, _ rows: inout RowMaps
  ) -> (id: MappingID, shift: UInt64) {
    if let known = rows.mappings[row] { return known }
    var mapping = profile.mappings[row]
    mapping.file = string(mapping.file, profile, &rows)
    mapping.buildID = string(mapping.buildID, profile, &rows)
    // Rounded up to pages, as linkers pad differently.
    let size = (mapping.limit &- mapping.start &+ 0xfff) & ~0xfff
    let key = MappingKey(
      size: size, offset: mapping.offset,
      name: mapping.buildID == .empty ? mapping.file : mapping.buildID)
    let found: (id: MappingID, shift: UInt64)
    if let id = mappings[key], let index = id.index {
      found = (id, result.mappings[index].start &- mapping.start)
    } else {
      let id = MappingID(result.mappings.count)
      mapping.id = UInt64(result.mappings.count) + 1
      result.mappings.append(mapping)
      mappings[key] = id
      found = (id, 0)
    }
    rows.mappings[row] = found
    return found
  }

  private mutating func function(
    _ id: FunctionID, _ profile: Profile, _ rows: inout RowMaps
  ) -> FunctionID {
    if let known = rows.functions[id.index] { return known }
    let table = profile.functions
    let name = string(table.names[id.index], profile, &rows)
    let systemName = string(table.systemNames[id.index], profile, &rows)
    let file = string(table.files[id.index], profile, &rows)
    let startLine = table.startLines[id.index]
    let seed = functions.seed
    var hash = mixed(seed ^ (UInt64(name.rawValue) << 32 | UInt64(file.rawValue)), seed: seed)
    hash = mixed(hash ^ UInt64(bitPattern: startLine), seed: seed)
    hash = mixed(hash ^ UInt64(systemName.rawValue), seed: seed)
    let row = functions.row(UInt32(truncatingIfNeeded: hash)) { row in
      let known = result.functions
      return known.names[row] == name && known.systemNames[row] == systemName
        && known.files[row] == file && known.startLines[row] == startLine
    }
    let new =
      row < result.functions.count
      ? FunctionID(row)
      : result.functions.append(
        id: UInt64(row) + 1, name: name, systemName: systemName, file: file, startLine: startLine)
    rows.functions[id.index] = new
    return new
  }

  private mutating func location(
    _ row: Int, _ profile: Profile, _ rows: inout RowMaps
  ) -> LocationID {
    var address = profile.locations.addresses[row]
    var mappingID = MappingID.none
    var offset = address
    if let old = profile.locations.mappings[row].index {
      let (id, shift) = mapping(old, profile, &rows)
      mappingID = id
      address &+= shift
      offset = address &- (id.index.map { result.mappings[$0].start } ?? 0)
    }
    var lines: [SourceLine] = []
    for line in profile.locations.lines[profile.locations.lineRange(of: row)] {
      var line = line
      line.function = function(line.function, profile, &rows)
      lines.append(line)
    }
    let isFolded = profile.locations.foldedFlags[row]
    let seed = locations.seed
    var hash = mixed(seed ^ offset, seed: seed)
    hash = mixed(hash ^ UInt64(mappingID.rawValue) << 1 ^ (isFolded ? 1 : 0), seed: seed)
    for line in lines {
      hash = mixed(hash ^ UInt64(line.function.rawValue), seed: seed)
      hash = mixed(hash ^ UInt64(bitPattern: line.line), seed: seed)
    }
    let new = locations.row(UInt32(truncatingIfNeeded: hash)) { row in
      let known = result.locations
      let mappings = result.mappings
      let range = known.lineRange(of: row)
      let mapping = known.mappings[row]
      let knownOffset = known.addresses[row] &- (mapping.index.map { mappings[$0].start } ?? 0)
      guard mapping == mappingID, knownOffset == offset, known.foldedFlags[row] == isFolded,
        range.count == lines.count
      else { return false }
      // pprof compares the column of the outermost line only.
      return zip(known.lines[range], lines).allSatisfy {
        $0.function == $1.function && $0.line == $1.line
      } && known.lines[range].last?.column == lines.last?.column
    }
    if new < result.locations.count { return LocationID(new) }
    return result.locations.append(
      id: UInt64(new) + 1, mapping: mappingID, address: address, isFolded: isFolded, lines: lines)
  }
}
