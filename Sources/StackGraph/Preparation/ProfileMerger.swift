import Foundations
import ProfileModel

/// Adds profiles up, sample by sample, with new rows in the order of first use.
struct ProfileMerger {
  private(set) var result: Profile

  private struct MappingKey: Hashable {
    var size: UInt64
    var offset: UInt64
    var name: StringID
  }
  private var mappings: [MappingKey: MappingID] = [:]
  private var locations = RowIndex()
  private var functions = RowIndex()
  private var samples = MergedSamples()
  private var hasSamples = false

  /// Starts with the headers of all the profiles that will be added.
  init(_ profiles: [Profile]) {
    result = Profile()
    let first = profiles[0]
    func copied(_ type: SampleType, of profile: Profile) -> SampleType {
      SampleType(
        name: result.strings.intern(profile.strings[bytesOf: type.name]),
        unit: result.strings.intern(profile.strings[bytesOf: type.unit]))
    }
    result.sampleTypes = first.sampleTypes.map { copied($0, of: first) }
    result.samples = SampleTable(typeCount: first.sampleTypes.count)
    result.periodType = first.periodType.map { copied($0, of: first) }
    result.dropFrames = result.strings.intern(first.strings[bytesOf: first.dropFrames])
    result.keepFrames = result.strings.intern(first.strings[bytesOf: first.keepFrames])
    var comments: Set<StringID> = []
    for profile in profiles {
      func text(_ id: StringID) -> StringID { result.strings.intern(profile.strings[bytesOf: id]) }
      if result.timeNanoseconds == 0 || profile.timeNanoseconds < result.timeNanoseconds {
        result.timeNanoseconds = profile.timeNanoseconds
      }
      let better = profile.betterTimeNanoseconds
      if better != 0, result.betterTimeNanoseconds == 0 || better < result.betterTimeNanoseconds {
        result.betterTimeNanoseconds = better
      }
      result.durationNanoseconds = saturatingSum(
        result.durationNanoseconds, profile.durationNanoseconds)
      result.period = result.period == 0 ? profile.period : max(result.period, profile.period)
      for comment in profile.comments.map(text) where comments.insert(comment).inserted {
        result.comments.append(comment)
      }
      if result.defaultSampleType == .empty {
        result.defaultSampleType = text(profile.defaultSampleType)
      }
      if result.documentationURL == .empty {
        result.documentationURL = text(profile.documentationURL)
      }
    }
  }

  /// Adds the samples of a profile that are not all zero.
  ///
  /// - Complexity: O(*f*) in the frames of its samples.
  mutating func add(_ profile: Profile) throws(MergeError) {
    var rows = RowMaps(profile)
    // The first mapping is the program itself and stays in front.
    if result.mappings.isEmpty, !profile.mappings.isEmpty { _ = mapping(0, profile, &rows) }
    let table = profile.samples.whole
    let columnCount = table.values.count
    var merged = MergedSamples()
    swap(&merged, &samples)
    merged.begin(&result.samples)
    // What comes later mostly has the same samples.
    if !hasSamples { merged.reserve(table) }
    hasSamples = true
    var stack: [UInt32] = []
    var labels: [Label] = []
    var start = 0
    for sample in 0..<table.count {
      let end = table.frameEnds[sample]
      defer { start = end }
      if table.hasOnlyZeros(sample) { continue }
      stack.removeAll(keepingCapacity: true)
      table.withFrameRows { frames in
        for index in start..<end {
          let row = Int(frames[index])
          if rows.locations[row] == RowMaps.unknown {
            rows.locations[row] = location(row, profile, &rows).rawValue
          }
          stack.append(rows.locations[row])
        }
      }
      labels.removeAll(keepingCapacity: true)
      for index in table.labelRange(of: sample) {
        var label = table.labels[index]
        label.key = string(label.key, profile, &rows)
        label.string = string(label.string, profile, &rows)
        labels.append(label)
      }
      let (row, isNew) = merged.row(stack, labels)
      for column in 0..<columnCount {
        let value = table.values[column][sample]
        if isNew {
          merged.columns[column].append(value)
          continue
        }
        let (sum, overflow) = merged.columns[column][row].addingReportingOverflow(value)
        if overflow { throw .overflow(sampleType: result.sampleTypeName(column)) }
        merged.columns[column][row] = sum
      }
    }
    merged.end(&result.samples)
    swap(&merged, &samples)
  }

  // MARK: Rows of a profile that were mapped already

  private struct RowMaps {
    var strings: [StringID?]
    var functions: [FunctionID?]
    /// ``unknown`` for those not mapped yet.
    var locations: [UInt32]
    /// With the mapping: how far its addresses move.
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
