/// The functions of a profile, in columns.
package struct FunctionTable: Sendable {
  /// The ids in the file; any nonzero 64-bit number.
  package var ids: [UInt64] = []
  package var names: [StringID] = []
  package var systemNames: [StringID] = []
  package var files: [StringID] = []
  package var startLines: [Int64] = []

  package init() {}

  package var count: Int { ids.count }

  package mutating func append(
    id: UInt64, name: StringID, systemName: StringID, file: StringID, startLine: Int64
  ) -> FunctionID {
    ids.append(id)
    names.append(name)
    systemNames.append(systemName)
    files.append(file)
    startLines.append(startLine)
    return FunctionID(ids.count - 1)
  }
}

/// One source position of a location: a function, inlined or not.
package struct SourceLine: Hashable, Sendable {
  package var function: FunctionID

  /// From 1; 0 when unknown.
  package var line: Int64
  package var column: Int64

  package init(function: FunctionID, line: Int64, column: Int64 = 0) {
    self.function = function
    self.line = line
    self.column = column
  }
}

/// The locations of a profile, in columns: an instruction address each, with the functions that the
/// compiler inlined there.
package struct LocationTable: Sendable {
  /// The ids in the file; any nonzero 64-bit number.
  package var ids: [UInt64] = []
  package var mappings: [MappingID] = []

  /// 0 when unknown.
  package var addresses: [UInt64] = []
  package var foldedFlags: [Bool] = []

  /// Where the lines of each location end in ``lines``.
  package var lineEnds: [Int] = []

  /// The lines of all locations. Those of one location are leaf first, so the last one is the
  /// function that the others were inlined into.
  package var lines: [SourceLine] = []

  package init() {}

  package var count: Int { ids.count }

  package func lineRange(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : lineEnds[index - 1])..<lineEnds[index]
  }

  package mutating func append(
    id: UInt64, mapping: MappingID, address: UInt64, isFolded: Bool = false,
    lines newLines: some Collection<SourceLine>
  ) -> LocationID {
    ids.append(id)
    mappings.append(mapping)
    addresses.append(address)
    foldedFlags.append(isFolded)
    lines.append(contentsOf: newLines)
    lineEnds.append(lines.count)
    return LocationID(ids.count - 1)
  }
}

/// A binary or library that was loaded in the program.
package struct Mapping: Sendable, Equatable {
  package var id: UInt64
  package var start: UInt64
  package var limit: UInt64
  package var offset: UInt64
  package var file: StringID
  package var buildID: StringID
  package var hasFunctions = false
  package var hasFilenames = false
  package var hasLineNumbers = false
  package var hasInlineFrames = false

  package init(
    id: UInt64, start: UInt64 = 0, limit: UInt64 = 0, offset: UInt64 = 0,
    file: StringID = .empty, buildID: StringID = .empty
  ) {
    self.id = id
    self.start = start
    self.limit = limit
    self.offset = offset
    self.file = file
    self.buildID = buildID
  }
}

/// One label of a sample: a key with a text, or with a number and its unit.
package struct Label: Hashable, Sendable {
  package enum Kind: UInt8, Sendable { case text, number }

  package var key: StringID
  package var kind: Kind

  /// The text of a text label; the unit of a number.
  package var string: StringID
  package var number: Int64

  package static func text(_ key: StringID, _ text: StringID) -> Label {
    Label(key: key, kind: .text, string: text, number: 0)
  }

  package static func number(_ key: StringID, _ number: Int64, unit: StringID) -> Label {
    Label(key: key, kind: .number, string: unit, number: number)
  }
}
