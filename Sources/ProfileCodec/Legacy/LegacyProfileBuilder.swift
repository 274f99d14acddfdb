import ProfileModel

/// Collects the samples of a legacy profile and numbers their locations by first use.
struct LegacyProfileBuilder {
  /// Receives the figures and texts of the header; ``finish(memoryMap:)`` fills in its tables.
  var header = Profile()

  // The columns of the sample and location tables, kept here while they grow: filling local arrays
  // is faster than going through another module.
  private var frames: [LocationID] = []
  private var frameEnds: [Int] = []
  private var values: [[Int64]] = []
  private var labels: [Label] = []
  private var labelEnds: [Int] = []

  private(set) var addresses: [UInt64] = []
  private var linesOfLocation: [[SourceLine]] = []
  private var locationOfAddress: [UInt64: LocationID] = [:]
  private var locationOfLines: [SymbolizedLocation: LocationID] = [:]
  private var functions = FunctionTable()
  private var functionOfName: [FunctionKey: FunctionID] = [:]
  private let bytesKey: StringID

  /// Nil as long as all records were added.
  private(set) var leftOut: LeftOutRecords?

  private struct FunctionKey: Hashable {
    var name: StringID
    var file: StringID
  }

  private struct SymbolizedLocation: Hashable {
    var address: UInt64
    var lines: [SourceLine]
  }

  /// A name and a unit, for example `inuse_space` in `bytes`.
  typealias TypeName = (name: String, unit: String)

  init(sampleTypes: [TypeName], periodType: TypeName, period: Int64) {
    bytesKey = header.strings.intern("bytes")
    header.period = period
    header.periodType = sampleType(periodType)
    setSampleTypes(sampleTypes)
  }

  private mutating func sampleType(_ type: TypeName) -> SampleType {
    SampleType(name: header.strings.intern(type.name), unit: header.strings.intern(type.unit))
  }

  mutating func setPeriodType(_ type: TypeName) { header.periodType = sampleType(type) }

  /// Replaces the sample types; only before the first sample.
  mutating func setSampleTypes(_ types: [TypeName]) {
    header.sampleTypes = types.map { sampleType($0) }
    values = [[Int64]](repeating: [], count: types.count)
  }

  /// Drops all columns before the last `count`, and renames those.
  mutating func keepLastColumns(_ count: Int, as types: [TypeName]) {
    values.removeFirst(values.count - count)
    header.sampleTypes = types.map { sampleType($0) }
  }

  var sampleCount: Int { frameEnds.count }
  var locationCount: Int { addresses.count }

  /// Returns the location without symbols at an address.
  mutating func location(at address: UInt64) -> LocationID {
    if let location = locationOfAddress[address] { return location }
    let location = appendLocation(address: address, lines: [])
    locationOfAddress[address] = location
    return location
  }

  /// Returns the location at an address with these lines, leaf first.
  mutating func location(at address: UInt64, lines: [SourceLine]) -> LocationID {
    let key = SymbolizedLocation(address: address, lines: lines)
    if let location = locationOfLines[key] { return location }
    let location = appendLocation(address: address, lines: lines)
    locationOfLines[key] = location
    return location
  }

  private mutating func appendLocation(address: UInt64, lines: [SourceLine]) -> LocationID {
    addresses.append(address)
    linesOfLocation.append(lines)
    return LocationID(addresses.count - 1)
  }

  /// The location without symbols at an address, if a sample has it.
  func knownLocation(at address: UInt64) -> LocationID? { locationOfAddress[address] }

  /// Gives a location its only line, and removes its address: the address of a Java frame is a
  /// number that the next profile gives to another one.
  mutating func symbolize(_ location: LocationID, as line: SourceLine) {
    linesOfLocation[location.index] = [line]
    addresses[location.index] = 0
  }

  /// Returns the function with this name and file.
  mutating func function(name: StringID, file: StringID) -> FunctionID {
    let key = FunctionKey(name: name, file: file)
    if let function = functionOfName[key] { return function }
    let function = functions.append(
      id: UInt64(functions.count) + 1, name: name, systemName: name, file: file, startLine: 0)
    functionOfName[key] = function
    return function
  }

  /// Adds a sample.
  ///
  /// - Parameter blockBytes: the numeric label `bytes`, if any.
  mutating func append(
    stack: [LocationID], values newValues: [Int64], blockBytes: Int64? = nil
  ) {
    frames.append(contentsOf: stack)
    frameEnds.append(frames.count)
    for column in values.indices { values[column].append(newValues[column]) }
    if let blockBytes { labels.append(.number(bytesKey, blockBytes, unit: .empty)) }
    labelEnds.append(labels.count)
  }

  /// Adds a sample with locations that have no symbols.
  mutating func append(
    addresses stack: [UInt64], values newValues: [Int64], blockBytes: Int64? = nil
  ) {
    for address in stack { frames.append(location(at: address)) }
    append(stack: [], values: newValues, blockBytes: blockBytes)
  }

  /// Leaves out a record with impossible counts.
  mutating func leaveOut(_ error: LegacyProfileError) {
    leftOut = LeftOutRecords(count: (leftOut?.count ?? 0) + 1, first: leftOut?.first ?? error)
  }

  /// Adds 1 to the first value of the last sample.
  mutating func countLastSampleAgain() {
    if !values[0].isEmpty { values[0][values[0].count - 1] += 1 }
  }

  /// Removes the second frame of stacks where it repeats the leaf.
  ///
  /// Signal handlers find the leaf twice: in the registers and, as a return address and so 1 lower,
  /// on the stack. The location stays in its table.
  mutating func removeRepeatedLeaves() {
    let addresses = addresses
    removeSecondFrames(of: &frames, ends: &frameEnds) { leaf, second in
      addresses[leaf.index] == addresses[second.index] &+ 1
    }
  }

  /// Returns the profile.
  ///
  /// - Parameter memoryMap: what the text lists; empty when it lists nothing.
  /// - Throws: when every record had to be left out.
  mutating func finish(
    memoryMap: consuming MemoryMap
  ) throws(LegacyProfileError) -> Profile {
    if sampleCount == 0, let leftOut { throw leftOut.first }
    let mappingOfLocation = memoryMap.assign(to: addresses)
    var profile = header
    profile.mappings = memoryMap.mappings(internedIn: &profile.strings)
    profile.samples.frames = frames
    profile.samples.frameEnds = frameEnds
    profile.samples.values = values
    if !labels.isEmpty {
      profile.samples.labels = labels
      profile.samples.labelEnds = labelEnds
    }
    profile.functions = functions
    for index in addresses.indices {
      _ = profile.locations.append(
        id: UInt64(index) + 1, mapping: mappingOfLocation[index], address: addresses[index],
        lines: linesOfLocation[index])
    }
    profile.setLegacyFrameFilters()
    return profile
  }

  /// Whether every location has a line.
  var isSymbolized: Bool { !linesOfLocation.contains { $0.isEmpty } }
}

/// Removes the second frame of the stacks whose first two satisfy the test.
///
/// - Parameter ends: where the stack of each sample ends in `frames`.
func removeSecondFrames<Frame>(
  of frames: inout [Frame], ends: inout [Int], where test: (_ leaf: Frame, _ second: Frame) -> Bool
) {
  var kept = 0
  var start = 0
  for sample in ends.indices {
    let end = ends[sample]
    for index in start..<end {
      // The leaf at `start` is still there: writing never overtakes reading.
      if index == start + 1, test(frames[start], frames[index]) { continue }
      frames[kept] = frames[index]
      kept += 1
    }
    ends[sample] = kept
    start = end
  }
  frames.removeSubrange(kept...)
}
