import ProfileModel

/// Adds up profiles of the same sample types and units as pprof does, slowly: with a dictionary
/// for each table, and all headers before all samples.
func plainlyMerged(_ profiles: [Profile]) -> Profile {
  var result = Profile()
  func text(_ id: StringID, _ profile: Profile) -> StringID {
    result.strings.intern(Array(profile.strings[bytesOf: id]))
  }
  let first = profiles[0]
  result.sampleTypes = first.sampleTypes.map {
    SampleType(name: text($0.name, first), unit: text($0.unit, first))
  }
  result.periodType = first.periodType.map {
    SampleType(name: text($0.name, first), unit: text($0.unit, first))
  }
  result.dropFrames = text(first.dropFrames, first)
  result.keepFrames = text(first.keepFrames, first)
  for profile in profiles {
    if result.timeNanoseconds == 0 || profile.timeNanoseconds < result.timeNanoseconds {
      result.timeNanoseconds = profile.timeNanoseconds
    }
    result.durationNanoseconds += profile.durationNanoseconds
    result.period = max(result.period, profile.period)
    for comment in profile.comments.map({ text($0, profile) })
    where !result.comments.contains(comment) { result.comments.append(comment) }
    if result.defaultSampleType == .empty {
      result.defaultSampleType = text(profile.defaultSampleType, profile)
    }
    if result.documentationURL == .empty {
      result.documentationURL = text(profile.documentationURL, profile)
    }
  }
  result.samples = SampleTable(typeCount: first.sampleTypes.count)
  var tables = PlainTables()
  for profile in profiles { tables.add(profile, to: &result) }
  return result
}

private struct PlainTables {
  private var mappings: [[UInt64]: Int] = [:]
  private var functions: [[Int64]: FunctionID] = [:]
  private var locations: [[Int64]: LocationID] = [:]
  private var samples: [[Int64]: Int] = [:]

  mutating func add(_ profile: Profile, to result: inout Profile) {
    if result.mappings.isEmpty { _ = mapping(0, profile, &result) }
    for sample in 0..<profile.samples.count where !profile.samples.hasOnlyZeros(sample) {
      let stack = profile.samples.frames[profile.samples.frameRange(of: sample)].map {
        location($0.index, profile, &result)
      }
      let labels = profile.samples.labels[profile.samples.labelRange(of: sample)].map {
        label -> Label in
        var label = label
        label.key = result.strings.intern(Array(profile.strings[bytesOf: label.key]))
        label.string = result.strings.intern(Array(profile.strings[bytesOf: label.string]))
        return label
      }
      var key = stack.map { Int64($0.rawValue) } + [-1]
      let ordered = labels.enumerated().sorted {
        ($0.element.kind.rawValue, $0.element.key, $0.offset)
          < ($1.element.kind.rawValue, $1.element.key, $1.offset)
      }
      for (_, label) in ordered {
        key += [
          Int64(label.kind.rawValue), Int64(label.key.rawValue), Int64(label.string.rawValue),
          label.number,
        ]
      }
      let values = profile.samples.values(of: sample)
      if let row = samples[key] {
        for column in values.indices { result.samples.values[column][row] += values[column] }
      } else {
        samples[key] = result.samples.count
        result.samples.append(stack: stack, values: values, labels: labels)
      }
    }
  }

  private mutating func mapping(_ row: Int, _ profile: Profile, _ result: inout Profile) -> Int {
    var mapping = profile.mappings[row]
    mapping.file = result.strings.intern(Array(profile.strings[bytesOf: mapping.file]))
    mapping.buildID = result.strings.intern(Array(profile.strings[bytesOf: mapping.buildID]))
    let size = (mapping.limit - mapping.start + 0xfff) / 0x1000 * 0x1000
    let name = mapping.buildID == .empty ? mapping.file : mapping.buildID
    let key = [size, mapping.offset, UInt64(name.rawValue)]
    if let known = mappings[key] { return known }
    mappings[key] = result.mappings.count
    mapping.id = UInt64(result.mappings.count + 1)
    result.mappings.append(mapping)
    return result.mappings.count - 1
  }

  private mutating func location(
    _ row: Int, _ profile: Profile, _ result: inout Profile
  ) -> LocationID {
    var address = profile.locations.addresses[row]
    var mappingID = MappingID.none
    var offset = address
    if let old = profile.locations.mappings[row].index {
      let new = mapping(old, profile, &result)
      mappingID = MappingID(new)
      address = address &+ result.mappings[new].start &- profile.mappings[old].start
      offset = address &- result.mappings[new].start
    }
    let lines = profile.locations.lines[profile.locations.lineRange(of: row)].map {
      line -> SourceLine in
      SourceLine(
        function: function(line.function.index, profile, &result), line: line.line,
        column: line.column)
    }
    let isFolded = profile.locations.foldedFlags[row]
    var key = [Int64(bitPattern: offset), Int64(mappingID.rawValue), isFolded ? 1 : 0]
    for line in lines { key += [Int64(line.function.rawValue), line.line] }
    key.append(lines.last?.column ?? 0)
    if let known = locations[key] { return known }
    let new = result.locations.append(
      id: UInt64(result.locations.count + 1), mapping: mappingID, address: address,
      isFolded: isFolded, lines: lines)
    locations[key] = new
    return new
  }

  private mutating func function(
    _ row: Int, _ profile: Profile, _ result: inout Profile
  ) -> FunctionID {
    func text(_ id: StringID) -> StringID {
      result.strings.intern(Array(profile.strings[bytesOf: id]))
    }
    let table = profile.functions
    let name = text(table.names[row])
    let systemName = text(table.systemNames[row])
    let file = text(table.files[row])
    let key =
      [name, systemName, file].map { Int64($0.rawValue) } + [table.startLines[row]]
    if let known = functions[key] { return known }
    let new = result.functions.append(
      id: UInt64(result.functions.count + 1), name: name, systemName: systemName, file: file,
      startLine: table.startLines[row])
    functions[key] = new
    return new
  }
}
